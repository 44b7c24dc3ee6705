@testable import GPUCheck
import SlurmModel
import Testing
import Verdicts

/// Of every finding in the catalogue: a node that has it at its full weight, and the nearest one that has not.
@Suite("Every finding has a node that raises it, and one that just does not")
struct GPUEveryFindingTests {
    /// Two nodes that differ in one thing.
    struct Pair {
        var raising: GPUEvidence
        var sparing: GPUEvidence
    }

    private static func hopper(_ path: String, _ bad: String?, _ good: String?) -> Pair {
        pair { GPUEvidence(SMIDocument([SMIGPU.hopper(0).with(path, $0 ? bad : good)])) }
    }

    private static func turing(_ path: String, _ bad: String?, _ good: String?) -> Pair {
        pair { GPUEvidence(SMIDocument([SMIGPU.turing(0).with(path, $0 ? bad : good)])) }
    }

    /// A GPU with one field spoiled, and one with another.
    private static func fields(
        _ bad: (path: String, text: String), _ good: (path: String, text: String)
    ) -> Pair {
        pair { isBad in
            let field = isBad ? bad : good
            return GPUEvidence(SMIDocument([SMIGPU.hopper(0).with(field.path, field.text)]))
        }
    }

    private static func exits(_ bad: Int, _ good: Int) -> Pair {
        pair { GPUEvidence(exit: $0 ? bad : good, "") }
    }

    private static func pair(_ make: (_ isBad: Bool) -> GPUEvidence) -> Pair {
        Pair(raising: make(true), sparing: make(false))
    }

    /// Two healthy GPUs, changed.
    private static func pair(
        gpus: Int = 2, _ change: (_ evidence: inout GPUEvidence, _ isBad: Bool) -> Void
    ) -> Pair {
        pair { isBad in
            var evidence = GPUEvidence(SMIDocument(gpus: gpus))
            change(&evidence, isBad)
            return evidence
        }
    }

    private static func slots(_ lines: String...) -> Collected<[PCIFunction]> {
        .value(PCIFunction.functions(lines.joined(separator: "\n")))
    }

    private static let board = [
        "0000:a0:00.0 0302: 10de:2330 (rev a1)", "0000:a1:00.0 0302: 10de:2330 (rev a1)",
    ]

    private static func links(_ active: Int) -> [NVLinkStatus] {
        NVLinkStatus.statuses(
            (0..<2).map { gpu in
                "GPU \(gpu): NVIDIA H100 80GB HBM3 (UUID: GPU-0000000\(gpu))\n"
                    + (0..<18).map { link in
                        " Link \(link): \(gpu == 0 || link < active ? "26.562 GB/s" : "<inactive>")\n"
                    }.joined()
            }.joined())
    }

    // MARK: The pairs

    private static let answer: [String: Pair] = [
        "gpu.hang": pair { isBad in
            var evidence = GPUEvidence(exit: 124, "")
            evidence.shortLimit = isBad ? nil : 19
            return evidence
        },
        "gpu.slow": pair { isBad in
            var evidence = GPUEvidence(exit: 124, "")
            evidence.shortLimit = isBad ? 19 : nil
            return evidence
        },
        // 13: the library is too old for nvidia-smi, whatever the driver.
        "gpu.driver": exits(9, 13), "gpu.not_installed": exits(127, 126),
        "gpu.driver_mismatch": pair { $0.kernelDriver = $1 ? "580.105.09" : "580.105.08" },
        "gpu.not_nvidia": pair { isBad in
            var evidence = GPUEvidence(exit: 127, "")
            evidence.expected = [GPUCount(type: isBad ? "mi210" : "midrange", total: 4, used: 0)]
            return evidence
        },
        "gpu.nvidia_smi": pair { $0.exit = .exited($1 ? 1 : 0) },
        "gpu.answer": pair { isBad in
            GPUEvidence(SMIDocument(gpus: 2).with("attached_gpus", isBad ? "3" : "2"))
        },
        "gpu.incomplete": pair { $0.broken = $1 ? "its part smi broke off" : nil },
        "gpu.missing": fields(("uuid", "N/A"), ("serial", "N/A")),
        "gpu.unread": fields(
            ("gpu_recovery_action", "Unknown Error"), ("addressing_mode", "Unknown Error")),
        "gpu.unreadable": fields(("temperature/gpu_temp", "ERR!"), ("fan_speed", "ERR!")),
        "gpu.sensor": hopper("fan_speed", "ERR!", "N/A"),
        "gpu.garbled": hopper("temperature/gpu_temp", "30C", "30 C"),
        "gpu.not_permitted": fields(
            ("temperature/gpu_temp", "[Insufficient Permissions]"),
            ("power_smoothing", "[Insufficient Permissions]")),
        "gpu.kernel_unread": pair { $0.kernelLog = $1 ? .missing("denied") : .notAsked },
    ]

