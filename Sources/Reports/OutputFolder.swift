import FanOut
import FoundationEssentials
import Platform
import SystemPackage
package import Verdicts

/// A folder that gets every node's output as files: `NODE.out` and `NODE.err`, byte for byte.
package struct OutputFolder: Sendable {
    /// The folder as it was given.
    package let path: String

    /// Makes the folder, and those above it, where they are not there yet.
    ///
    /// - Throws: An ``OutputFolderError``.
    package init(path: String) throws(OutputFolderError) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Self.error(path, error)
        }
    }

    /// Writes one node's files; none where nothing ran, since an empty file would say that a command was silent.
    ///
    /// - Throws: An ``OutputFolderError``.
    package func write(_ report: NodeReport) throws(OutputFolderError) {
        let result = report.result
        let ran = result.outcome == .finished || result.outcome == .timedOut
        guard ran || !result.stdout.isEmpty || !result.stderr.isEmpty else { return }
        let base = "\(path)/\(Self.fileName(for: result.node))"
        if let cut = result.cut {
            // The row holds only the beginning; the record holds all.
            try copy(cut.path, from: cut.offset, count: cut.stdout, to: base + ".out")
            try copy(
                cut.path, from: cut.offset + cut.stdout, count: cut.stderr, to: base + ".err")
            return
        }
        try write(result.stdout, to: base + ".out")
        try write(result.stderr, to: base + ".err")
    }

    private func write(_ bytes: [UInt8], to path: String) throws(OutputFolderError) {
        do {
            // Renamed into place: whole or not at all, and a link that lies there is replaced, not followed.
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Self.error(path, error)
        }
    }

    /// Copies a part of a file, however large it is.
    private func copy(
        _ source: String, from offset: Int, count: Int, to path: String
    ) throws(OutputFolderError) {
        // Beside its place until it is whole.
        let new = path + ".fleet-new"
        let files = FileManager.default
        do {
            try? files.removeItem(atPath: new)
            let from = try FileRange(path: source)
            let file = try FileDescriptor.open(
                FilePath(new), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
            try file.closeAfter {
                var done = 0
                while done < count {
                    let bytes = try from.bytes(
                        from: offset + done, count: min(count - done, 1 << 20))
                    guard !bytes.isEmpty else { throw Errno.noSuchFileOrDirectory }
                    try file.writeAll(bytes)
                    done += bytes.count
                }
            }
            // A link that lies there goes, not what it leads to.
            if (try? Stat(FilePath(path), followTargetSymlink: false)) != nil {
                try files.removeItem(atPath: path)
            }
            try files.moveItem(atPath: new, toPath: path)
        } catch {
            try? files.removeItem(atPath: new)
            throw Self.error(path, error)
        }
    }

    /// A node's name as the name of a file that stays inside the folder.
    ///
    /// Slashes, control characters, percent signs and a leading dot are percent-encoded, so that two nodes
    /// never share a file; the names that Slurm allows stay as they are.
    static func fileName(for node: String) -> String {
        var result = ""
        for (index, scalar) in node.unicodeScalars.enumerated() {
            let isLeadingDot = scalar == "." && index == 0
            if isLeadingDot || scalar == "/" || scalar == "%" || scalar.value < 0x20
                || scalar.value == 0x7f
            {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "%" + (digits.count < 2 ? "0" : "") + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func error(_ path: String, _ error: any Error) -> OutputFolderError {
        OutputFolderError(
            path: path, cause: FileProblem.words(error),
            remedy: "Give --output-dir a folder that you may write to, with room for the output.")
    }
}
