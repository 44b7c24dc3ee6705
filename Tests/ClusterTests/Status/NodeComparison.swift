/// What `fleet status --format json` says of one node against what scontrol says.
struct NodeComparison {
    let node: JSONDocument
    let scontrol: ScontrolNode

    /// What scontrol writes that fleet does not show, or that only repeats other fields.
    static let ignored: Set = [
        "CapWatts", "AveWatts", "ExtSensorsJoules", "ExtSensorsWatts", "ExtSensorsTemp", "CpuBind",
        "Parameters", "CertFlags", "CertLastRenewal", "BcastAddr",
    ]

    /// The fields that differ, each with both values; empty where all agree.
    var differences: [String] {
        var found: [String] = []
        var left = Set(scontrol.fields.keys).subtracting(Self.ignored)
        for (key, expected) in expectations {
            left.remove(key)
            let given = scontrol.fields[key]
            if given != expected {
                found.append("\(key): scontrol \(given ?? "-"), fleet \(expected ?? "-")")
            }
        }
        for key in left.sorted() {
            found.append("\(key): scontrol has it, the test does not know it")
        }
        if scontrol.tail != tail { found.append("texts: scontrol \(scontrol.tail), fleet \(tail)") }
        return found
    }

    /// Each field as scontrol writes it, made of fleet's JSON; nil where scontrol leaves the field out.
    private var expectations: [(String, String?)] {
        [
            ("NodeName", node["name"].string), ("Arch", node["hardware.architecture"].string),
            ("CoresPerSocket", number("hardware.cores_per_socket")),
            ("CPUAlloc", number("cpus.allocated")), ("CPUEfctv", number("cpus.effective")),
            ("CPUTot", number("cpus.total")), ("CPULoad", load),
            ("AvailableFeatures", list("features_available") ?? "(null)"),
            ("ActiveFeatures", list("features") ?? "(null)"),
            ("Gres", node["gres.text.configured"].string ?? "(null)"),
            ("GresDrain", node["gres.text.drained"].string),
            ("GresUsed", node["gres.text.used"].string),
            ("NodeAddr", node["address"].string), ("NodeHostName", node["hostname"].string),
            ("Port", port), ("Version", node["slurmd_version"].string),
            ("OS", node["hardware.operating_system"].string),
            ("RealMemory", number("memory_mib.total")),
            ("AllocMem", number("memory_mib.allocated")),
            ("FreeMem", number("memory_mib.free") ?? "N/A"),
            ("Sockets", number("hardware.sockets")), ("Boards", number("hardware.boards")),
            ("CoreSpecCount", nonZero("cpus.specialized_cores")),
            ("CPUSpecList", node["cpus.specialized"].string),
            ("MemSpecLimit", nonZero("memory_mib.specialized")),
            ("RestrictedCoresPerGPU", nonZero("cpus.restricted_cores_per_gpu")),
            ("GpuSpec", node["cpus.restricted_cores"].string),
            ("State", node["state.complete"].string),
            ("ThreadsPerCore", number("hardware.threads_per_core")),
            ("TmpDisk", number("hardware.temporary_disk_mib")), ("Weight", number("weight")),
            ("Owner", node["owner"].string ?? "N/A"),
            ("MCS_label", node["mcs_label"].string ?? "N/A"),
            ("NextState", node["next_state"].string), ("Partitions", list("partitions")),
            ("BootTime", time("boot_time") ?? "None"),
            ("SlurmdStartTime", time("slurmd_start") ?? "None"),
            ("LastBusyTime", time("last_busy") ?? "Unknown"),
            ("ResumeAfterTime", has("ResumeAfterTime", time("resume_after") ?? "None")),
            ("CfgTRES", node["tres.configured"].string ?? ""),
            ("AllocTRES", node["tres.allocated"].string ?? ""),
            ("CurrentWatts", has("CurrentWatts", number("watts") ?? "n/s")),
            ("ReservationName", node["reservation"].string),
            ("InstanceId", node["instance_id"].string),
            ("InstanceType", node["instance_type"].string),
            ("Topology", node["topology"].string),
            ("SuspendTime", has("SuspendTime", number("suspend_seconds") ?? never)),
        ]
    }

    /// As scontrol writes the free texts: the reason's first line with who and when, further ones indented.
    private var tail: String {
        var parts: [String] = []
        if let reason = node["reason.text"].string {
            var lines = reason.split(separator: "\n").map(String.init)
            // A reason of slurm.conf has no user and no time.
            if let time = time("reason.time") {
                lines[0] += " [\(node["reason.user"].string ?? nobody)@\(time)]"
            }
            parts.append("   Reason=" + lines.joined(separator: "\n          "))
        }
        if let comment = node["comment"].string { parts.append("   Comment=\(comment)") }
        if let extra = node["extra"].string { parts.append("   Extra=\(extra)") }
        // Releases write them in different orders.
        return parts.sorted { position($0) < position($1) }.joined(separator: "\n")
    }

    /// How scontrol writes that a reason is nobody's: not at all; 26.05 writes the number NO_VAL for its own POWER_DOWN_ASAP.
    private var nobody: String {
        scontrol.tail.contains(" [4294967294@") ? "4294967294" : ""
    }

    private func position(_ part: String) -> Int {
        let key = part.prefix { $0 != "=" } + "="
        let text = "\n" + scontrol.tail
        return text.ranges(of: "\n" + key).first.map {
            text.distance(from: text.startIndex, to: $0.lowerBound)
        } ?? .max
    }

    private func number(_ path: String) -> String? { node[path].integer.map(String.init) }

    private func nonZero(_ path: String) -> String? {
        node[path].integer.flatMap { $0 == 0 ? nil : String($0) }
    }

    private func list(_ path: String) -> String? {
        let texts = node[path].elements.compactMap(\.string)
        return texts.isEmpty ? nil : texts.joined(separator: ",")
    }

    /// What only newer releases write.
    private func has(_ key: String, _ value: String) -> String? {
        scontrol.fields[key] == nil ? nil : value
    }

    /// No SuspendTime: empty, or from 26.05 on a word.
    private var never: String { scontrol.fields["SuspendTime"] == "INFINITE" ? "INFINITE" : "" }

    /// Only a port that is not the cluster's own is written.
    private var port: String? { has("Port", number("port") ?? "-") }

    /// Two digits after the point.
    private var load: String {
        guard let load = node["cpus.load"].double else { return "N/A" }
        let hundredths = Int((load * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    /// scontrol runs in UTC, and writes no Z.
    private func time(_ path: String) -> String? { node[path].string.map { String($0.dropLast()) } }
}
