/// The groups in which `fleet --help` lists the commands, those that matter most first.
enum CommandGroup: String, CaseIterable {
    case nodes = "LOOK AT NODES"
    case checks = "CHECK ONE THING"
    case actions = "DO SOMETHING"
    case runs = "RUNS THAT ARE KEPT"
    case fleet = "FLEET ITSELF"

    /// The commands of the group, in order; a test compares them with those that there are.
    var commands: [String] {
        switch self {
        case .nodes: ["health", "status", "node", "history", "nodes"]
        case .checks: ["gpu-check", "check-mount", "check", "checks"]
        case .actions: ["run", "mount-lustre", "drain", "resume", "reboot"]
        case .runs: ["runs", "show", "attach", "cancel"]
        case .fleet: ["config", "doctor", "completion", "cluster"]
        }
    }

    /// The sections of these entries; what is in no group stands at the end.
    static func sections(of entries: [HelpText.Entry]) -> [HelpText.Section] {
        let groups = allCases.map { group in
            HelpText.Section(
                title: group.rawValue,
                entries: group.commands.compactMap { name in
                    entries.first { $0.label == name }
                })
        }
        let known = Set(allCases.flatMap(\.commands))
        let others = HelpText.Section(
            title: "OTHER COMMANDS", entries: entries.filter { !known.contains($0.label) })
        return (groups + [others]).filter { !$0.entries.isEmpty }
    }
}
