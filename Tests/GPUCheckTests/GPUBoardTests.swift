@testable import GPUCheck
import SlurmModel
import Testing
@testable import Verdicts

/// What is normal for the machine at hand: boards, cards, parts of GPUs, superchips, other vendors.
@Suite("What is normal depends on the board and its peers")
struct GPUBoardTests {
    // MARK: NVLink

    /// A node's answers: GPUs of one product, with these links each; nil for a message that all are inactive.
    private func judge(
        _ name: String, _ gpus: [[String]?], slots: Int? = nil, cluster: String? = nil,
        expected: Int? = nil
    ) -> Judgement {
        let text = gpus.enumerated().map { index, links in
            "GPU \(index): \(name) (UUID: GPU-0000000\(index))\n"
                + (links?.enumerated().map { "\t Link \($0): \($1)\n" }.joined()
                    ?? "NVML: Unable to retrieve NVLink information as all links are inActive\n")
        }.joined()
        let document = SMIDocument(
            gpus.indices.map { index in
                let gpu = SMIGPU.hopper(index).with("product_name", name).without("fabric")
                return cluster.map { gpu.with("fabric/clusterUuid", $0) } ?? gpu
            })
        var evidence = GPUEvidence(document, expected: expected)
        evidence.nvlink = .value(NVLinkStatus.statuses(text))
        if let slots {
            evidence.pci = .value(
                (0..<slots).compactMap { PCIFunction("0000:a\($0):00.0 0302: 10de:2330 (rev a1)") })
        }
        return evidence.judgement
    }

    private func links(_ total: Int, _ active: Int, speed: String = "26.562 GB/s") -> [String] {
        (0..<total).map { $0 < active ? speed : "<inactive>" }
    }

    @Test(
        "A GPU without any other has no link in use",
        arguments: [
            "NVIDIA GH200 480GB", "NVIDIA H100 80GB HBM3", "NVIDIA A100-SXM4-80GB", "NVIDIA H200",
        ])
    func alone(_ name: String) {
        for state in [nil, links(18, 0)] {
            #expect(judge(name, [state], slots: 1).verdict == .ok)
            // One of several, of which the others do not answer, has peers.
            #expect(judge(name, [state], slots: 8, expected: 1).verdict == .fail)
            #expect(judge(name, [state], slots: 1, expected: 8).verdict == .fail)
            // Nobody looked at the bus; or the links go to other hosts.
            #expect(judge(name, [state]).verdict == .fail)
            let rack = "9b34a7a4-0000-4000-8000-000000000001"
            #expect(judge(name, [state], slots: 1, cluster: rack).verdict == .fail)
            let host = "00000000-0000-0000-0000-000000000000"
            #expect(judge(name, [state], slots: 1, cluster: host).verdict == .ok)
        }
    }

    @Test("All links inactive on a board with others fails", arguments: [2, 4, 8])
    func board(_ count: Int) {
        for name in ["NVIDIA H100 80GB HBM3", "NVIDIA A100-SXM4-40GB", "NVIDIA B200"] {
            for state in [nil, links(18, 0)] {
                let all = Array(repeating: state, count: count)
                #expect(judge(name, all, slots: count).verdict == .fail)
            }
            var one = Array(repeating: links(18, 18) as [String]?, count: count)
            #expect(judge(name, one, slots: count).findings == [])
            one[count - 1] = links(18, 17)
            #expect(judge(name, one, slots: count).codes == ["gpu.nvlink"])
            #expect(judge(name, one, slots: count).verdict == .fail)
        }
    }

