import SlurmModel

extension ClusterStatus {
    /// The document `fleet.status/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("fleet.status/1"),
            "generated": JSONOutput.time(generated),
            "cluster": .string(cluster),
            "partitions": .array(zip(partitions, usage).map { $0.json(usage: $1) }),
            "nodes": .array(nodes.map(\.json)),
        ])
    }
}

extension Partition {
    fileprivate func json(usage: PartitionUsage) -> JSONValue {
        .object([
            "name": .string(name), "state": .string(state.rawValue), "default": .bool(isDefault),
            "hidden": .bool(isHidden), "root_only": .bool(isRootOnly),
            "disable_root_jobs": .bool(refusesRoot), "nodes": .string(nodes),
            "node_count": .int(nodeCount),
            "cpus": .object([
                "total": .int(usage.cpus), "allocated": .int(usage.cpusAllocated),
            ]),
            "gpus": .object(["total": .int(usage.gpus), "used": .int(usage.gpusUsed)]),
            "max_minutes": JSONValue(maxMinutes),
        ])
    }
}

extension Node {
    var json: JSONValue {
        .object([
            "name": .string(name),
            "hostname": JSONValue(hostname),
            "partitions": .array(partitions.map(JSONValue.string)),
            "state": .object([
                "base": .string(state.base.rawValue),
                "flags": .array(state.flags.map { .string($0.rawValue) }),
            ]),
            "cpus": .object([
                "total": .int(cpus.total), "allocated": .int(cpus.allocated),
                "load": cpus.load.map { .double($0) } ?? .null,
            ]),
            "memory_mib": .object([
                "total": .int(memory.total), "allocated": .int(memory.allocated),
                "free": JSONValue(memory.free),
            ]),
            "gpus": .array(
                gpus.map {
                    .object([
                        "type": JSONValue($0.type), "total": .int($0.total), "used": .int($0.used),
                    ])
                }),
            "features": .array(features.map(JSONValue.string)),
            "boot_time": bootTime.map(JSONOutput.time) ?? .null,
            "slurmd_version": JSONValue(version),
            "reason": reason.map(\.json) ?? .null,
        ])
    }
}

extension NodeReason {
    var json: JSONValue {
        .object([
            "text": .string(text), "user": JSONValue(user),
            "time": time.map(JSONOutput.time) ?? .null,
        ])
    }
}