    private static let node: [String: Pair] = [
        "gpu.count": pair {
            ($0.expected, $0.requested) = ([.gpus($1 ? 3 : 2)], $1 ? 3 : 2)
        },
        "gpu.hidden": pair { evidence, isBad in
            (evidence.expected, evidence.requested) = ([.gpus(4)], 2)
            evidence.isDirect = !isBad
        },
        "gpu.none": pair { GPUEvidence(exit: 6, "", expected: $0 ? 0 : 8, requested: 1) },
        "gpu.model": pair {
            $0.expected = [GPUCount(type: $1 ? "a100" : "h100", total: 2, used: 0)]
        },
        "gpu.unlisted": pair { evidence, isBad in
            // Of what the check's job may not open it is known that Slurm hides it.
            evidence.pci = slots(board[0], board[1], "0000:a7:00.0 0302: 10de:2330 (rev a1)")
            evidence.denied = isBad ? nil : ["0000:a7:00.0"].compactMap { PCIAddress($0) }
        },
        "gpu.off_bus": pair { evidence, isBad in
            evidence.pci = slots(
                board[0], "0000:a1:00.0 0302: 10de:2330 (rev \(isBad ? "ff" : "fe"))")
        },
        "gpu.inforom": pair {
            $0.stderr = "WARNING: infoROM is \($1 ? "corrupted" : "old") at gpu 0000:A1:00.0"
        },
        "gpu.power_cable": exits(8, 7), "gpu.interrupt": exits(10, 11),
        "gpu.blocked": pair { GPUEvidence(exit: 17, "", requested: $0 ? 8 : 7) },
    ]

    private static let memory: [String: Pair] = [
        "gpu.ecc_uncorrected": fields(
            ("ecc_errors/volatile/dram_uncorrectable", "1"),
            ("ecc_errors/aggregate/dram_uncorrectable", "1")),
        "gpu.sram_threshold": hopper("ecc_errors/aggregate/sram_threshold_exceeded", "Yes", "No"),
        "gpu.ecc_unread": pair { isBad in
            let mode = isBad ? "Enabled" : "Disabled"
            return GPUEvidence(
                SMIDocument([
                    SMIGPU.hopper(0).without("ecc_errors").with("ecc_mode/current_ecc", mode)
                        .with("ecc_mode/pending_ecc", mode)
                ]))
        },
        "gpu.remap_failure": hopper("remapped_rows/remapped_row_failure", "Yes", "No"),
        "gpu.remap_pending": hopper("remapped_rows/remapped_row_pending", "Yes", "No"),
        "gpu.remap_limit": hopper("remapped_rows/remapped_row_unc", "512", "511"),
        "gpu.memory_unrepairable": hopper("ecc_errors/unrepairable_memory", "Yes", "No"),
        "gpu.repair_pending": hopper("ecc_errors/tpc_repair_pending", "Yes", "No"),
        "gpu.retirement_pending": turing("retired_pages/pending_retirement", "Yes", "No"),
        "gpu.retired_pages": turing(
            "retired_pages/multiple_single_bit_retirement/retired_count", "60", "59"),
    ]

    private static let condition: [String: Pair] = [
        "gpu.recovery": hopper("gpu_recovery_action", "Reboot", "None"),
        "gpu.lost": fields(
            ("fabric/state", "GPU is lost"),
            // A process may call itself anything.
            ("processes/process_info/process_name", "GPU is lost")),
        "gpu.reset_required": hopper("clocks/sm_clock", "[GPU requires reset]", "[N/A]"),
        "gpu.temperature": turing("temperature/gpu_temp", "93 C", "84 C"),
        "gpu.memory_temperature": turing("temperature/memory_temp", "95 C", "94 C"),
        "gpu.throttle": fields(
            ("clocks_event_reasons/clocks_event_reason_hw_slowdown", "Active"),
            ("clocks_event_reasons/clocks_event_reason_sw_power_cap", "Active")),
        "gpu.mode_pending": hopper("ecc_mode/pending_ecc", "Disabled", "Enabled"),
        "gpu.mig_empty": pair { isBad in
            let split = SMIGPU.hopper(0).with("mig_mode/current_mig", "Enabled")
                .with("mig_mode/pending_mig", "Enabled")
            return GPUEvidence(
                SMIDocument([
                    isBad
                        ? split.with("mig_devices", "None")
                        : split.with("mig_devices/mig_device/index", "0")
                ]))
        },
        "gpu.vgpu_license": pair { isBad in
            GPUEvidence(
                SMIDocument([
                    SMIGPU.hopper(0).with("gpu_virtualization_mode/virtualization_mode", "VGPU")
                        .with(
                            "vgpu_software_licensed_product/license_status",
                            isBad ? "Unlicensed (Restricted)" : "Licensed")
                ]))
        },
        "gpu.leaked_process": pair { isBad in
            var evidence = GPUEvidence(
                SMIDocument(gpus: 2).with(gpu: 1, "processes/process_info/pid", "77"))
            evidence.expected = [GPUCount(type: nil, total: 2, used: isBad ? 0 : 1)]
            return evidence
        },
        "gpu.leaked_memory": hopper("fb_memory_usage/used", "65 MiB", "64 MiB"),
        "gpu.unused": pair {
            $0.expected = [GPUCount(type: nil, total: 2, used: $1 ? 2 : 1)]
        },
    ]

