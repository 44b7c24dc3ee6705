import Foundation
package import Subprocess
import SystemPackage
package import Testing

/// A second real user, as whom a test attacks: `nobody`, whom only root can become.
package enum OtherUser {
    /// Its number.
    package static let id: uid_t = 65_534
    /// Whether a test can become that user.
    package static let isThere =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/perl")
    /// Why a suite that needs it is skipped.
    package static let whyNot: Comment = "needs root, setpriv and perl: it attacks as a second user"

    private static let becoming: [String] = [
        "--reuid", "65534", "--regid", "65534", "--clear-groups",
    ]

    /// Runs a line of shell as the other user, in a folder.
    @discardableResult
    package static func sh(_ line: String, in folder: String) async throws -> String {
        let ended = try await Subprocess.run(
            .path("/usr/bin/setpriv"),
            arguments: Arguments(becoming + ["/bin/sh", "-c", line]),
            workingDirectory: FilePath(folder), input: .none, output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        #expect(ended.terminationStatus == .exited(0), "\(line): \(ended.standardError)")
        return ended.standardOutput
    }

    /// Does something while the other user runs a loop in perl, over and over, in a folder.
    ///
    /// - Parameters:
    ///   - loop: The loop's body.
    ///   - folder: Where it runs.
    ///   - asRoot: Whether it is root of another node that does it, on storage that trusts it.
    ///   - body: What is done meanwhile.
    /// - Throws: What the body throws.
    package static func while_(
        _ loop: String, in folder: String, asRoot: Bool = false,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        var platform = PlatformOptions()
        platform.teardownSequence = [.send(signal: .kill, allowedDurationToNextStep: .seconds(1))]
        let options = platform
        try await withThrowingTaskGroup { group in
            group.addTask {
                // Ends by itself should nobody end it.
                _ = try? await Subprocess.run(
                    .path(asRoot ? "/usr/bin/env" : "/usr/bin/setpriv"),
                    arguments: Arguments(
                        (asRoot ? [] : becoming)
                            + ["/usr/bin/perl", "-e", "alarm 600; while (1) { \(loop) }"]),
                    workingDirectory: FilePath(folder), platformOptions: options, input: .none,
                    output: .discarded, error: .discarded)
            }
            try await Task.sleep(for: .milliseconds(100))
            defer { group.cancelAll() }
            try await body()
        }
    }

    /// Two names in a folder that change places at once, in perl: Linux's renameat2 with RENAME_EXCHANGE.
    package static func exchange(_ one: String, _ two: String) -> String {
        "my ($p, $q) = (\"\(one)\", \"\(two)\"); syscall(316, -100, $p, -100, $q, 2);"
    }
}

extension TemporaryFolder {
    /// Makes a folder in it that belongs to a user.
    package func folder(_ name: String, owner: uid_t = geteuid(), mode: Int = 0o755) throws
        -> String
    {
        let place = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true)
        try FileManager.default.setAttributes(
            [.ownerAccountID: Int(owner), .posixPermissions: mode], ofItemAtPath: place)
        return place
    }

    /// A file of root's that nobody else may read or write, with its permissions and text, to see that they stay.
    package func secret(_ name: String = "secret") throws -> String {
        try write("root's own\n", to: name)
        let place = "\(path)/\(name)"
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place)
        return place
    }

    /// Whether that file is as it was.
    package static func isUntouched(_ secret: String) throws -> Bool {
        let facts = try FileManager.default.attributesOfItem(atPath: secret)
        let text = try String(contentsOfFile: secret, encoding: .utf8)
        return facts[.posixPermissions] as? Int == 0o600
            && facts[.ownerAccountID] as? Int == 0 && text == "root's own\n"
    }
}
