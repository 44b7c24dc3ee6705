import ArgumentParser
import Foundation
@testable import ParallelCluster
import TestSupport
import Testing

/// Where commands of `fleet cluster` run in this process, with scripts in place of pcluster and aws.
///
/// For the body of an exit test alone: a command reads the process's environment and prints on the process's streams.
struct CommandDesk {
    /// How a command ended, and what it printed.
    struct Ran {
        var code: Int32
        var out: String
        var err: String
        /// The lines of standard output.
        var lines: [String] { out.split(separator: "\n").map(String.init) }
    }

    private let folder: TemporaryFolder

    /// The operator's home.
    var home: String { folder.path }

    /// A desk with these scripts, which note what they were asked.
    ///
    /// - Parameters:
    ///   - pcluster: A script's body; nil for a machine without it.
    ///   - aws: The same for aws.
    ///   - plugin: The same for the Session Manager's plugin.
    ///   - files: Files of the home, by their names.
    ///   - environment: More of the environment.
    /// - Throws: What writing the files throws.
    init(
        pcluster: String? = nil, aws: String? = nil, plugin: String? = nil,
        files: [String: String] = [:], environment: [String: String] = [:]
    ) throws {
        folder = try TemporaryFolder(files)
        let bodies = ["pcluster": pcluster, "aws": aws, "session-manager-plugin": plugin]
        for (name, body) in bodies {
            guard let body else { continue }
            try folder.write(
                "#!/bin/sh\nprintf '%s\\n' \"\(name) $*\" >>\"$HOME/calls\"\n\(body)\n",
                to: "bin/\(name)")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/bin/\(name)")
        }
        for name in ProcessInfo.processInfo.environment.keys
        where ["AWS_", "CLUSTER_", "FLEET_", "FSX_", "ACCOUNT_"].contains(where: name.hasPrefix) {
            unsafe unsetenv(name)
        }
        let own = [
            "HOME": folder.path, "PATH": "\(folder.path)/bin:/usr/bin:/bin",
            "AWS_REGION": "us-east-1", "TERM": "xterm", "COLUMNS": "80",
        ]
        for (name, value) in own.merging(environment, uniquingKeysWith: { $1 }) {
            unsafe setenv(name, value, 1)
        }
    }

    /// A file of the home; nil where it is not there.
    func text(_ name: String) -> String? {
        try? String(contentsOfFile: "\(home)/\(name)", encoding: .utf8)
    }

    /// What the scripts were asked since the last time, a line each.
    func calls() -> [String] {
        defer { try? FileManager.default.removeItem(atPath: "\(home)/calls") }
        return (text("calls") ?? "").split(separator: "\n").map(String.init)
    }

    /// Runs a command, its streams into files.
    func fleet(_ words: String...) async throws -> Ran {
        let kept = (dup(1), dup(2))
        for (number, name) in [(Int32(1), "out"), (2, "err")] {
            try folder.write("", to: name)
            let file = try #require(FileHandle(forWritingAtPath: "\(home)/\(name)"))
            dup2(file.fileDescriptor, number)
        }
        let code = await Self.code(of: words)
        dup2(kept.0, 1)
        dup2(kept.1, 2)
        close(kept.0)
        close(kept.1)
        return Ran(code: code, out: text("out") ?? "", err: text("err") ?? "")
    }

    /// Runs a command on a terminal of 80 columns, where somebody types.
    ///
    /// - Parameters:
    ///   - typed: What is typed, before anything is asked.
    ///   - words: The command.
    /// - Returns: The exit code and all that the terminal got.
    /// - Throws: Where there is no terminal to be had.
    func onTerminal(typing typed: String, _ words: String...) async throws -> Ran {
        let screen = try #require(FileHandle(forUpdatingAtPath: "/dev/ptmx"))
        // TIOCSPTLCK and TIOCGPTN of ioctl_tty(2), which Swift does not import.
        var (lock, number): (Int32, UInt32) = (0, 0)
        let main = screen.fileDescriptor
        try #require(unsafe ioctl(main, 0x4004_5431, &lock) == 0)
        try #require(unsafe ioctl(main, 0x8004_5430, &number) == 0)
        let side = try #require(FileHandle(forUpdatingAtPath: "/dev/pts/\(number)"))
        // A terminal that nobody reads takes no more after some pages.
        let reader = Task.detached {
            var all: [UInt8] = []
            var some = [UInt8](repeating: 0, count: 4_096)
            while true {
                // A FileHandle would lose what it has when the other side is closed, which is an error here.
                let count = unsafe read(main, &some, some.count)
                guard count > 0 else { break }
                all += some.prefix(count)
            }
            return String(decoding: all, as: UTF8.self)
        }
        try screen.write(contentsOf: Data(typed.utf8))
        let kept = (0...2).map { dup($0) }
        for number in Int32(0)...2 { dup2(side.fileDescriptor, number) }
        let code = await Self.code(of: words)
        for number in Int32(0)...2 { dup2(kept[Int(number)], number) }
        kept.forEach { _ = close($0) }
        try side.close()
        return Ran(code: code, out: await reader.value, err: "")
    }

    /// The command of a line and its own words.
    ///
    /// The parser of a subcommand alone takes a twentieth of the time of the whole tree's.
    static func command(_ words: [String]) -> (type: any ParsableCommand.Type, words: [String]) {
        let found = ClusterCommand.configuration.subcommands.first {
            $0.configuration.commandName == words.first
        }
        return found.map { ($0, Array(words.dropFirst())) } ?? (ClusterCommand.self, words)
    }

    /// As the program's own start does it.
    private static func code(of line: [String]) async -> Int32 {
        let (type, words) = command(line)
        do {
            var command = try type.parseAsRoot(words)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            let message = type.fullMessage(for: error)
            if !message.isEmpty { FileHandle.standardError.write(Data("\(message)\n".utf8)) }
            return type.exitCode(for: error).rawValue
        }
    }
}
