/// The groups in which a command's options are listed.
enum HelpGroup: CaseIterable {
    /// Those that are typed most.
    case common
    /// The command's own.
    case own
    case selectors
    case reach
    case before
    case printing
    case slurm
    case other

    /// The heading.
    ///
    /// - Parameter command: The command's name.
    /// - Returns: Its words.
    func title(of command: String) -> String {
        switch self {
        case .common: "COMMON OPTIONS"
        case .own:
            switch command {
            case "health", "gpu-check", "check-mount", "check": "WHAT TO CHECK"
            case "run": "WHAT TO RUN"
            case "status", "show", "history": "WHAT TO SHOW"
            default: "WHAT TO DO"
            }
        case .selectors: "WHICH NODES"
        case .reach: "HOW TO REACH THEM"
        case .before: "BEFORE IT BEGINS"
        case .printing: "WHAT TO PRINT"
        case .slurm: "SLURM'S OPTIONS"
        case .other: "OTHER OPTIONS"
        }
    }

    /// The long options of each group; what is in none is the command's own.
    static let options: [HelpGroup: [String]] = [
        .common: ["nodes", "partition", "format"],
        .selectors: [
            "exclude", "state", "feature", "gres", "job", "user", "reservation", "failed-from",
            "limit", "random", "from", "from-unknown", "max-age",
        ],
        .reach: [
            "wait", "via", "on-busy", "include-drained", "include-head", "power-up", "fanout",
            "batch", "stop-after", "retry", "group",
        ],
        .before: ["dry-run", "confirm", "yes"],
        .printing: [
            "wide", "gpus", "output", "metrics", "report", "changed-only", "quiet", "gather",
            "diff",
            "label", "output-dir", "strict", "ignore-not-run", "asleep", "explain", "exit-code",
        ],
        .slurm: ["account", "qos", "job-gres", "job-memory", "exclusive", "job-name"],
        .other: ["run-dir", "version", "help"],
    ]

    /// The group of an entry of the parser's list, such as `-n, --nodes <hostlist>`.
    init(ofLabel label: String) {
        let names = label.split { ", /".contains($0) }.filter { $0.hasPrefix("--") }
            .map { String($0.dropFirst(2)) }
        self =
            Self.allCases.first { group in
                names.contains { Self.options[group]?.contains($0) == true }
            } ?? .own
    }
}