    private static let log: [String: Pair] = [
        "gpu.xid": pair { isBad in
            let lines = [KernelLines.at(9000, KernelLines.xid(79))]
            // The driver was loaded again after it.
            return GPUEvidence(
                log: lines + (isBad ? [] : [KernelLines.at(9001, KernelLines.loading)]))
        },
        "gpu.xid_application": pair { isBad in
            // 12: a facility that is not the kernel's, as of a program that writes to /dev/kmsg.
            GPUEvidence(log: ["<\(isBad ? 4 : 12)>[9000.0] " + KernelLines.xid(94)])
        },
        // 24 hours to the second, and one more.
        "gpu.sxid": pair { isBad in
            GPUEvidence(
                log: [KernelLines.at(1000, KernelLines.sxid(20034, "Fatal, LTSSM Fault Up"))],
                uptime: isBad ? 87_400 : 87_401)
        },
        "gpu.kernel_fault": pair { isBad in
            let fault = "NVRM: GPU 0000:a7:00.0: RmInitAdapter failed! (0x22:0x56:802)"
            // What Xid 79 tells already is not told twice.
            let cause = KernelLines.xid(79).replacing("a1:00", with: "a7:00")
            return GPUEvidence(
                log: (isBad ? [] : [KernelLines.at(9000, cause)]) + [KernelLines.at(9001, fault)])
        },
    ]

    private static let fabric: [String: Pair] = [
        "gpu.fabric": hopper("fabric/state", "Not Started", "Completed"),
        "gpu.fabric_health": hopper("fabric/health/bandwidth", "Degraded", "Full"),
        "gpu.fabric_manager": pair { isBad in
            var evidence = GPUEvidence(SMIDocument([.turing(0)]))
            evidence.pci = slots(board[0], "0000:c0:00.0 0680: 10de:1af1 (rev a1)")
            evidence.fabricManager = .value(isBad ? "failed" : "active")
            return evidence
        },
        "gpu.nvlink": pair { $0.nvlink = .value(links($1 ? 17 : 18)) },
        "gpu.nvlink_unread": pair(gpus: 1) { evidence, isBad in
            // A single GPU has no peer, and nvidia-smi has nothing to say.
            evidence.nvlink = .missing("no GPU in its answer")
            evidence.linksAreSilent = !isBad
            evidence.pci = slots(board[0])
        },
    ]

    private static let pairs = [node, memory, condition, log, fabric].reduce(answer) {
        $0.merging($1) { first, _ in first }
    }

    @Test("At its full weight, and not at all", arguments: GPUFindingCatalogue.all)
    func found(_ kind: GPUFindingKind) throws {
        let pair = try #require(Self.pairs[kind.code], "\(kind.code) needs its pair here")
        let raised = pair.raising.judgement.findings.filter { $0.code == kind.code }
        #expect(raised.map(\.severity).max() == kind.severity)
        #expect(raised.allSatisfy { !$0.message.isEmpty })
        // A fault without a next step leaves an operator alone; what could not be read has the catalogue's.
        if kind.severity == .fail { #expect(raised.allSatisfy { $0.remedy != nil }) }
        let spared = pair.sparing.judgement
        #expect(!spared.codes.contains(kind.code), "\(spared.findings.map(\.text))")
    }

    @Test("No pair is about a finding that there is not")
    func known() {
        #expect(Set(Self.pairs.keys) == Set(GPUFindingCatalogue.all.map(\.code)))
    }
}