    /// Cards: product, links that nvidia-smi lists, links of two cards each, and the verdict.
    private static let everyCard: [(name: String, total: Int, active: [Int], verdict: Verdict)] = [
        ("NVIDIA H100 NVL", 18, [12, 12], .ok), ("NVIDIA H100 NVL", 18, [12, 11], .warn),
        ("NVIDIA H100 NVL", 18, [11, 11], .warn), ("NVIDIA H100 NVL", 18, [8, 8], .warn),
        ("NVIDIA H100 NVL", 18, [0, 0], .ok), ("NVIDIA H100 NVL", 18, [12, 0], .warn),
        ("NVIDIA H100 NVL", 18, [12, 12, 0], .ok), ("NVIDIA H100 NVL", 18, [12, 12, 0, 0], .warn),
        ("NVIDIA H100 NVL", 18, [0], .ok), ("NVIDIA H200 NVL", 18, [18, 18, 18, 18], .ok),
        ("NVIDIA H200 NVL", 18, [18, 18, 18, 17], .warn),
        ("NVIDIA A100 80GB PCIe", 12, [12, 12], .ok),
        ("NVIDIA A100 80GB PCIe", 12, [11, 11], .warn), ("NVIDIA A100 80GB PCIe", 12, [8, 8], .ok),
        ("NVIDIA A30", 4, [4, 4], .ok), ("NVIDIA A30", 4, [3, 3], .warn),
        ("NVIDIA GeForce RTX 2080 SUPER", 1, [0], .ok), ("NVIDIA RTX A6000", 4, [4, 4], .ok),
    ]

    @Test("A card uses the links of its bridges, or none", arguments: everyCard.indices)
    func card(_ index: Int) {
        let card = Self.everyCard[index]
        let lines = card.active.map { links(card.total, $0) as [String]? }
        let judgement = judge(card.name, lines, slots: card.active.count)
        #expect(judgement.verdict == card.verdict, "\(judgement.findings.map(\.text))")
        for finding in judgement.findings {
            #expect(finding.remedy?.contains("bridge") == true, "\(finding.text)")
        }
        // Told in a message, or in lines: the same.
        let messages = card.active.map { $0 == 0 ? nil : links(card.total, $0) as [String]? }
        #expect(judge(card.name, messages, slots: card.active.count).verdict == card.verdict)
    }

