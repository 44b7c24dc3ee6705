import ArgumentParser
internal import Platform
import Terminal

/// `fleet cluster config`.
struct ClusterConfigCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "A cluster configuration out of the template and the variables.",
        discussion: """
            An undefined or empty variable is an error with its line, and nothing is written. --reservation makes the \
            guide's edits for a capacity reservation together: PlacementGroup off, MinCount = MaxCount = --count, \
            the reservation's id, and with --capacity-block the CapacityType. Exit codes: 0 written, or with --diff no \
            difference; 1 a difference; 64 a variable or a file.
            """)

    @OptionGroup var options: ClusterOptions
    @OptionGroup var variables: VariableOptions

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write; standard output without it.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("A template of your own.", valueName: "file"))
    var template: String?

    @Option(help: ArgumentHelp("A capacity reservation for the nodes.", valueName: "cr-..."))
    var reservation: String?

    @Option(help: ArgumentHelp("How many instances the reservation has.", valueName: "n"))
    var count: Int?

    @Flag(help: "The reservation is a capacity block.")
    var capacityBlock = false

    @Option(
        help: ArgumentHelp(
            "The queue that gets the reservation, where there are several.", valueName: "name"))
    var queue: String?

    @Option(
        help: ArgumentHelp(
            "Write nothing: show what would differ from this file.", valueName: "file"))
    var diff: String?

    @Flag(help: "Write over a file that was edited by hand.")
    var force = false

    mutating func validate() throws {
        if (reservation == nil) != (count == nil) {
            throw ValidationError("--reservation and --count belong together.")
        }
        if capacityBlock, reservation == nil {
            throw ValidationError("--capacity-block needs --reservation.")
        }
        if let count, !(1...1_000).contains(count) {
            throw ValidationError("--count is 1 to 1000.")
        }
    }

    func work() async throws -> Int32 {
        let session = try ClusterSession(
            options, settings: try variables.values(), isFileNeeded: true)
        var template = try TemplateFile.read(template)
        if let reservation, let count {
            let edit = ReservationEdit(
                id: reservation, count: count, isBlock: capacityBlock, queue: queue)
            template = ConfigurationTemplate(
                name: template.name, text: try edit.applied(to: template.text))
        }
        let text = try template.configuration(from: session.sources)
        for variable in template.variables(from: session.sources) where variable.verdict == .warn {
            session.console.say("fleet: warning: \(variable.name): \(variable.why)")
        }
        let marked = WrittenConfiguration.marked(text, template: template.name)
        if let diff { return try show(difference: marked, from: diff, session) }
        guard let output else {
            try session.console.write(Array(marked.utf8))
            return 0
        }
        try write(marked, to: output, session)
        return 0
    }

    private func write(_ text: String, to path: String, _ session: ClusterSession) throws {
        if let before = try PrivateFile.read(path) {
            if before == text {
                session.console.say("fleet: \(path) is as it would be written")
                return
            }
            guard force || WrittenConfiguration.isUntouched(before) else {
                throw ClusterError(
                    .usage, path, "was edited by hand, or is not fleet's",
                    next: "--diff \(ShellQuote.pasted(path)) shows what differs; "
                        + "--force writes over it")
            }
        }
        if !options.dryRun { try PrivateFile.write(text, to: path) }
        session.console.say("fleet: \(options.dryRun ? "would write" : "wrote") \(path)")
    }

    private func show(
        difference text: String, from path: String, _ session: ClusterSession
    ) throws -> Int32 {
        guard let before = try PrivateFile.read(path) else {
            throw ClusterError(.usage, path, "is not there")
        }
        let lines = LineDifference.lines(from: before, to: text)
        try session.console.print(lines.map(TerminalText.visible))
        return lines.isEmpty ? 0 : 1
    }
}

/// The difference between two texts, line by line, as `-` and `+`, without the first line that fleet itself wrote.
enum LineDifference {
    /// The most lines of both texts that are compared one by one, without those at both ends that are the same; where
    /// there are more, all of them are shown.
    private static let mostLines = 4_000

    static func lines(from before: String, to after: String) -> [String] {
        func body(_ text: String) -> [String] {
            let lines = ConfigurationTemplate.lines(of: text)
            return lines.first?.hasPrefix("# Written by fleet") == true
                ? Array(lines.dropFirst()) : lines
        }
        let (all, allNew) = (body(before), body(after))
        let head = zip(all, allNew).prefix { $0 == $1 }.count
        let tail = zip(all.dropFirst(head).reversed(), allNew.dropFirst(head).reversed())
            .prefix { $0 == $1 }.count
        let old = Array(all[head..<(all.count - tail)])
        let new = Array(allNew[head..<(allNew.count - tail)])
        var changes: [(place: Int, order: Int, text: String)] = []
        // What is compared is a page long; the comparison's memory grows with the square of what differs.
        guard old.count + new.count <= mostLines else {
            return old.enumerated().map { "-\(head + $0.offset + 1): \($0.element)" }
                + new.enumerated().map { "+\(head + $0.offset + 1): \($0.element)" }
        }
        for change in new.difference(from: old) {
            switch change {
            case .remove(let place, let line, _):
                changes.append((place, 0, "-\(head + place + 1): \(line)"))
            case .insert(let place, let line, _):
                changes.append((place, 1, "+\(head + place + 1): \(line)"))
            }
        }
        return changes.sorted { ($0.place, $0.order) < ($1.place, $1.order) }.map(\.text)
    }
}
