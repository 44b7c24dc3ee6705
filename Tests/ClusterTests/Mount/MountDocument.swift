/// What check-mount's JSON says of mounts beyond ``RunDocument``.
struct MountDocument: Decodable {
    struct Facts: Decodable {
        var state: String
        var mounts: [Mount]
    }

    struct Mount: Decodable {
        var path: String
        var state: String
        var mounted: Bool
    }

    struct Node: Decodable {
        var node: String
        var facts: Facts
    }

    var nodes: [Node]

    subscript(name: String) -> Facts? {
        nodes.first { $0.node == name }?.facts
    }
}
