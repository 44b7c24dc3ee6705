import GPUCheck
import SlurmModel
import Testing
import Verdicts

@Suite("Fabric, NVLink, slots, models and leaks")
struct GPULinkTests {
    private static let name = "NVIDIA H100 80GB HBM3"

    private func nvlink(_ links: [[String]], name: String = name) -> [NVLinkStatus] {
        let text = links.enumerated().map { index, lines in
            "GPU \(index): \(name) (UUID: GPU-0000000\(index))\n"
                + lines.map { "\t \($0)\n" }.joined()
        }
        return NVLinkStatus.statuses(text.joined())
    }

    private func links(_ count: Int, inactive: Int = 0) -> [String] {
        (0..<count).map { "Link \($0): \($0 < inactive ? "<inactive>" : "26.562 GB/s")" }
    }

    private func judge(_ statuses: [NVLinkStatus]) -> Judgement {
        var evidence = GPUEvidence(SMIDocument(gpus: statuses.count))
        evidence.nvlink = .value(statuses)
        return evidence.judgement
    }

    @Test func linksAreCounted() throws {
        let statuses = nvlink([links(18), links(18, inactive: 2)])
        #expect(statuses.map(\.active) == [18, 16] && statuses.map(\.total) == [18, 18])
        #expect(statuses.first?.speed == 26.562 && statuses.first?.name == Self.name)
        #expect(judge(nvlink([links(18), links(18)])).findings == [])
        let judgement = judge(statuses)
        #expect(judgement.codes == ["gpu.nvlink"])
        #expect(judgement.findings.first?.subject == "GPU 1 (0000:a1:00.0)")
        #expect(judge(nvlink([links(18), links(17)])).verdict == .fail)
    }

    @Test(
        "No active link fails a board, and is normal on a card without its bridge",
        arguments: [
            ("NVIDIA H100 80GB HBM3", Verdict.fail), ("NVIDIA A100-SXM4-80GB", .fail),
            ("NVIDIA GeForce RTX 2080 SUPER", .ok), ("NVIDIA H100 PCIe", .ok),
        ])
    func allInactive(_ name: String, _ verdict: Verdict) {
        for spelling in [
            "NVLink information as all links are inActive",
            "Nvlink information as all links are inactive",
        ] {
            let lines = ["NVML: Unable to retrieve \(spelling)"]
            #expect(judge(nvlink([lines], name: name)).verdict == verdict)
        }
    }

