import FleetCore
import SlurmModel

/// What a run directory says about its run, so that another process can make sense of it.
struct RunManifest {
    let id: RunID
    let probe: any Probe
    let targets: [Target]
    let head: String?
    let started: Int

    /// The document `fleet.manifest/1`.
    func bytes() throws -> [UInt8] {
        let document = JSONValue.object([
            "schema": .string("fleet.manifest/1"),
            "id": .string(id.description),
            "probe": .string(probe.name),
            "started": JSONOutput.time(started),
            "timeout_seconds": .int(probe.payload.timeout),
            "arguments": .array(probe.payload.arguments.map(JSONValue.string)),
            "head": JSONValue(head),
            "targets": .array(
                targets.map { target in
                    switch target.decision {
                    case .dispatch(let partition):
                        .object([
                            "node": .string(target.node.name), "partition": .string(partition),
                            "not_run": .null,
                        ])
                    case .notRun(let reason):
                        .object([
                            "node": .string(target.node.name), "partition": .null,
                            "not_run": .string(reason),
                        ])
                    }
                }),
        ])
        return Array(try JSONOutput.pretty(document).utf8)
    }
}
