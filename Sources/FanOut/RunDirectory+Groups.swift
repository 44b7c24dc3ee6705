import Platform
import SystemPackage

/// The files of groups: what one `srun` brings of many nodes, until each has its own record.
extension RunDirectory {
    private static let groupEnd = ".group"
    private static let nodesEnd = ".nodes"

    /// Keeps which nodes a group has, in the order in which `srun` is given them: who reads its output later needs it.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func keepGroup(_ path: String, nodes: [String]) throws {
        let name = (FilePath(path).lastComponent?.string ?? "") + Self.nodesEnd
        try folder.records().replace(name, with: Array(nodes.joined(separator: "\n").utf8))
    }

    /// The nodes of a group; none where they cannot be read.
    package func groupNodes(_ path: String) -> [String] {
        let name = (FilePath(path).lastComponent?.string ?? "") + Self.nodesEnd
        guard let file = try? folder.records().range(name),
            let bytes = try? file.bytes(from: 0, count: 1 << 20)
        else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The file that takes the output of a group, named by its first node.
    package func groupPath(for key: RecordKey) -> String {
        "\(path)/records/.\(key.fileName)\(Self.groupEnd)"
    }

    /// More of a group's output, at most a MiB; nothing where the file cannot be read right now.
    package func groupOutput(_ path: String, from offset: Int) -> [UInt8] {
        do {
            let name = FilePath(path).lastComponent?.string ?? ""
            guard let file = try folder.records().range(name), file.size > offset else { return [] }
            return try file.bytes(from: offset, count: 1 << 20)
        } catch {
            return []
        }
    }

    /// Keeps what a node sent in a group as its record.
    ///
    /// - Throws: An `Errno`, a ``FolderProblem``.
    package func keep(_ record: [UInt8], for key: RecordKey) throws {
        try folder.records().replace(key.fileName, with: record)
    }

    /// Removes a group's output.
    package func removeGroup(_ path: String) {
        let name = FilePath(path).lastComponent?.string ?? ""
        try? folder.records().remove(name)
        try? folder.records().remove(name + Self.nodesEnd)
    }

    /// The paths of the groups whose output is here.
    package func groups() -> [String] {
        ((try? folder.records().names()) ?? [])
            .filter { $0.hasPrefix(".") && $0.hasSuffix(Self.groupEnd) }
            .map { "\(path)/records/\($0)" }
    }
}
