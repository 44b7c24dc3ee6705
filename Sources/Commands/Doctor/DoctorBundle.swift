import FoundationEssentials
import Verdicts

/// What `fleet doctor --report` writes for a report of a fault: one text that everybody can read through before it is sent.
///
/// It holds no secret: of the environment only names; of slurm.conf only keys that name a part of Slurm, with plain values; and
/// wherever a value of the environment stands in a text, its name stands instead.
struct DoctorBundle {
    /// The process's environment.
    let environment: [String: String]
    /// What is told of the machine and the programs, each with its name.
    var facts: [(name: String, value: String)] = []
    /// What the doctor found.
    var lines: [DoctorLine] = []
    /// slurm.conf's text; nil where none was read.
    var slurmConf: String?

    /// Keys of slurm.conf that say which parts of Slurm are used: none of them can hold a password, key or token.
    static let keys: Set<String> = [
        "accountingstoragetype", "authtype", "cgroupplugin", "configless", "credtype", "grestypes",
        "jobacctgathertype", "jobcomptype", "launchparameters", "messagetimeout", "mpidefault",
        "minjobage", "maxjobcount", "privatedata", "prologflags", "proctracktype", "rebootprogram",
        "returntoservice", "schedulertype", "selecttype", "selecttypeparameters", "slurmdtimeout",
        "suspendtime", "switchtype", "taskplugin", "topologyplugin", "treewidth",
    ]
    /// Prefixes of the variables whose names matter to fleet and Slurm.
    static let variables = ["SLURM", "SBATCH", "SRUN", "FLEET", "LC_", "LANG", "XDG_", "NO_COLOR"]
    /// The shortest value of a variable that is looked for in texts: shorter ones, such as `1`, stand everywhere.
    static let shortest = 4

    /// The whole text.
    var text: String {
        var text = "fleet doctor --report: look it through before you send it\n"
        func section(_ name: String, _ rows: [String]) {
            text += "\n== \(name)\n" + rows.map { $0 + "\n" }.joined()
        }
        section("program and machine", facts.map { "\($0.name): \($0.value)" })
        section(
            "doctor",
            lines.map { line in
                "\(line.name): \(line.verdict.rawValue): \(line.text)"
                    + (line.fix.map { " -> \($0)" } ?? "")
            })
        section("slurm.conf (keys that name parts of Slurm)", configuration)
        section("variables that are set (names alone)", names)
        return scrubbed(text)
    }

    private var names: [String] {
        environment.keys.filter { name in Self.variables.contains(where: name.hasPrefix) }.sorted()
    }

    private var configuration: [String] {
        (slurmConf ?? "").split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            let key = parts[0].filter { !$0.isWhitespace }
            let value = String(parts[1].prefix { $0 != "#" }).trimmed
            guard Self.keys.contains(key.lowercased()), Self.isPlain(value) else { return nil }
            return "\(key)=\(value)"
        }
    }

    /// Whether a value is a name, a number, or a list of such.
    private static func isPlain(_ value: String) -> Bool {
        value.count <= 80
            && value.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "_,/.-".contains($0))
            }
    }

    /// A text in which the names of variables stand for their values.
    private func scrubbed(_ text: String) -> String {
        // The longest first: a value may be a part of another one.
        let values = environment.filter { $0.value.count >= Self.shortest }
            .sorted { ($0.value.count, $0.key) > ($1.value.count, $1.key) }
        var text = text
        for (name, value) in values { text = text.replacing(value, with: "$\(name)") }
        return text
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
