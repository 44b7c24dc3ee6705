import FanOut
import SlurmModel

extension GPUEvidence {
    /// Reads the evidence from a node's answer.
    ///
    /// - Parameters:
    ///   - answer: What the collector sent.
    ///   - node: Slurm's record of the node; nil for the head node.
    ///   - launcher: Which launcher ran the collector.
    ///   - ranOut: Whether the collector itself was stopped at its deadline.
    init(_ answer: GPUAnswer, node: Node?, launcher: Launcher?, ranOut: Bool) {
        let smi = answer.parts["smi"]
        self.init(
            exit: smi?.exit, stdout: smi?.bytes ?? [],
            stderr: answer.parts["smi_errors"]?.text ?? "", expected: node?.gpus ?? [],
            requested: launcher == .direct
                ? 0 : node.flatMap(RunPlan.requestedGPUs)?.count ?? 0)
        isDirect = launcher == .direct || launcher == .local
        isShared = node?.gres.contains { ["shard", "mps"].contains($0.name) } ?? false
        let ended = smi?.exit
        // No exit code: the command did not end and was left running. Its own deadline sends TERM and then KILL.
        timedOut =
            ranOut && smi == nil || smi != nil && ended == nil || ended == .exited(124)
            || ended == .signalled(9)
        readHost(answer)
        readLinks(answer)
        broken = Self.broken(answer, ranOut: ranOut)
    }

    private mutating func readHost(_ answer: GPUAnswer) {
        for line in answer.parts["host"]?.text.split(separator: "\n") ?? [] {
            let fields = line.split(separator: "=", maxSplits: 1)
            guard fields.count == 2 else { continue }
            if fields[0] == "boot_id" { bootID = String(fields[1].prefix(64)) }
            if fields[0] == "uptime" { uptime = GPUValue(String(fields[1])).number }
        }
        kernelDriver = answer.parts["driver"].flatMap { Self.version($0.text) }
        pci = Self.collected(answer, "pci") { part in
            PCIFunction.isWhole(part.text)
                ? .value(PCIFunction.functions(part.text)) : .missing("it breaks off on the node")
        }
        otherAccelerators = Self.others(answer.parts["pci"]) + Self.others(answer.parts["others"])
        kernelLog = Self.collected(answer, "kernel", Self.kernelLog)
    }

    private mutating func readLinks(_ answer: GPUAnswer) {
        if let part = answer.parts["nvlink"] {
            linksAreSilent = part.isGood && part.text.trimmed.isEmpty
            nvlink = Self.collected(answer, "nvlink") { part in
                // A command that was stopped at its deadline lists only some of the GPUs.
                let isStopped = [nil, .exited(124), .exited(137), .signalled(9)].contains(part.exit)
                let statuses = isStopped ? [] : NVLinkStatus.statuses(part.text)
                if !statuses.isEmpty { return .value(statuses) }
                return .missing(isStopped ? "nvidia-smi nvlink hung" : "no GPU in its answer")
            }
        }
        if answer.parts["fabric_manager"] != nil {
            fabricManager = Self.collected(answer, "fabric_manager") { part in
                let word = part.text.split(whereSeparator: \.isWhitespace).first.map(String.init)
                // The states that systemctl prints; any other output is an error message.
                let states = ["active", "inactive", "failed", "activating", "deactivating"]
                guard let word, states.contains(word) else {
                    return .missing("systemctl: \(part.text.trimmed.prefix(120))")
                }
                return .value(word)
            }
        }
        if let devices = answer.parts["devices"], devices.isGood, !devices.bytes.isEmpty {
            denied = devices.text.split(separator: "\n").compactMap { line in
                // EPERM comes from the device cgroup; EACCES would come from the file's own mode.
                line.hasSuffix(" Operation not permitted")
                    ? line.split(separator: " ").first.flatMap { PCIAddress($0) } : nil
            }
        }
    }

    /// The addresses of display controllers and accelerators whose vendor is AMD, Intel (no plain graphics) or Habana.
    private static func others(_ part: GPUAnswer.Part?) -> [String] {
        (part?.text ?? "").split(separator: "\n").prefix(4096).compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 2, ["03", "12"].contains(words[1].prefix(2)) else { return nil }
            let isGraphics = words[1].hasPrefix("0300")
            let isOther = ["1002:", "1da3:"].contains(words[2].prefix(5))
            let isIntel = words[2].hasPrefix("8086:") && !isGraphics
            return isOther || isIntel ? String(words[0]) : nil
        }
    }

    private static func collected<Value: Hashable & Sendable>(
        _ answer: GPUAnswer, _ name: String, _ read: (GPUAnswer.Part) -> Collected<Value>
    ) -> Collected<Value> {
        guard let part = answer.parts[name] else { return .missing("it did not come home") }
        guard part.isWhole else { return .missing("it broke off on its way") }
        return read(part)
    }

    /// Reads the log's source, its lines, and the collector's closing line.
    private static func kernelLog(_ part: GPUAnswer.Part) -> Collected<KernelLog> {
        var lines = part.text.split(separator: "\n").map(String.init)
        guard part.exit == .exited(0) else {
            return .missing(part.text.trimmed.isEmpty ? "it is empty" : part.text.trimmed)
        }
        guard let last = lines.popLast(), last.hasPrefix("@read "), last.hasSuffix(" whole"),
            !lines.isEmpty
        else { return .missing("it broke off on the node") }
        func left(_ kind: String) -> Int {
            let word = "@left \(kind) "
            let line = lines.last { $0.hasPrefix(word) }
            // Bounded, because further lines are added to it.
            return line.flatMap { Int($0.dropFirst(word.count)) }.map { min(max(0, $0), 1 << 40) }
                ?? 0
        }
        let log = KernelLog(
            source: lines.removeFirst(), lines: lines.filter { !$0.hasPrefix("@left ") },
            leftOut: left("other"), lost: left("events"))
        return .value(log)
    }

    /// The first word that looks like a version, such as `570.172.08`.
    private static func version(_ text: String) -> String? {
        text.split(whereSeparator: \.isWhitespace).first { word in
            word.contains(".") && word.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        }.map(String.init)
    }

    private static func broken(_ answer: GPUAnswer, ranOut: Bool) -> String? {
        if let collector = answer.parts["collector"] { return collector.text.trimmed }
        if let leftOut = answer.leftOut { return leftOut }
        if let part = answer.parts.first(where: { !$0.value.isWhole }) {
            return "its part \(part.key) broke off"
        }
        if ranOut || answer.isWhole { return nil }
        return answer.parts["smi"] == nil
            ? "nvidia-smi's part did not come home" : "its end did not come home"
    }
}
