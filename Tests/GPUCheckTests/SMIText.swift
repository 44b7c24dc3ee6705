/// Reads what `nvidia-smi -q` prints for people, to write the XML of the same answer: captures in that form are
/// answers of real GPUs too.
enum SMIText {
    /// The document; only the fields that rules look at have their XML names.
    static func document(_ text: String) -> SMIDocument {
        var document = SMIDocument([])
        var gpus: [SMIGPU] = []
        var open: [(depth: Int, name: String)] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let depth = line.prefix { $0 == " " }.count
            let parts = line.dropFirst(depth).split(separator: ":", maxSplits: 1).map {
                $0.trimmed
            }
            guard let name = parts.first, !name.isEmpty else { continue }
            while let last = open.last, last.depth >= depth { open.removeLast() }
            if depth == 0 {
                if line.hasPrefix("GPU 0") {
                    gpus.append(SMIGPU(id: String(line.dropFirst(4)), fields: []))
                } else if let field = heads[name], parts.count > 1 {
                    document = document.with(field, parts[1])
                }
                open = []
                continue
            }
            // A process's lines are no fields of the GPU's.
            let path = (open.map(\.name) + [name]).joined(separator: "/")
            open.append((depth, name))
            guard !gpus.isEmpty else { continue }
            if parts.count > 1, let field = fields[path] {
                gpus[gpus.count - 1] = gpus[gpus.count - 1].with(field, parts[1])
            }
        }
        document.gpus = gpus
        return document
    }

    private static let heads = [
        "Driver Version": "driver_version", "CUDA Version": "cuda_version",
        "Attached GPUs": "attached_gpus",
    ]

    private static let fields: [String: String] = {
        var fields = [
            "Product Name": "product_name", "Persistence Mode": "persistence_mode",
            "Display Active": "display_active", "GPU UUID": "uuid", "Fan Speed": "fan_speed",
            "Performance State": "performance_state", "Addressing Mode": "addressing_mode",
            "MIG Mode/Current": "mig_mode/current_mig", "MIG Mode/Pending": "mig_mode/pending_mig",
            "GPU Recovery Action": "gpu_recovery_action",
            "GPU Reset Status/Reset Required": "gpu_reset_status/reset_required",
            "GPU Reset Status/Drain and Reset Recommended":
                "gpu_reset_status/drain_and_reset_recommended",
            "FB Memory Usage/Total": "fb_memory_usage/total",
            "FB Memory Usage/Used": "fb_memory_usage/used",
            "FB Memory Usage/Reserved": "fb_memory_usage/reserved",
            "Utilization/Gpu": "utilization/gpu_util", "Utilization/GPU": "utilization/gpu_util",
            "ECC Mode/Current": "ecc_mode/current_ecc", "ECC Mode/Pending": "ecc_mode/pending_ecc",
            "Remapped Rows": "remapped_rows",
            "Remapped Rows/Correctable Error": "remapped_rows/remapped_row_corr",
            "Remapped Rows/Uncorrectable Error": "remapped_rows/remapped_row_unc",
            "Remapped Rows/Pending": "remapped_rows/remapped_row_pending",
            "Remapped Rows/Remapping Failure Occurred": "remapped_rows/remapped_row_failure",
            "Retired Pages/Pending Page Blacklist": "retired_pages/pending_blacklist",
            "Retired Pages/Single Bit ECC":
                "retired_pages/multiple_single_bit_retirement/retired_count",
            "Retired Pages/Double Bit ECC": "retired_pages/double_bit_retirement/retired_count",
            "Temperature/GPU Current Temp": "temperature/gpu_temp",
            "Temperature/GPU T.Limit Temp": "temperature/gpu_temp_tlimit",
            "Temperature/GPU Slowdown Temp": "temperature/gpu_temp_slow_threshold",
            "Temperature/GPU Max Operating Temp": "temperature/gpu_temp_max_gpu_threshold",
            "Temperature/GPU Slowdown T.Limit Temp": "temperature/gpu_temp_slow_tlimit_threshold",
            "Temperature/GPU Max Operating T.Limit Temp":
                "temperature/gpu_temp_max_gpu_tlimit_threshold",
            "Temperature/Memory Current Temp": "temperature/memory_temp",
            "Temperature/Memory Max Operating Temp": "temperature/gpu_temp_max_mem_threshold",
            "GPU Power Readings/Power Draw": "gpu_power_readings/power_draw",
            "GPU Power Readings/Average Power Draw": "gpu_power_readings/average_power_draw",
            "Power Readings/Power Draw": "power_readings/power_draw",
            "Fabric/State": "fabric/state", "Fabric/Status": "fabric/status",
            "Fabric/Health/Summary": "fabric/health/summary",
            "Fabric/Health/Bandwidth": "fabric/health/bandwidth",
            "Fabric/Health/Route Unhealthy": "fabric/health/route_unhealthy",
            "Fabric/Health/Incorrect Configuration": "fabric/health/incorrect_configuration",
            "ECC Errors/Channel Repair Pending": "ecc_errors/channel_repair_pending",
            "ECC Errors/TPC Repair Pending": "ecc_errors/tpc_repair_pending",
            "ECC Errors/Unrepairable Memory": "ecc_errors/unrepairable_memory",
        ]
        for life in ["Volatile", "Aggregate"] {
            for (name, field) in [
                "DRAM Uncorrectable": "dram_uncorrectable",
                "SRAM Uncorrectable": "sram_uncorrectable",
                "SRAM Uncorrectable Parity": "sram_uncorrectable_parity",
                "SRAM Uncorrectable SEC-DED": "sram_uncorrectable_secded",
                "SRAM Threshold Exceeded": "sram_threshold_exceeded",
                "Double Bit/Total": "double_bit/total",
            ] {
                fields["ECC Errors/\(life)/\(name)"] = "ecc_errors/\(life.lowercased())/\(field)"
            }
        }
        for (title, name) in [
            "Clocks Event Reasons": "clocks_event_reasons/clocks_event_reason_",
            "Clocks Throttle Reasons": "clocks_throttle_reasons/clocks_throttle_reason_",
        ] {
            fields["\(title)/HW Slowdown"] = name + "hw_slowdown"
            fields["\(title)/HW Slowdown/HW Thermal Slowdown"] = name + "hw_thermal_slowdown"
            fields["\(title)/HW Slowdown/HW Power Brake Slowdown"] =
                name + "hw_power_brake_slowdown"
            fields["\(title)/SW Thermal Slowdown"] = name + "sw_thermal_slowdown"
        }
        return fields
    }()
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