    @Test("Straight from GPU to GPU some links stay unused, on all alike")
    func direct() {
        let name = "Tesla V100-SXM2-32GB"
        let some = Array(repeating: links(6, 4) as [String]?, count: 4)
        #expect(judge(name, some, slots: 4).findings == [])
        #expect(
            judge(name, some.dropLast(2) + [links(6, 3), links(6, 3)], slots: 4).verdict == .fail)
        #expect(judge(name, [nil, nil], slots: 2).verdict == .fail)
    }

    @Test("A link that is slower than the others is seen on one node, and on one GPU")
    func slow() {
        for (count, total) in [(8, 18), (2, 12), (1, 18)] {
            var all = Array(repeating: links(total, total) as [String]?, count: count)
            all[0]?[3] = "13.281 GB/s"
            let judgement = judge("NVIDIA H100 80GB HBM3", all, slots: count)
            #expect(judgement.codes == ["gpu.nvlink"] && judgement.verdict == .warn)
            #expect(judgement.findings.first?.subject == "GPU 0 (0000:a0:00.0)")
            let message = judgement.findings.first?.message ?? ""
            #expect(message.contains("link 3 runs at 13.281 GB/s") && message.contains("26.562"))
        }
        // All of one GPU's; and a difference that is only the driver's rounding.
        let slow = [links(18, 18), links(18, 18, speed: "13.281 GB/s")] as [[String]?]
        #expect(
            judge("NVIDIA H200", slow, slots: 2).findings.map(\.subject) == ["GPU 1 (0000:a1:00.0)"]
        )
        let near =
            [links(12, 12, speed: "25 GB/s"), links(12, 12, speed: "25.781 GB/s")] as [[String]?]
        #expect(judge("NVIDIA A100-SXM4-80GB", near, slots: 2).findings == [])
    }

    @Test("An answer about some GPUs only is no answer about the others")
    func partial() {
        var evidence = GPUEvidence(SMIDocument(gpus: 4))
        let text = (0..<3).map { index in
            "GPU \(index): NVIDIA H100 80GB HBM3 (UUID: GPU-0000000\(index))\n Link 0: 26.562 GB/s\n"
        }
        evidence.nvlink = .value(NVLinkStatus.statuses(text.joined()))
        #expect(evidence.judgement.codes == ["gpu.nvlink_unread"])
        #expect(evidence.judgement.findings.first?.subject == "GPU 3 (0000:a3:00.0)")
    }

    @Test(
        "A pair of cards without a link is odd where other nodes have theirs, and its bridge is to be seen to"
    )
    func oddPair() {
        func report(_ node: String, _ active: Int) -> NodeReport {
            var judgement = judge(
                "NVIDIA H100 NVL", [links(18, active), links(18, active)], slots: 2)
            // As the facts of a run have them.
            judgement.facts["driver"] = .string("580.105.08")
            return NodeReport(
                result: NodeResult(node: node, outcome: .finished, launcher: .job),
                judgement: judgement, node: Node(name: node, partitions: ["gpu"]))
        }
        let reports = GPUBaseline.review([
            report("n1", 12), report("n2", 12), report("n3", 12), report("n4", 0),
        ])
        let odd = reports.last?.judgement?.findings.filter { $0.severity > .info } ?? []
        #expect(odd.map(\.code) == ["gpu.odd.nvlink"])
        #expect(odd.first?.remedy == GPURemedy.bridge)
        #expect(reports.dropLast().allSatisfy { $0.judgement?.verdict == .ok })
    }

    // MARK: Fabric

    @Test(
        "How joining the fabric ended is the fabric manager's word, however it reads",
        arguments: [
            "Unknown Error", "[Unknown Error]", "ERR!", "Timeout", "Failure", "NVLink is down",
        ])
    func fabricStatus(_ status: String) {
        let document = [2, 5].reduce(SMIDocument(gpus: 8)) {
            $0.with(gpu: $1, "fabric/status", status)
        }
        let judgement = GPUEvidence(document).judgement
        #expect(judgement.codes == ["gpu.fabric", "gpu.fabric"] && judgement.verdict == .fail)
        #expect(
            judgement.findings.map(\.subject) == ["GPU 2 (0000:a2:00.0)", "GPU 5 (0000:a5:00.0)"])
        // Without a state nothing is known.
        let blind = document.with(gpu: 2, "fabric/state", "Unknown Error")
        #expect(GPUEvidence(blind).judgement.codes.contains("gpu.unread"))
    }

    // MARK: MIG

    private func split(_ index: Int, parts: Int) -> SMIGPU {
        var gpu = SMIGPU.hopper(index).with("mig_mode/current_mig", "Enabled")
            .with("mig_mode/pending_mig", "Enabled").with("remapped_rows", "N/A")
        if parts == 0 { gpu.fields.append(("mig_devices", "None")) }
        for part in 0..<parts { gpu.fields.append(("mig_devices/mig_device[\(part)]", "")) }
        return gpu
    }

    /// Devices as the document has them: elements of the same name, which fields by path cannot be.
    private func document(_ gpus: [SMIGPU]) -> GPUEvidence {
        var text = SMIDocument(gpus).text
        while let mark = text.firstRange(of: "<mig_device["),
            let end = text[mark.upperBound...].firstRange(of: "</mig_device[")
        {
            let rest = text[end.upperBound...]
            let close = rest.firstIndex(of: ">").map { text.index(after: $0) } ?? text.endIndex
            text.replaceSubrange(
                mark.lowerBound..<close, with: "<mig_device><index>0</index></mig_device>")
        }
        return GPUEvidence(exit: .exited(0), stdout: Array(text.utf8))
    }

    @Test("MIG without instances is a finding of its own: neither ok nor a broken GPU")
    func emptySplit() {
        var evidence = document([split(0, parts: 0), .hopper(1)])
        (evidence.expected, evidence.requested) = ([.gpus(2)], 2)
        #expect(
            evidence.judgement.codes == ["gpu.mig_empty"] && evidence.judgement.verdict == .warn)
        #expect(evidence.judgement.findings.first?.remedy?.contains("instances") == true)
        // Slurm counts parts, and there are none: jobs wait in vain, and no GPU is broken.
        evidence.expected = [
            GPUCount(type: "h100_1g.10gb", total: 7, used: 0),
            GPUCount(type: "h100", total: 1, used: 0),
        ]
        evidence.requested = 8
        #expect(evidence.judgement.verdict == .fail)
        #expect(evidence.judgement.findings.allSatisfy { $0.remedy?.contains("replace") == false })
        // A job that holds nothing of it may be shown nothing.
        evidence.requested = 1
        #expect(
            evidence.judgement.findings.contains {
                $0.code == "gpu.mig_empty" && $0.severity == .unknown
            })
    }

    /// Configured GPUs by type, the parts of each GPU that answers (nil: whole), and the finding.
    private static let everyCount: [(gres: [(String?, Int)], parts: [Int?], code: String?)] = [
        ([(nil, 4)], [nil, nil, 7, 7], nil), ([(nil, 4)], [nil, 7, 7], "gpu.count"),
        ([("h100", 8)], Array(repeating: 7, count: 7), "gpu.count"),
        ([(nil, 16)], [nil, nil, 7, 7], nil),
        ([(nil, 16)], [nil, nil, 7, 6], "gpu.count"), ([("1g.10gb", 14)], [7, 7], nil),
        ([("1g.10gb", 14)], [7, 6], "gpu.count"),
        ([("h100", 2), ("h100_3g.40gb", 4)], [nil, nil, 2, 2], nil),
        ([("h100", 2), ("h100_3g.40gb", 4)], [nil, 2, 2], "gpu.count"),
        ([(nil, 8)], Array(repeating: nil, count: 8), nil),
    ]

    @Test(
        "GPUs are counted as Slurm counts them: whole, or in parts", arguments: everyCount.indices)
    func counted(_ index: Int) {
        let (gres, parts, code) = Self.everyCount[index]
        var evidence = document(
            parts.enumerated().map { $1 == nil ? .hopper($0) : split($0, parts: $1 ?? 0) })
        evidence.expected = gres.map { GPUCount(type: $0.0, total: $0.1, used: 0) }
        evidence.isDirect = true
        #expect(evidence.judgement.codes == (code.map { [$0] } ?? []))
        #expect((evidence.judgement.verdict == .fail) == (code != nil))
    }

    // MARK: Memory of the node, parts of GPUs

    @Test(
        "A GPU on the processor's chip counts no memory",
        arguments: ["NVIDIA GB10", "NVIDIA Thor", "Orin (nvgpu)"])
    func unified(_ name: String) {
        func gpu(_ total: String?, _ used: String?) -> SMIGPU {
            SMIGPU.hopper(0).without("fb_memory_usage").without("remapped_rows").without(
                "ecc_errors"
            )
            .without("fabric").with("ecc_mode/current_ecc", "N/A").with(
                "ecc_mode/pending_ecc", "N/A"
            )
            .with("product_name", name).with("fb_memory_usage/total", total)
            .with("fb_memory_usage/used", used)
        }
        for absent in ["N/A", "[N/A]", "Not Supported"] {
            #expect(GPUEvidence(SMIDocument([gpu(absent, absent)])).judgement.findings == [])
        }
        // A missing element is missing here too, and so is a value elsewhere.
        #expect(GPUEvidence(SMIDocument([gpu("N/A", nil)])).judgement.codes == ["gpu.missing"])
        #expect(GPUEvidence(SMIDocument([gpu("N/A", "ERR!")])).judgement.verdict == .fail)
        let other = gpu("N/A", "N/A").with("product_name", "NVIDIA H100 PCIe")
        #expect(GPUEvidence(SMIDocument([other])).judgement.codes == ["gpu.missing"])
        let lost = gpu("N/A", "N/A").with("temperature/gpu_temp", "GPU is lost")
        #expect(GPUEvidence(SMIDocument([lost])).judgement.verdict == .fail)
    }

    @Test(
        "The license of a part of a GPU",
        arguments: [
            ("Unlicensed (Restricted)", Verdict.warn), ("Unlicensed", .warn), ("Expired", .warn),
            ("Unlicensed (Unrestricted)", .ok), ("Licensed", .ok),
            ("Licensed (Expiry: 2026-12-31 23:59:59 GMT)", .ok), ("N/A", .ok),
        ])
    func license(_ status: String, _ verdict: Verdict) {
        for element in ["vgpu_software_licensed_product", "grid_licensed_product"] {
            let gpu = SMIGPU.hopper(0).with(element + "/license_status", status)
            #expect(GPUEvidence(SMIDocument([gpu])).judgement.findings == [])
            let part = gpu.with("gpu_virtualization_mode/virtualization_mode", "VGPU")
            let judgement = GPUEvidence(SMIDocument([part])).judgement
            #expect(judgement.verdict == verdict)
            if verdict != .ok {
                #expect(judgement.findings.first?.message.contains(status) == true)
            }
        }
    }

    // MARK: Other vendors, messages

    /// Ends of nvidia-smi that say there is no NVIDIA driver or GPU.
    private static let ends: [(exit: Int, text: String)] = [
        (127, ""),
        (9, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."),
        (6, "No devices were found"), (12, "Failed to initialize NVML: Driver Not Loaded"),
        (12, ""),
    ]

    @Test(
        "GPUs of another vendor are unknown, and no driver of NVIDIA's is asked for",
        arguments: ["mi210", "mi300x", "MI250X", "amd_instinct_mi300a", "gaudi2", "pvc", "max1550"])
    func otherVendors(_ type: String) {
        for end in Self.ends {
            for bus in [nil, "", "0000:c1:00.0 0380: 1002:740f (rev 02)"] {
                var evidence = GPUEvidence(exit: end.exit, end.text)
                evidence.expected = [GPUCount(type: type, total: 4, used: 0)]
                if let bus { evidence.pci = .value(PCIFunction.functions(bus)) }
                let judgement = evidence.judgement
                #expect(judgement.codes == ["gpu.not_nvidia"] && judgement.verdict == .unknown)
                #expect(judgement.findings.first?.message.contains(type) == true)
                #expect(judgement.findings.first?.remedy?.contains("NVIDIA driver") == false)
                // NVIDIA's GPUs on the bus, or in the GRES, want their driver.
                evidence.pci = .value(
                    PCIFunction.functions("0000:a1:00.0 0302: 10de:2330 (rev a1)"))
                #expect(evidence.judgement.verdict == .fail)
            }
        }
    }

    @Test(
        "A type that names NVIDIA's GPU, or nothing, is no other vendor's",
        arguments: ["a100", "h100", nil, "big", "mig", "mi"])
    func ownVendor(_ type: String?) {
        var evidence = GPUEvidence(exit: 127, "")
        evidence.expected = [GPUCount(type: type, total: 4, used: 0)]
        evidence.pci = .value([])
        #expect(evidence.judgement.codes == ["gpu.not_installed"])
        #expect(evidence.judgement.verdict == .fail)
        // Without a name it is another vendor's where the bus shows one.
        evidence.otherAccelerators = ["0000:c1:00.0"]
        let isNamed = type == "a100" || type == "h100"
        #expect(evidence.judgement.verdict == (isNamed ? .fail : .unknown))
    }

    @Test(
        "Messages get their subject, with the GPU's number before its place or without",
        arguments: [
            ("GPU 0000:89:00.0: Unknown Error", "GPU 0000:89:00.0"),
            ("GPU0: 0000:89:00.0: Unknown Error", "GPU 0000:89:00.0"),
            ("GPU 3: 0000:89:00.0: GPU is lost.", "GPU 0000:89:00.0"),
            ("GPU0000:89:00.0: Not Found", "GPU 0000:89:00.0"),
            ("gpu 00000000:89:00.0: Unknown Error", "GPU 0000:89:00.0"),
            ("GPU12: Unknown Error", "GPU 12"), ("GPU: Unknown Error", nil),
        ] as [(String, String?)])
    func subjects(_ words: String, _ subject: String?) {
        let evidence = GPUEvidence(
            exit: 6, "Unable to determine the device handle for \(words)\nNo devices were found")
        let finding = evidence.judgement.findings.first {
            ["gpu.lost", "gpu.unreadable"].contains($0.code)
        }
        #expect(finding?.severity == .fail)
        #expect(finding?.subject == subject)
    }
}