    @Test func notApplicable() {
        #expect(
            judge(nvlink([["Device does not have or support Nvlink"]], name: "NVIDIA L40S"))
                .findings == [])
        let split = nvlink([["Nvlink queries are not supported for Devices in MIG mode"]])
        #expect(judge(split).findings == [])
    }

    @Test(
        arguments: [
            ("fabric/state", "Completed", Verdict.ok), ("fabric/state", "In Progress", .fail),
            ("fabric/state", "Not Started", .fail), ("fabric/state", "Sleeping", .unknown),
            ("fabric/state", "N/A", .ok), ("fabric/status", "Timeout", .fail),
            ("fabric/health/summary", "Healthy", .ok),
            ("fabric/health/summary", "Unhealthy", .fail),
            ("fabric/health/bandwidth", "Full", .ok),
            ("fabric/health/bandwidth", "Degraded", .fail),
            ("fabric/health/route_unhealthy", "True", .fail),
            ("fabric/health/route_unhealthy", "False", .ok),
            ("fabric/health/route_recovery_in_progress", "True", .warn),
            ("fabric/health/access_timeout_recovery", "True", .warn),
            ("fabric/health/incorrect_configuration", "None", .ok),
            ("fabric/health/incorrect_configuration", "Incompatible GPU firmware", .fail),
        ])
    func fabric(_ path: String, _ text: String, _ verdict: Verdict) {
        var evidence = GPUEvidence(SMIDocument(gpus: 2).with(gpu: 1, path, text))
        evidence.uptime = 100_000
        #expect(evidence.judgement.verdict == verdict, "\(evidence.judgement.findings.map(\.text))")
    }

    @Test("Joining the fabric takes its time after boot: just below, at and above the limit")
    func joining() {
        var evidence = GPUEvidence(SMIDocument(gpus: 1).with(gpu: 0, "fabric/state", "In Progress"))
        for (uptime, verdict) in [(899.0, Verdict.warn), (900, .warn), (901, .fail)] {
            evidence.uptime = uptime
            #expect(evidence.judgement.verdict == verdict)
        }
        let split = SMIDocument(gpus: 1).with(gpu: 0, "fabric/state", "In Progress")
            .with(gpu: 0, "mig_mode/current_mig", "Enabled")
            .with(gpu: 0, "mig_mode/pending_mig", "Enabled")
        #expect(GPUEvidence(split).judgement.verdict == .ok)
    }

    private func slots(_ lines: String...) -> Collected<[PCIFunction]> {
        .value(PCIFunction.functions(lines.joined(separator: "\n")))
    }

    @Test func fabricManager() {
        var evidence = GPUEvidence(SMIDocument([.turing(0)]))
        evidence.pci = slots(
            "0000:a0:00.0 0302: 10de:20b2", "0000:c0:00.0 0680: 10de:1af1 (rev a1)")
        evidence.fabricManager = .value("active")
        #expect(evidence.judgement.findings == [])
        evidence.fabricManager = .value("failed")
        #expect(evidence.judgement.codes == ["gpu.fabric_manager"])
        #expect(evidence.judgement.verdict == .fail)
        // The GPUs have joined the fabric: somebody runs it, if not systemd.
        var joined = GPUEvidence(SMIDocument(gpus: 1))
        (joined.pci, joined.fabricManager) = (evidence.pci, .value("inactive"))
        #expect(joined.judgement.verdict == .warn)
    }

    @Test("The slot of a GPU that does not answer is named")
    func missingSlots() {
        var evidence = GPUEvidence(SMIDocument(gpus: 2), expected: 3)
        evidence.pci = slots(
            "0000:a0:00.0 0302: 10de:2330 (rev a1)", "0000:a1:00.0 0302: 10de:2330 (rev a1)",
            "0000:a7:00.0 0302: 10de:2330 (rev a1)", "0000:a7:00.1 0403: 10de:22bb (rev a1)",
            "0000:b1:00.0 0300: 1af4:1050 (rev 01)")
        let missing = evidence.judgement
        #expect(missing.codes == ["gpu.count"])
        #expect(
            missing.findings.first?.message.hasSuffix("missing: 0000:a7:00.0 on the PCI bus")
                == true)
        // Slurm is content, and a GPU is idle for ever.
        evidence.expected = [.gpus(2)]
        evidence.requested = 2
        #expect(evidence.judgement.codes == ["gpu.unlisted"])
        evidence.pci = slots(
            "0000:a0:00.0 0302: 10de:2330", "0000:a1:00.0 0302: 10de:2330 (rev ff)")
        #expect(evidence.judgement.codes == ["gpu.off_bus"])
        #expect(evidence.judgement.findings.first?.subject == "GPU 1 (0000:a1:00.0)")
        evidence.expected = [.gpus(3)]
        evidence.requested = 3
        evidence.pci = slots("0000:a0:00.0 0302: 10de:2330", "0000:a1:00.0 0302: 10de:2330")
        #expect(
            evidence.judgement.findings.first?.message.contains("no more than 2 either") == true)
    }

    @Test(
        "A GRES type that names another model is told; a site's own words are not",
        arguments: [
            ("h100", Verdict.ok), ("nvidia_h100_80gb_hbm3", .ok), ("H100", .ok), ("a100", .warn),
            ("gpu", .ok), ("big", .ok), ("1g.10gb", .ok), ("h200", .warn), (nil, .ok),
        ] as [(String?, Verdict)])
    func model(_ type: String?, _ verdict: Verdict) {
        var evidence = GPUEvidence(SMIDocument(gpus: 2))
        evidence.expected = [GPUCount(type: type, total: 2, used: 0)]
        #expect(evidence.judgement.verdict == verdict)
        #expect(evidence.judgement.codes == (verdict == .ok ? [] : ["gpu.model"]))
    }

    @Test func driverVersions() {
        var evidence = GPUEvidence(SMIDocument(gpus: 1))
        evidence.kernelDriver = "580.105.08"
        #expect(evidence.judgement.findings == [])
        evidence.kernelDriver = "570.172.08"
        #expect(evidence.judgement.codes == ["gpu.driver_mismatch"])
    }

    private func busy(_ gpus: [Int], held: Int, memory: String = "400 MiB") -> Judgement {
        let document = gpus.reduce(SMIDocument(gpus: 4)) { document, index in
            document.with(gpu: index, "processes/process_info/pid", "77")
                .with(gpu: index, "fb_memory_usage/used", memory)
        }
        var evidence = GPUEvidence(document)
        evidence.expected = [GPUCount(type: "h100", total: 4, used: held)]
        evidence.requested = 4 - held
        return evidence.judgement
    }

    @Test("Processes on more GPUs than jobs hold are leaked: just below, at and above")
    func leakedProcesses() {
        #expect(busy([0], held: 2).findings == [])
        #expect(busy([0, 1], held: 2).findings == [])
        #expect(busy([0, 1, 3], held: 2).codes == ["gpu.leaked_process"])
        #expect(busy([2], held: 0).codes == ["gpu.leaked_process"])
        #expect(busy([0, 1, 2, 3], held: 4).findings == [])
        #expect(busy([0, 1, 2], held: 4).codes == ["gpu.unused"])
        #expect(busy([0, 1, 2], held: 4).verdict == .ok)
    }

    @Test("Of many GPUs the first sixteen are named, and the rest counted")
    func manyPlaces() {
        let document = (0..<18).reduce(SMIDocument(gpus: 18)) { document, index in
            document.with(gpu: index, "fb_memory_usage/used", "500 MiB")
        }
        let message = GPUEvidence(document).judgement.findings
            .first { $0.code == "gpu.leaked_memory" }?.message
        #expect(
            message?.contains("14, 15 and 2 more, and jobs hold 0 GPUs") == true,
            "\(message ?? "-")")
    }

    @Test("Memory without a process on a free GPU: just below, at and above the limit")
    func leakedMemory() {
        func codes(_ used: String, reserved: String? = "480 MiB") -> [String] {
            GPUEvidence(
                SMIDocument(gpus: 1).with(gpu: 0, "fb_memory_usage/used", used)
                    .with(gpu: 0, "fb_memory_usage/reserved", reserved)
            ).judgement.codes
        }
        #expect(codes("63 MiB") == [] && codes("64 MiB") == [])
        #expect(codes("65 MiB") == ["gpu.leaked_memory"])
        // Old drivers count their own memory as used.
        #expect(codes("500 MiB", reserved: nil) == [])
    }

    @Test("What a GPU has used up of its repairs: just below, at and above the limit")
    func worn() {
        func codes(_ path: String, _ text: String) -> [String] {
            GPUEvidence(SMIDocument([SMIGPU.turing(0).with(path, text)])).judgement.codes
        }
        func rows(_ count: Int) -> [String] {
            GPUEvidence(
                SMIDocument(gpus: 1).with(gpu: 0, "remapped_rows/remapped_row_unc", "\(count)")
            ).judgement.codes
        }
        #expect(rows(511) == [] && rows(512) == ["gpu.remap_limit"])
        #expect(rows(513) == ["gpu.remap_limit"])
        let single = "retired_pages/multiple_single_bit_retirement/retired_count"
        let double = "retired_pages/double_bit_retirement/retired_count"
        #expect(codes(single, "59") == [] && codes(single, "60") == ["gpu.retired_pages"])
        #expect(codes(double, "15") == [] && codes(double, "16") == ["gpu.retired_pages"])
    }

    @Test func pendingModes() {
        let document = SMIDocument(gpus: 2).with(gpu: 1, "ecc_mode/pending_ecc", "Disabled")
        #expect(GPUEvidence(document).judgement.codes == ["gpu.mode_pending"])
        let split = SMIDocument(gpus: 1).with(gpu: 0, "mig_mode/pending_mig", "Enabled")
        #expect(GPUEvidence(split).judgement.codes == ["gpu.mode_pending"])
    }
}
