import Yams

/// A place in a cluster configuration: a scalar, a list, a mapping, or a missing key; with its path and line.
package struct ClusterNode: Hashable, Sendable {
    /// A key with its place and value.
    package struct Member: Hashable, Sendable {
        /// The key.
        package var key: String
        /// Its line, from 1.
        package var line: Int
        /// Its column, from 1.
        package var column: Int
        /// The value of the member.
        package var node: ClusterNode
    }

    private indirect enum Content: Hashable, Sendable {
        case absent
        case scalar(String, isQuoted: Bool)
        case list([ClusterNode])
        case map([Member])
    }

    /// Where it is, such as `HeadNode/Networking/SubnetId` or `SharedStorage[0]/MountDir`.
    package let path: String
    /// Its line, from 1; nil for a missing key.
    package let line: Int?
    private let content: Content

    private init(path: String, line: Int?, content: Content) {
        self.path = path
        self.line = line
        self.content = content
    }

    init(_ node: Node, path: String) {
        let line = node.mark?.line
        switch node {
        case .scalar(let scalar):
            let isQuoted = scalar.style != .plain && scalar.style != .any
            self.init(
                path: path, line: line, content: .scalar(scalar.string, isQuoted: isQuoted))
        case .sequence(let items):
            self.init(
                path: path, line: line,
                content: .list(
                    items.enumerated().map {
                        ClusterNode($0.element, path: "\(path)[\($0.offset)]")
                    }
                ))
        case .mapping(let pairs):
            let members = pairs.map { pair in
                let key = pair.key.scalar?.string ?? "?"
                return Member(
                    key: key, line: pair.key.mark?.line ?? line ?? 1,
                    column: pair.key.mark?.column ?? 1,
                    node: ClusterNode(pair.value, path: path.isEmpty ? key : "\(path)/\(key)"))
            }
            self.init(path: path, line: line, content: .map(members))
        case .alias:
            self.init(path: path, line: line, content: .absent)
        }
    }

    /// The node at a path of keys; a missing node when one of the keys is missing.
    package func at(_ keys: String...) -> ClusterNode {
        var node = self
        for key in keys {
            node =
                node.members.last { $0.key == key }?.node
                ?? ClusterNode(
                    path: node.path.isEmpty ? key : "\(node.path)/\(key)", line: nil,
                    content: .absent)
        }
        return node
    }

    /// Whether it exists.
    package var isPresent: Bool { content != .absent }

    /// A mapping's keys and values; empty for everything else.
    package var members: [Member] {
        if case .map(let members) = content { members } else { [] }
    }

    /// A list's items; empty for everything else.
    package var items: [ClusterNode] {
        if case .list(let items) = content { items } else { [] }
    }

    /// A scalar's text; nil for everything else, and for YAML's null.
    package var text: String? {
        guard case .scalar(let text, let isQuoted) = content else { return nil }
        return !isQuoted && ["", "~", "null", "Null", "NULL"].contains(text) ? nil : text
    }

    /// Whether it is a key without a value, or an empty text.
    package var isEmpty: Bool {
        guard case .scalar(let text, _) = content else { return false }
        return self.text == nil || text.isEmpty
    }

    /// A scalar as a whole number; nil for anything else.
    package var number: Int? { text.flatMap { Int($0) } }

    /// A scalar as YAML's true or false; nil for anything else.
    package var flag: Bool? {
        switch text?.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    /// This node, and all that it holds.
    package var everything: [ClusterNode] {
        switch content {
        case .absent, .scalar: [self]
        case .list(let items): [self] + items.flatMap(\.everything)
        case .map(let members): [self] + members.flatMap(\.node.everything)
        }
    }

    func keyLine(_ key: String) -> Int? { members.last { $0.key == key }?.line }

    func keyColumn(_ key: String) -> Int? { members.last { $0.key == key }?.column }
}

/// A cluster configuration as YAML has it.
package struct ClusterDocument: Hashable, Sendable {
    /// Why a text is no configuration.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The line, from 1; nil where it is not known.
        package var line: Int?
        /// What is wrong.
        package var why: String

        /// The line and what is wrong.
        package var description: String { (line.map { "line \($0): " } ?? "") + why }
    }

    /// The outermost mapping.
    package let root: ClusterNode

    /// Reads a text.
    ///
    /// - Throws: A ``Failure`` for a text that is not YAML, has a key twice, or is no mapping.
    package init(text: String) throws(Failure) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw Self.failure(error)
        }
        guard let node, case .mapping = node else {
            throw Failure(line: nil, why: "is no configuration: no 'KEY: VALUE' at its top")
        }
        var left = Self.mostValues
        guard Self.unfolds(node, within: &left) else {
            throw Failure(
                line: nil, why: "unfolds to more than \(Self.mostValues) values: aliases of aliases"
            )
        }
        root = ClusterNode(node, path: "")
    }

    /// More than any configuration has; ten lines of aliases of aliases are billions.
    private static let mostValues = 200_000

    private static func unfolds(_ node: Node, within left: inout Int) -> Bool {
        left -= 1
        guard left > 0 else { return false }
        switch node {
        case .mapping(let pairs): return pairs.allSatisfy { unfolds($0.value, within: &left) }
        case .sequence(let items): return items.allSatisfy { unfolds($0, within: &left) }
        case .scalar, .alias: return true
        }
    }

    private static func failure(_ error: any Error) -> Failure {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            Failure(line: mark.line, why: "is no YAML: \(problem)")
        case .reader(let problem, _, _, _): Failure(line: nil, why: "is no YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            Failure(
                line: context.mark.line,
                why: "sets the same key twice: \(keys.joined(separator: ", "))")
        default: Failure(line: nil, why: "is no YAML: \(error)")
        }
    }
}
