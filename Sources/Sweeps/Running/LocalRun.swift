package import FanOut
import FoundationEssentials
import Platform
import Subprocess
import SystemPackage
package import Verdicts

/// This machine as the only target of a probe: the same wrapper and record, without Slurm and without a run directory.
package struct LocalRun: Sendable {
    /// The machine's name: that of its node where slurmd says so, else its own up to the first dot.
    package let name: String
    private let home: String?

    /// Looks at the machine.
    package init(site: Site) {
        let node = site.environment["SLURMD_NODENAME"] ?? ""
        name = node.isEmpty ? HeadNode().name : node
        home = site.home
    }

    /// Runs a probe's payload here, and gives up on it where it does not come back.
    package func result(of probe: any Probe) async -> NodeResult {
        let payload = probe.payload
        let (results, continuation) = AsyncStream.makeStream(of: NodeResult.self)
        let work = Task.detached { continuation.yield(await perform(payload)) }
        // A process that even KILL does not end must not keep fleet: the row comes all the same.
        let watch = Task.detached {
            try await Task.sleep(for: .seconds(payload.timeout + 2 * Payload.killGrace))
            work.cancel()
            continuation.yield(
                failure(.timedOut, "the payload on this machine did not end when it was told to"))
        }
        defer { watch.cancel() }
        for await result in results { return result }
        return failure(.garbled, "no result")
    }

    /// How many bytes of a record are read: health.sh sends some MiB of each part at most.
    private static let mostBytes = 256 << 20

    private func perform(_ payload: Payload) async -> NodeResult {
        let key = RecordKey(
            run: "local", node: name, nonce: String(UInt64.random(in: .min ... .max), radix: 16),
            job: RecordKey.local)
        let script = JobScript.text(payload: payload, key: key, carrier: .stream(files: [:]))
        var platform = PlatformOptions()
        platform.teardownSequence = [
            .send(signal: .terminate, allowedDurationToNextStep: .seconds(Payload.killGrace))
        ]
        do {
            let ended = try await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", "script=$(cat) && eval \"$script\"", "fleet"],
                environment: .custom(
                    Environment.Key.variables(JobEnvironment.variables(home: home))),
                platformOptions: platform,
                input: .fileDescriptor(
                    try Self.file(holding: script), closeAfterSpawningProcess: true),
                output: .bytes(limit: Self.mostBytes), error: .discarded)
            return result(of: ended.terminationStatus, ended.standardOutput, key, payload)
        } catch {
            return failure(.launchFailed, "cannot run the check on this machine: \(error)")
        }
    }

    private func result(
        of status: TerminationStatus, _ output: [UInt8], _ key: RecordKey, _ payload: Payload
    ) -> NodeResult {
        if case .exited(let code) = status, let cause = WrapperFailure(rawValue: Int(code)) {
            return failure(
                .launchFailed, cause.reason(directory: "/tmp"), remedy: cause.remedy)
        }
        do throws(RecordProblem) {
            return NodeResult(
                node: name, record: try Record(bytes: output, key: key), launcher: .local,
                late: "still running after \(payload.timeout) s")
        } catch {
            return failure(.garbled, "\(error)")
        }
    }

    /// A file without a name that holds a text, to be read from its beginning.
    private static func file(holding text: String) throws -> FileDescriptor {
        // With sudo -E, TMPDIR belongs to another user.
        let file = try OpenFolder(
            path: FileManager.default.temporaryDirectory.path, followsLink: true
        ).unnamedFile()
        do {
            try file.writeAll(text.utf8)
            try file.seek(offset: 0, from: .start)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }

    private func failure(
        _ outcome: Outcome, _ reason: String, remedy: String? = nil
    ) -> NodeResult {
        NodeResult(
            node: name, outcome: outcome, launcher: .local, reason: reason, remedy: remedy)
    }
}
