/// The values of `nvidia-smi -q -x` for one GPU.
package struct GPUReport: Hashable, Sendable {
    /// Its position in the list, from 0.
    package var index: Int
    /// Its PCI address; nil when the answer has no readable address.
    package var pci: PCIAddress?
    /// The name that stays with the GPU, such as `GPU-…`.
    package var uuid: GPUValue
    /// The board's serial number; consumer boards have none.
    package var serial: GPUValue
    /// The product, such as `NVIDIA H100 80GB HBM3`.
    package var name: GPUValue
    /// `Pass-Through` on most clouds, `VGPU` for a part of a GPU, else `None`.
    package var virtualization: GPUValue
    /// Whether the driver stays loaded without clients.
    package var persistence: GPUValue
    /// The memory in MiB: all of it.
    package var memoryTotal: GPUValue
    /// The used memory in MiB.
    package var memoryUsed: GPUValue
    /// The memory in MiB that the driver keeps for itself; before driver 510 a part of ``memoryUsed``.
    package var memoryReserved: GPUValue
    /// The VBIOS's version.
    package var vbios: GPUValue
    /// The version of the firmware of its system processor (GSP).
    package var gspFirmware: GPUValue
    /// The performance state, `P0` (fastest) to `P15`.
    package var performanceState: GPUValue
    /// Whether a display uses it.
    package var display: GPUValue
    /// Its link on the PCI bus.
    package var link: GPULink
    /// Its place in the NVLink fabric.
    package var fabric: GPUFabric
    /// The share of time a kernel was running, in percent.
    package var utilization: GPUValue
    /// The fan's speed in percent; boards without a fan have none.
    package var fan: GPUValue
    /// The power draw in W.
    package var power: GPUValue
    /// Temperature and its limits.
    package var temperature: GPUTemperature
    /// Memory errors and repairs.
    package var memory: GPUMemoryHealth
    /// The recovery action that the driver asks for.
    package var recovery: GPURecovery
    /// The reasons for slowed clocks.
    package var throttle: GPUThrottle
    /// Whether the GPU is split (MIG): `Enabled` or `Disabled`.
    package var mig: GPUValue
    /// The same after the next reset.
    package var pendingMIG: GPUValue
    /// How many MIG devices exist on it.
    package var migDevices: Int
    /// Whether the answer lists its MIG devices, even if the list is empty.
    package var listsMIGDevices: Bool
    /// Whether the answer has the frame buffer with both sizes `N/A`.
    package var tellsNoMemory: Bool
    /// The state of a vGPU's license, such as `Licensed (Expiry: …)`; absent for a whole GPU.
    package var license: GPUValue
    /// How many processes use it; nil where the answer does not say.
    package var processes: Int?
    /// The fields, by element name, that say the GPU is lost.
    package var lostFields: [String]
    /// The fields, by element name, that say it needs a reset.
    package var resetFields: [String]
    /// Whether the answer goes on after this GPU; false for the GPU at which a cut answer ends.
    package var isWhole: Bool

    /// Reads a `gpu` element.
    package init(_ gpu: XMLTree, index: Int) {
        self.index = index
        let id = gpu.attributes["id"] ?? ""
        pci = PCIAddress(id) ?? gpu.first("pci", "pci_bus_id").flatMap { PCIAddress($0.text) }
        uuid = GPUValue(gpu.first("uuid"))
        serial = GPUValue(gpu.first("serial"))
        name = GPUValue(gpu.first("product_name"))
        virtualization = GPUValue(gpu.first("gpu_virtualization_mode", "virtualization_mode"))
        persistence = GPUValue(gpu.first("persistence_mode"))
        memoryTotal = GPUValue(gpu.first("fb_memory_usage", "total"))
        memoryUsed = GPUValue(gpu.first("fb_memory_usage", "used"))
        tellsNoMemory = ["total", "used"].allSatisfy {
            gpu.first("fb_memory_usage", $0).map { GPUValue($0) == .absent } ?? false
        }
        license = GPUValue(
            gpu.first("vgpu_software_licensed_product", "license_status")
                ?? gpu.first("grid_licensed_product", "license_status"))
        memoryReserved = GPUValue(gpu.first("fb_memory_usage", "reserved"))
        vbios = GPUValue(gpu.first("vbios_version"))
        gspFirmware = GPUValue(gpu.first("gsp_firmware_version"))
        performanceState = GPUValue(gpu.first("performance_state"))
        display = GPUValue(gpu.first("display_active"))
        link = GPULink(gpu)
        fabric = GPUFabric(gpu)
        utilization = GPUValue(gpu.first("utilization", "gpu_util"))
        fan = GPUValue(gpu.first("fan_speed"))
        power = Self.power(gpu)
        temperature = GPUTemperature(gpu)
        memory = GPUMemoryHealth(gpu)
        recovery = GPURecovery(gpu)
        throttle = GPUThrottle(gpu)
        mig = GPUValue(gpu.first("mig_mode", "current_mig"))
        pendingMIG = GPUValue(gpu.first("mig_mode", "pending_mig"))
        migDevices = gpu.first("mig_devices")?.all("mig_device").count ?? 0
        listsMIGDevices = gpu.first("mig_devices") != nil
        processes = gpu.first("processes").flatMap(Self.processCount)
        isWhole = gpu.isClosed
        // A process may give itself any name, so names are no evidence.
        let leaves = gpu.leaves(without: ["processes", "accounted_processes", "supported_clocks"])
        (lostFields, resetFields) = ([], [])
        // There are thousands of leaves, and only a longer text can contain either message.
        for leaf in leaves where leaf.textSize > 10 {
            switch GPUValue(leaf) {
            case .lost: lostFields.append(leaf.name)
            case .needsReset: resetFields.append(leaf.name)
            case .present, .absent, .notPermitted, .error: break
            }
        }
    }

    /// Its name in findings: `GPU 3 (0000:a1:00.0)`.
    package var subject: String {
        pci.map { "GPU \(index) (\($0))" } ?? "GPU \(index)"
    }

    /// What identifies this GPU: its UUID, or else its PCI address; nil without both.
    package var identity: String? {
        uuid.word ?? pci?.description
    }

    /// Whether the driver still reads it.
    package var isReadable: Bool { lostFields.isEmpty }

    /// Whether something keeps its clocks up, and with them its link: then the link's generation is at its best.
    package var isUnderLoad: Bool {
        (utilization.integer ?? 0) > 0
            || performanceState.word == "P0" && (processes ?? 0) > 0
    }

    /// Whether MIG is on without any MIG device: then no job can use the GPU.
    package var isSplitIntoNothing: Bool { isSplit && listsMIGDevices && migDevices == 0 }

    /// Whether it is split into MIG devices.
    package var isSplit: Bool { mig.word?.lowercased() == "enabled" }

    // Driver 535 (gpu_power_readings) and 570 (average, instant) renamed it; the first reading found counts.
    private static func power(_ gpu: XMLTree) -> GPUValue {
        let readings = [
            gpu.first("gpu_power_readings", "instant_power_draw"),
            gpu.first("gpu_power_readings", "average_power_draw"),
            gpu.first("gpu_power_readings", "power_draw"),
            gpu.first("power_readings", "power_draw"),
        ].map(GPUValue.init)
        return readings.first { $0 != .absent } ?? .absent
    }

    private static func processCount(_ processes: XMLTree) -> Int? {
        let count = processes.all("process_info").count
        // "N/A" when the driver does not know the processes; an empty element when there are none.
        return count == 0 && !processes.text.isEmpty && processes.text.lowercased() != "none"
            ? nil : count
    }
}

/// One named field of a GPU.
package struct GPUField: Hashable, Sendable {
    /// The name for people, near nvidia-smi's own.
    package var name: String
    /// Its value.
    package var value: GPUValue

    /// Makes a field.
    package init(_ name: String, _ value: GPUValue) {
        self.name = name
        self.value = value
    }
}
