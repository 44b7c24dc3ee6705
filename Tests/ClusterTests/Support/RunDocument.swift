import FoundationEssentials

/// `fleet.run/1`, as another program would read it.
struct RunDocument: Decodable {
    struct Run: Decodable {
        var id: String
        var probe: String
        var launcher: String
        var started: String
        var ended: String
    }

    struct Summary: Decodable, Equatable {
        var ok = 0
        var warn = 0
        var unknown = 0
        var fail = 0
        var not_run = 0
    }

    struct Finding: Decodable {
        var severity: String
        var code: String
        var subject: String?
        var message: String
        var remedy: String?
    }

    struct Node: Decodable {
        var node: String
        var outcome: String
        var exit_code: Int?
        var signal: Int?
        var duration_seconds: Double?
        var launcher: String?
        var job_id: Int?
        var reason: String?
        var reason_code: String?
        var remedy: String?
        var note: String?
        var attempts: Int
        var verdict: String?
        var findings: [Finding]
        var stdout: String?
        var stderr: String?
        var stdout_base64: String?
        var stderr_base64: String?
    }

    var schema: String
    var run: Run
    var summary: Summary
    var nodes: [Node]

    subscript(name: String) -> Node? {
        nodes.first { $0.node == name }
    }
}

/// `fleet.status/1`, as another program would read it.
struct StatusDocument: Decodable {
    struct State: Decodable {
        var base: String
        var flags: [String]
    }

    struct Amount: Decodable {
        var total: Int
        var allocated: Int
    }

    struct GPU: Decodable {
        var type: String?
        var total: Int
        var used: Int
    }

    struct Reason: Decodable {
        var text: String
        var user: String?
        var time: String?
    }

    struct Node: Decodable {
        var name: String
        var hostname: String?
        var partitions: [String]
        var state: State
        var cpus: Amount
        var memory_mib: Amount
        var gpus: [GPU]
        var reason: Reason?
    }

    struct Partition: Decodable {
        var name: String
        var state: String
        var nodes: String
    }

    var schema: String
    var cluster: String
    var generated: String
    var partitions: [Partition]
    var nodes: [Node]

    subscript(name: String) -> Node? {
        nodes.first { $0.name == name }
    }
}
