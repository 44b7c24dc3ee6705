import Platform

/// The wrapper that runs a payload on a node and writes its record; the same for every launcher.
package enum JobScript {
    /// How a payload's files reach the node, and how the record gets back to the head node.
    package enum Carrier: Hashable, Sendable {
        /// Through the run directory at this absolute path, which the node shares.
        case directory(String)
        /// In the script itself, and on standard output; the files' contents in base 64, by name.
        case stream(files: [String: String])
        /// The same for one script that several nodes run at once: each finds its own name, and the record comes back in
        /// lines of base 64. A node whose output is larger than ``most`` bytes says only that.
        case group(files: [String: String], most: Int)

        /// The files that the script brings with it.
        fileprivate var files: [String: String]? {
            switch self {
            case .directory: nil
            case .stream(let files), .group(let files, _): files
            }
        }
    }

    /// The last line of every script: a script that arrived without it was cut off and is not run.
    package static let end = "# fleet-end"

    /// The script for one node.
    ///
    /// - Parameters:
    ///   - payload: What to run.
    ///   - key: What the record must contain; the node replaces the job `local` by its own.
    ///   - attempt: Which attempt at this node it is, from 1 on.
    ///   - carrier: How files and record travel.
    /// - Returns: A POSIX shell script.
    package static func text(
        payload: Payload, key: RecordKey, attempt: Int = 1, carrier: Carrier
    ) -> String {
        let folder = if case .directory(let path) = carrier { path } else { "" }
        let most = if case .group(_, let most) = carrier { "\(most)" } else { "" }
        return """
            #!/bin/sh
            run=\(ShellQuote.word(key.run))
            node=\(most.isEmpty ? ShellQuote.word(key.node) : "$SLURMD_NODENAME")
            nonce=\(ShellQuote.word(key.nonce))
            attempt=\(attempt)
            job=\(key.job == RecordKey.local ? "" : ShellQuote.word(key.job))
            directory=\(ShellQuote.word(folder))
            grouped=\(most)
            limit=\(payload.timeout)
            grace=\(Payload.killGrace)
            wants_root=\(payload.wantsRoot ? 1 : 0)
            begin_in=\(payload.beginsAtHome ? "${HOME:-/}" : "/")
            stdin=\(payload.files.contains { $0.role == .standardInput } ? PayloadFile.standardInputName : "")
            \(files(of: payload, carrier))
            \(payload.files.isEmpty ? "" : carrying)
            \(stage(payload))
            \(launch(payload))
            set -- \(words(of: payload, on: key.node, carrier))
            \(wrapper)
            \(end)

            """
    }

    /// The payload's words in the shell; `FLEET_STAGE` points to where the head node looks for stages.
    private static func words(of payload: Payload, on node: String, _ carrier: Carrier) -> String {
        let line =
            if case .group = carrier {
                payload.argumentsOnAnyNode
            } else {
                ShellQuote.line(payload.arguments(on: node))
            }
        guard payload.tellsStages else { return line }
        let place =
            switch carrier {
            case .directory:
                "$directory/records/.$node.${job:-${SLURM_JOB_ID:-local}}\(RecordScan.stageMark)"
            // A path and not a descriptor, because sudo(8) closes the descriptors that it inherits.
            case .stream, .group: "/proc/$$/fd/1"
            }
        return #"env "FLEET_STAGE=\#(place)" \#(line)"#
    }

    private static let wrapper = code(PackageResources.wrapper_sh)
    private static let carrying = code(PackageResources.wrapper_files_sh)

    /// The script without its comments: slurmctld keeps a copy of it for every job.
    private static func code(_ script: [UInt8]) -> String {
        String(decoding: script, as: UTF8.self).split(separator: "\n")
            .filter { !$0.drop { $0 == " " }.hasPrefix("#") }
            .joined(separator: "\n")
    }

    /// `fleet_file NAME` writes one of the run's files to its standard output.
    private static func files(of payload: Payload, _ carrier: Carrier) -> String {
        guard let contents = carrier.files else {
            return #"fleet_file() { cat "$directory/files/$1"; }"#
        }
        let cases = payload.files.map { file in
            """
            \(file.name)) base64 -d <<'FLEET_FILE_ENDS' ;;
            \(contents[file.name] ?? "")
            FLEET_FILE_ENDS
            """
        }
        guard !cases.isEmpty else { return "fleet_file() { false; }" }
        return "fleet_file() {\ncase $1 in\n\(cases.joined(separator: "\n"))\nesac\n}"
    }

    /// `stage` puts the files where the payload needs them; if it fails, it prints why.
    private static func stage(_ payload: Payload) -> String {
        guard !payload.files.isEmpty else { return "stage() { true; }" }
        let needsFolder = payload.files.contains { $0.role != .copy }
        let steps =
            (needsFolder ? ["make_staging"] : [])
            + payload.files.map { file in
                switch file.role {
                case .program, .standardInput:
                    #"fetch \#(file.name) \#(file.sha256) \#(file.modeText) "$staging/\#(file.name)""#
                case .copy:
                    "place \(file.name) \(file.sha256) \(file.modeText) "
                        + "\(ShellQuote.word(file.destination)) \(ShellQuote.word(file.baseName))"
                }
            }
        return "stage() {\n    \(steps.joined(separator: " &&\n        "))\n}"
    }

    /// `launch` replaces its shell with the payload under timeout(1), with the user's variables set only for the
    /// payload.
    ///
    /// `launch` runs in its own subshell and exports them there, because everybody on the node can read the arguments
    /// of env(1). All values that the wrapper needs are expanded before, since the user may set any variable.
    private static func launch(_ payload: Payload) -> String {
        let program =
            payload.files.contains { $0.role == .program }
            ? #" "$staging/\#(PayloadFile.programName)""# : ""
        guard !payload.environment.isEmpty else {
            return #"launch() { exec timeout -k "$grace" "$limit"\#(program) "$@"; }"#
        }
        let exported = payload.environment.filter { !belongsToShell($0) }
        let others = payload.environment.filter(belongsToShell)
        let env = others.isEmpty ? "" : #" "$(command -v env)" \#(ShellQuote.line(others))"#
        return """
            launch() {
                set -- "$(command -v timeout)" -k "$grace" "$limit"\(env)\(program) "$@"
                \(exported.isEmpty ? "" : "export \(ShellQuote.line(exported))")
                exec "$@"
            }
            """
    }

    /// Whether dash or bash gives this variable a special meaning, so that a shell cannot pass it on unchanged, or
    /// prints a warning about it (such as for a locale that is not installed).
    private static func belongsToShell(_ variable: String) -> Bool {
        let name = variable.prefix { $0 != "=" }
        return ["BASH", "EPOCH", "LC_", "LANG"].contains { name.hasPrefix($0) }
            || shellNames.contains(String(name))
    }

    private static let shellNames: Set<String> = [
        "UID", "EUID", "PPID", "SHELLOPTS", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "OPTIND",
        "HISTCMD", "DIRSTACK", "FUNCNAME", "GROUPS", "PIPESTATUS", "POSIXLY_CORRECT", "PWD",
        "OLDPWD",
        "SHLVL", "_",
    ]
}
