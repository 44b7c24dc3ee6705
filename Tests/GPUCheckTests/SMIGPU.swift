/// One GPU of an ``SMIDocument``, as paths of element names and their texts.
struct SMIGPU {
    /// The `id` attribute.
    var id: String
    /// The fields, by path, such as `temperature/gpu_temp`.
    var fields: [(path: String, text: String)]

    /// The same with one field changed, added, or removed by nil.
    func with(_ path: String, _ text: String?) -> SMIGPU {
        var copy = self
        if let index = copy.fields.firstIndex(where: { $0.path == path }) {
            if let text {
                copy.fields[index].text = text
            } else {
                copy.fields.remove(at: index)
            }
        } else if let text {
            copy.fields.insert((path, text), at: place(of: path))
        }
        return copy
    }

    // Behind the fields of the same parent, so that the parent is not written twice.
    private func place(of path: String) -> Int {
        var parent = path[...]
        while let slash = parent.lastIndex(of: "/") {
            parent = parent[..<slash]
            if let last = fields.lastIndex(where: { $0.path.hasPrefix(parent + "/") }) {
                return last + 1
            }
        }
        return fields.count
    }

    /// The same without the fields below a path.
    func without(_ prefix: String) -> SMIGPU {
        var copy = self
        copy.fields.removeAll { $0.path == prefix || $0.path.hasPrefix(prefix + "/") }
        return copy
    }

    /// The `gpu` element.
    var text: String {
        "\t<gpu id=\"\(id)\">\n\(elements(fields.map { ($0.path.split(separator: "/")[...], $0.text) }))\t</gpu>\n"
    }

    // Neighbours that share their first name share the element.
    private func elements(_ fields: [(path: ArraySlice<Substring>, text: String)]) -> String {
        var text = ""
        var rest = fields[...]
        while let name = rest.first?.path.first {
            let same = rest.prefix { $0.path.first == name }
            rest = rest.dropFirst(same.count)
            let leaf = same.filter { $0.path.count == 1 }.map(\.text).joined()
            let below = same.filter { $0.path.count > 1 }.map { ($0.path.dropFirst(), $0.text) }
            text += "<\(name)>\(leaf)\(elements(below))</\(name)>\n"
        }
        return text
    }

    /// A healthy GPU with temperature margins, ECC and row remapping.
    static func hopper(_ index: Int) -> SMIGPU {
        SMIGPU(
            id: "00000000:A\(index):00.0",
            fields: [
                ("product_name", "NVIDIA H100 80GB HBM3"), ("persistence_mode", "Enabled"),
                ("mig_mode/current_mig", "Disabled"), ("mig_mode/pending_mig", "Disabled"),
                ("serial", "16500000\(index)"), ("uuid", "GPU-0000000\(index)"),
                ("vbios_version", "96.00.99.00.01"), ("gsp_firmware_version", "580.105.08"),
                ("gpu_virtualization_mode/virtualization_mode", "Pass-Through"),
                ("gpu_recovery_action", "None"), ("pci/pci_bus_id", "00000000:A\(index):00.0"),
                ("pci/pci_gpu_link_info/pcie_gen/max_link_gen", "5"),
                ("pci/pci_gpu_link_info/pcie_gen/current_link_gen", "5"),
                ("pci/pci_gpu_link_info/link_widths/max_link_width", "16x"),
                ("pci/pci_gpu_link_info/link_widths/current_link_width", "16x"),
                ("pci/replay_counter", "150"), ("fan_speed", "N/A"),
                ("performance_state", "P0"), ("fabric/state", "Completed"),
                ("fabric/status", "Success"), ("fabric/health/summary", "N/A"),
            ] + reasons("clocks_event_reasons/clocks_event_reason_") + [
                ("fb_memory_usage/total", "81559 MiB"), ("fb_memory_usage/used", "4 MiB"),
                ("fb_memory_usage/reserved", "480 MiB"), ("utilization/gpu_util", "0 %"),
                ("ecc_mode/current_ecc", "Enabled"), ("ecc_mode/pending_ecc", "Enabled"),
            ] + counters + [
                ("retired_pages/pending_blacklist", "N/A"),
                ("retired_pages/pending_retirement", "N/A"),
                ("remapped_rows/remapped_row_corr", "0"),
                ("remapped_rows/remapped_row_unc", "0"),
                ("remapped_rows/remapped_row_pending", "No"),
                ("remapped_rows/remapped_row_failure", "No"),
                ("temperature/gpu_temp", "30 C"), ("temperature/gpu_temp_tlimit", "57 C"),
                ("temperature/gpu_temp_slow_tlimit_threshold", "-2 C"),
                ("temperature/gpu_temp_max_gpu_tlimit_threshold", "0 C"),
                ("temperature/memory_temp", "38 C"),
                ("gpu_power_readings/instant_power_draw", "70.10 W"),
                ("processes", ""),
            ])
    }

    /// A healthy GPU with temperature limits, without row remapping, of a driver before 535.
    static func turing(_ index: Int) -> SMIGPU {
        let base = hopper(index).without("clocks_event_reasons").without("temperature")
            .without("gpu_power_readings").without("remapped_rows").without("ecc_errors")
            .without("gpu_recovery_action").without("fabric").with("product_name", "Tesla T4")
            .with("remapped_rows", "N/A").with("ecc_errors/volatile/sram_uncorrectable", "0")
            .with("ecc_errors/volatile/dram_uncorrectable", "0")
            .with("retired_pages/pending_retirement", "No")
        let limits = [
            ("temperature/gpu_temp", "33 C"), ("temperature/gpu_temp_tlimit", "N/A"),
            ("temperature/gpu_temp_max_threshold", "96 C"),
            ("temperature/gpu_temp_slow_threshold", "93 C"),
            ("temperature/gpu_temp_max_gpu_threshold", "85 C"),
            ("temperature/memory_temp", "34 C"),
            ("temperature/gpu_temp_max_mem_threshold", "95 C"),
            ("power_readings/power_draw", "9.50 W"),
        ]
        return SMIGPU(
            id: base.id,
            fields: base.fields + limits
                + reasons("clocks_throttle_reasons/clocks_throttle_reason_"))
    }

    private static func reasons(_ prefix: String) -> [(path: String, text: String)] {
        [
            "hw_slowdown", "hw_thermal_slowdown", "hw_power_brake_slowdown", "sw_power_cap",
            "sw_thermal_slowdown",
        ].map {
            (prefix + $0, "Not Active")
        }
    }

    private static var counters: [(path: String, text: String)] {
        let volatile = [
            "sram_uncorrectable_parity", "sram_uncorrectable_secded", "dram_uncorrectable",
        ]
        return volatile.map { ("ecc_errors/volatile/" + $0, "0") }
            + volatile.map { ("ecc_errors/aggregate/" + $0, "0") } + [
                ("ecc_errors/aggregate/sram_threshold_exceeded", "No"),
                ("ecc_errors/channel_repair_pending", "No"),
                ("ecc_errors/tpc_repair_pending", "No"),
                ("ecc_errors/unrepairable_memory", "No"),
            ]
    }
}
