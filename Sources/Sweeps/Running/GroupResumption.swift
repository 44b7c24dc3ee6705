import FanOut
import Runs

/// Reads on what the groups of a run bring whose fleet process has ended: their `srun` processes may still be running.
struct GroupResumption {
    let run: StoredRun
    let manifest: RunManifest
    private var streams: [String: (stream: GroupStream, offset: Int)] = [:]

    init(run: StoredRun, manifest: RunManifest) {
        self.run = run
        self.manifest = manifest
    }

    /// Keeps the record of every node that has answered since the last call.
    ///
    /// - Parameter launchers: How the nodes were reached for which an answer is still missing.
    mutating func keepRecords(of launchers: [String: Launcher]) {
        for path in run.directory.groups() {
            var (stream, offset) = streams[path] ?? (begin(path), 0)
            while true {
                let bytes = run.directory.groupOutput(path, from: offset)
                guard !bytes.isEmpty else { break }
                offset += bytes.count
                for case .answered(let node, let record) in stream.take(bytes) {
                    guard let launcher = launchers[node] else { continue }
                    keep(record, manifest.plan.key(node: node, job: "\(launcher.rawValue)-1"))
                }
            }
            streams[path] = (stream, offset)
        }
    }

    private func begin(_ path: String) -> GroupStream {
        GroupStream(nonce: manifest.plan.nonce, nodes: run.directory.groupNodes(path))
    }

    private func keep(_ bytes: [UInt8], _ key: RecordKey) {
        guard (try? Record(bytes: bytes, key: key)) != nil else { return }
        try? run.directory.keep(bytes, for: key)
    }
}
