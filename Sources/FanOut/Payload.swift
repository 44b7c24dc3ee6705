/// What is run on each node.
package struct Payload: Codable, Hashable, Sendable {
    /// The program and its arguments, exactly as given: no shell stands between.
    ///
    /// With a program among ``files``, its arguments alone.
    package var arguments: [String]
    /// Seconds it may run; then TERM, and after ``killGrace`` KILL, to its whole process group.
    package var timeout: Int
    /// Whether it wants to run as root: through password-less sudo where the node allows it, else as the
    /// calling user.
    package var wantsRoot: Bool
    /// Whether it begins in the user's home, as over ssh, or in `/`: a home on dead storage must not hang a probe.
    package var beginsAtHome: Bool
    /// Variables set for it alone, each as `NAME=VALUE`.
    package var environment: [String] = []
    /// Whether `{node}` in its arguments stands for the node's name.
    package var isTemplate = false
    /// Whether it tells how far it is, in words with `-` between them: to the path in FLEET_STAGE.
    ///
    /// That is a file name to be completed, beside its record, so that one look at the folder tells of all nodes; or the step's own
    /// standard output, for a line `fleet-stage/1 WORDS`.
    package var tellsStages = false
    /// The files that travel with it.
    package var files: [PayloadFile] = []
    /// Whether nobody set a limit: then ``timeout`` is ``day``, and a job keeps its partition's where that is shorter;
    /// nil in runs of older fleets, which always had one.
    package var isOpenEnded: Bool?

    /// Seconds that a payload may run at most where nobody set a limit, so that nothing is left behind for good.
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

    /// The payload with the names of its variables alone: enough to tell what was run.
    package var withoutValues: Payload {
        var payload = self
        payload.environment = environment.map { String($0.prefix { $0 != "=" }) }
        return payload
    }

    /// The arguments for one node.
    func arguments(on node: String) -> [String] {
        guard isTemplate else { return arguments }
        return arguments.map {
            $0.split(separator: "{node}", omittingEmptySubsequences: false).joined(separator: node)
        }
    }
}
