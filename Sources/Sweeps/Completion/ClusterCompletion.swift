package import ArgumentParser
import DefinedChecks
import Dispatch
import FoundationEssentials
import Runs
import SlurmKit
import SlurmModel
import Synchronization
import SystemPackage
import Verdicts

/// The shell completions for words that name something of the cluster.
///
/// It prints no message and takes little time, whatever fails: the shell would print a message in the middle of the
/// user's line.
package enum ClusterCompletion {
    /// Names of nodes.
    package static let nodes = CompletionKind.custom { _, _, prefix in
        names(prefix) { $0.nodes.map(\.name) }
    }

    /// Names of partitions, hidden ones too.
    static let partitions = CompletionKind.custom { _, _, prefix in
        names(prefix) { $0.partitions.map(\.name) }
    }

    /// Features that some node has.
    static let features = CompletionKind.custom { _, _, prefix in
        names(prefix) { Set($0.nodes.flatMap(\.features)).sorted() }
    }

    /// How many runs are offered: a list that fits on a screen, where hundreds may be kept.
    static let mostRuns = 20

    /// Runs that are kept, the newest first.
    package static let runs = CompletionKind.custom { _, _, prefix in
        silence()
        let runs = (try? Site.withoutSlurm().catalog(nil).runs()) ?? []
        return WordCompletion.candidates(
            ["last"] + runs.reversed().map(\.id), for: prefix, most: mostRuns + 1)
    }

    /// A word of an answer that stands for files, of which only the shell knows how they are written.
    package static let files = ":files"

    /// Probes of `fleet check`: their names, and files.
    package static let probes = CompletionKind.custom { _, _, prefix in
        silence()
        return WordCompletion.candidates(probeNames, for: prefix) + [files]
    }

    /// Names of checks, as the history has them.
    package static let checks = CompletionKind.custom { _, _, prefix in
        silence()
        let names = ["gpu-check", "check-mount"] + probeNames.map { "check \($0)" }
        return WordCompletion.candidates(names, for: prefix)
    }

    /// Codes of findings, and `all`.
    package static let codes = CompletionKind.custom { _, _, prefix in
        WordCompletion.candidates(
            ["all"] + FindingCatalogue.ofProgram.all.map(\.code), for: prefix)
    }

    /// What codes of findings begin with: whole codes, and their rooms.
    package static let codeBeginnings = CompletionKind.custom { _, _, prefix in
        let codes = FindingCatalogue.ofProgram.all.map(\.code)
        let rooms = codes.compactMap { $0.split(separator: ".").first.map(String.init) }
        return WordCompletion.candidates(rooms + codes, for: prefix)
    }

    /// What `--only` and `--skip` of `fleet health` take: checks, and what codes begin with.
    package static let healthChecks = CompletionKind.custom { _, _, prefix in
        silence()
        let codes = FindingCatalogue.ofProgram.all.map(\.code)
        return WordCompletion.candidates(
            ["gpu-check", "check-mount"] + probeNames + codes, for: prefix)
    }

    /// Words of a list, one or several with commas between them.
    package static func list(_ words: @autoclosure @escaping @Sendable () -> [String])
        -> CompletionKind
    {
        .custom { _, _, prefix in WordCompletion.candidates(words(), for: prefix) }
    }

    /// Resources that some node has: `gpu`, `gpu:a10g`.
    static let resources = CompletionKind.custom { _, _, prefix in
        names(prefix) { cluster in
            let all = cluster.nodes.flatMap(\.gres).flatMap { gres in
                [gres.name] + (gres.type.map { ["\(gres.name):\($0)"] } ?? [])
            }
            return Set(all).sorted()
        }
    }

    /// The checks that can be made on a drained node before it is resumed.
    package static let resumeChecks = CompletionKind.custom { _, _, prefix in
        silence()
        return WordCompletion.candidates(["gpu-check", "check-mount"] + probeNames, for: prefix)
    }

    /// Names of node states.
    static let states = CompletionKind.custom { _, _, prefix in
        WordCompletion.candidates(
            NodeState.Base.allCases.map(\.rawValue) + NodeState.Flag.allCases.map(\.rawValue),
            for: prefix)
    }

    /// How many seconds slurmctld may take, because the user waits for the shell meanwhile: FLEET_COMPLETION_SECONDS where
    /// a slurmctld is slower than most.
    private static var patience: Double {
        ProcessInfo.processInfo.environment["FLEET_COMPLETION_SECONDS"].flatMap { Double($0) }
            .map { min(60, max(0, $0)) } ?? 2
    }

    private static var probeNames: [String] {
        guard let site = try? Site.withoutSlurm() else { return [] }
        let slurm = try? SlurmConfiguration.locate(environment: site.environment)
        return ProbeLibrary(
            environment: site.environment, slurmFolder: slurm?.folder,
            configuration: site.configuration
        ).entries.map(\.name)
    }

    /// Blocks the argument parser's own thread, because asynchronous completions would make every parse asynchronous.
    private static func names(
        _ prefix: String, _ names: @escaping @Sendable (Cluster) -> [String]
    ) -> [String] {
        silence()
        let answer = Answer()
        // A call of libslurm cannot be cancelled: it is left running, and ends with the process.
        Task.detached {
            let environment = ProcessInfo.processInfo.environment
            if let slurm = try? SlurmConfiguration.locate(environment: environment),
                let cluster = try? await SlurmController(configuration: slurm).cluster()
            {
                answer.names.withLock { $0 = names(cluster) }
            }
            answer.isThere.signal()
        }
        guard answer.isThere.wait(timeout: .now() + patience) == .success else { return [] }
        return WordCompletion.candidates(answer.names.withLock { $0 }, for: prefix)
    }

    /// The answer of the thread that asks slurmctld.
    private final class Answer: Sendable {
        let names = Mutex<[String]>([])
        let isThere = DispatchSemaphore(value: 0)
    }

    /// Silences libslurm, which prints its complaints on standard error and for some of them ends the process.
    private static func silence() {
        guard let nowhere = try? FileDescriptor.open(FilePath("/dev/null"), .writeOnly) else {
            return
        }
        _ = try? nowhere.duplicate(as: .standardError)
    }
}
