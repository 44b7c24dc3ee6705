import FanOut
import FoundationEssentials
import Platform
import Subprocess
import Sweeps
import Terminal

/// Makes the payload of `fleet run` from the command line; looks at the files it names.
struct PayloadBuilder {
    let flags: PayloadFlags
    let command: [String]
    /// Seconds the command may run; nil for no limit but the partition's, or a day.
    let timeout: Int?
    let environment: [String: String]

    /// The payload.
    ///
    /// - Throws: A ``UsageError`` for a command line that makes no sense, a ``PayloadFileError`` for a file that cannot
    ///   be read.
    func payload() async throws -> Payload {
        for (flag, path) in [("--script", flags.script), ("--stdin", flags.stdin)] where path == ""
        {
            throw UsageError("\(flag) '' names no file.")
        }
        var payload = Payload(
            arguments: try Self.arguments(flags: flags, command: command),
            timeout: timeout ?? Payload.day, beginsAtHome: true)
        payload.isOpenEnded = timeout == nil ? true : nil
        payload.environment = try flags.env.map(variable)
        payload.isTemplate = flags.template
        if let script = flags.script {
            // Executable there, whatever it is here.
            payload.files.append(
                try await file(script, .program, name: PayloadFile.programName, mode: 0o700))
        }
        if let stdin = flags.stdin {
            payload.files.append(
                try await file(
                    stdin, .standardInput, name: PayloadFile.standardInputName, mode: 0o600))
        }
        for (index, pair) in flags.copy.enumerated() {
            // The last colon, so that a path here may hold some.
            guard let colon = pair.lastIndex(of: ":"), colon > pair.startIndex,
                pair.index(after: colon) < pair.endIndex,
                pair[pair.index(after: colon)...].hasPrefix("/")
            else {
                throw UsageError(
                    "--copy '\(pair)': write it as in ./app.conf:/etc/app.conf, with an absolute path behind the colon."
                )
            }
            payload.files.append(
                try await file(
                    String(pair[..<colon]), .copy, name: "copy-\(index + 1)", mode: nil,
                    destination: String(pair[pair.index(after: colon)...])))
        }
        return payload
    }

    /// What is run: the command as given, or the shell's line; with a script, its arguments alone.
    ///
    /// - Throws: A ``UsageError`` where there is nothing to run, or too much.
    static func arguments(
        flags: PayloadFlags, command: [String]
    ) throws(UsageError) -> [String] {
        if flags.shell != nil, flags.script != nil {
            throw UsageError("--shell and --script exclude each other.")
        }
        // An empty shell variable must not look like a command that went well.
        if let line = flags.shell, line.allSatisfy(\.isWhitespace) {
            throw UsageError("--shell '\(line)' says nothing to run: is a variable unset?")
        }
        if flags.script == nil, command.first == "" {
            throw UsageError("The command after -- is empty: is a variable unset?")
        }
        if let line = flags.shell {
            guard command.isEmpty else {
                throw UsageError("--shell takes the whole line; give no command after --.")
            }
            return ["/bin/sh", "-c", line, "fleet"]
        }
        if flags.script != nil { return command }
        if !command.isEmpty { return command }
        // Copying alone is a purpose of its own.
        guard !flags.copy.isEmpty else {
            throw UsageError("Give a command after --, as in: fleet run -- uptime")
        }
        return ["true"]
    }

    private func variable(_ text: String) throws(UsageError) -> String {
        let name = text.prefix { $0 != "=" }
        guard let first = name.first, first.isLetter || first == "_",
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else { throw UsageError("--env '\(text)': '\(name)' is no name of a variable.") }
        if text.contains("=") { return text }
        guard let value = environment[text] else {
            throw UsageError(
                "--env \(text): it is not set here; give it a value: --env \(text)=...")
        }
        return "\(text)=\(value)"
    }

    private func file(
        _ path: String, _ role: PayloadFile.Role, name: String, mode: Int?, destination: String = ""
    ) async throws -> PayloadFile {
        // A pipe can be read once: it becomes a file first.
        if path == "-" {
            let spooled = try await PayloadFiles.spool()
            var file = PayloadFile(
                role: role, name: name, source: spooled.path, destination: destination,
                mode: mode ?? 0o600, sha256: try await PayloadFiles.sha256(of: spooled.path),
                size: spooled.size)
            file.isSpooled = true
            return file
        }
        let facts: [FileAttributeKey: Any]
        do {
            facts = try FileManager.default.attributesOfItem(
                atPath: URL(filePath: path).resolvingSymlinksInPath().path)
            guard facts[.type] as? FileAttributeType == .typeRegular else {
                throw PayloadFileError(path: path, cause: "it is no regular file")
            }
        } catch let error as PayloadFileError {
            throw error
        } catch {
            throw PayloadFileError(path: path, cause: FileProblem.words(error))
        }
        return PayloadFile(
            role: role, name: name, source: path, destination: destination,
            mode: mode ?? (facts[.posixPermissions] as? Int ?? 0o644),
            sha256: try await PayloadFiles.sha256(of: path),
            size: facts[.size] as? Int ?? 0)
    }
}
