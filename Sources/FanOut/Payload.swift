import Platform

/// What is run on each node.
package struct Payload: Codable, Hashable, Sendable {
    /// The program and its arguments, exactly as given, without a shell.
    ///
    /// When ``files`` contains the program, these are only its arguments.
    package var arguments: [String]
    /// Seconds it may run; then TERM, and after ``killGrace`` KILL, to its whole process group.
    package var timeout: Int
    /// Whether it should run as root: through password-less sudo where the node allows it, else as the calling user.
    package var wantsRoot: Bool
    /// Whether it starts in the user's home, as with ssh, or in `/`: a home on a dead mount point must not hang a
    /// probe.
    package var beginsAtHome: Bool
    /// Variables set only for the payload, each as `NAME=VALUE`.
    package var environment: [String] = []
    /// Whether `{node}` in its arguments stands for the node's name.
    package var isTemplate = false
    /// Whether it reports its stages, as words joined by `-`, to the path in FLEET_STAGE.
    ///
    /// With a run directory, the path is the beginning of a file name next to the record, so that one listing of the
    /// folder shows the stages of all nodes. With a step, it is the step's standard output, and the payload writes a
    /// line `fleet-stage/1 WORDS`.
    package var tellsStages = false
    /// The files that travel with it.
    package var files: [PayloadFile] = []
    /// Whether the user set no limit: then ``timeout`` is ``day``, and a job keeps its partition's limit if that is
    /// shorter; nil in runs of older fleets, which always had a limit.
    package var isOpenEnded: Bool?

    /// The most seconds that a payload without a limit may run, so that it does not stay on the node for ever.
    package static let day = 86_400

    /// Seconds between TERM and KILL.
    package static let killGrace = 5

    /// Makes a payload of a program and its arguments.
    package init(
        arguments: [String], timeout: Int, wantsRoot: Bool = false, beginsAtHome: Bool = false
    ) {
        self.arguments = arguments
        self.timeout = timeout
        self.wantsRoot = wantsRoot
        self.beginsAtHome = beginsAtHome
    }

    /// Makes a payload of a POSIX shell script.
    ///
    /// - Parameters:
    ///   - script: The script's text; 128 KiB at most, the kernel's limit for one argument.
    ///   - variables: Set for the script alone, each as `NAME=VALUE`; through env(1), since sudo drops what it inherits.
    ///   - timeout: Seconds it may run.
    ///   - wantsRoot: Whether it wants to run as root.
    package init(script: String, variables: [String], timeout: Int, wantsRoot: Bool = false) {
        self.init(
            arguments: ["env"] + variables + ["/bin/sh", "-c", script, "fleet"],
            timeout: timeout, wantsRoot: wantsRoot)
    }

    /// The payload with only the names of its variables: the values may be secrets.
    package var withoutValues: Payload {
        var payload = self
        payload.environment = environment.map { String($0.prefix { $0 != "=" }) }
        return payload
    }

    /// The arguments as words of a shell in which `node` is the node's name.
    var argumentsOnAnyNode: String {
        guard isTemplate else { return ShellQuote.line(arguments) }
        return arguments.map {
            $0.split(separator: "{node}", omittingEmptySubsequences: false)
                .map { ShellQuote.word(String($0)) }.joined(separator: #""$node""#)
        }.joined(separator: " ")
    }

    /// The arguments for one node.
    func arguments(on node: String) -> [String] {
        guard isTemplate else { return arguments }
        return arguments.map {
            $0.split(separator: "{node}", omittingEmptySubsequences: false).joined(separator: node)
        }
    }
}
