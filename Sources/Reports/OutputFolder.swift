import FanOut
import FoundationEssentials
import Platform
import SystemPackage
package import Verdicts

/// A folder that gets every node's output as files: `NODE.out` and `NODE.err`, byte for byte.
package struct OutputFolder: Sendable {
    /// The path as the user gave it.
    package let path: String
    private let folder: OpenFolder
    private let outSuffix: String

    /// Makes the folder, and the folders above it, if they do not exist.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - outSuffix: What the names of the files with standard output end with.
    /// - Throws: An ``OutputFolderError``.
    package init(path: String, outSuffix: String = ".out") throws(OutputFolderError) {
        self.path = path
        self.outSuffix = outSuffix
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            // Opened only once: in another user's folder, the path could lead to another folder for every node.
            folder = try OpenFolder(path: path, followsLink: true)
        } catch {
            throw Self.error(path, error)
        }
    }

    /// Writes one node's files; none when nothing ran, because an empty file would mean that the command printed
    /// nothing.
    ///
    /// - Parameters:
    ///   - report: The node's row.
    ///   - isNamesake: Whether it is the head node's, and a node of the run has the same name: it gets other files.
    /// - Throws: An ``OutputFolderError``.
    package func write(
        _ report: NodeReport, isNamesake: Bool = false
    ) throws(OutputFolderError) {
        let result = report.result
        let ran = result.outcome == .finished || result.outcome == .timedOut
        guard ran || !result.stdout.isEmpty || !result.stderr.isEmpty else { return }
        // In a node's file name two hexadecimal digits follow each percent sign.
        let base = Self.fileName(for: result.node) + (isNamesake ? "%head" : "")
        if let cut = result.cut {
            // The row holds only the beginning; the record holds the full output.
            try write(base + outSuffix) {
                try Self.copy(cut.path, from: cut.offset, count: cut.stdout, to: $0)
            }
            try write(base + ".err") {
                try Self.copy(cut.path, from: cut.offset + cut.stdout, count: cut.stderr, to: $0)
            }
            return
        }
        try write(base + outSuffix) { _ = try $0.writeAll(result.stdout) }
        try write(base + ".err") { _ = try $0.writeAll(result.stderr) }
    }

    private func write(
        _ name: String, _ body: (FileDescriptor) throws -> Void
    ) throws(OutputFolderError) {
        do {
            // Renamed into place, so that the file is complete; a link of that name is replaced and not followed.
            try folder.replace(name, mode: nil, body)
        } catch {
            throw Self.error("\(path)/\(name)", error)
        }
    }

    /// Copies a part of a record, however large it is.
    private static func copy(
        _ source: String, from offset: Int, count: Int, to file: FileDescriptor
    ) throws {
        let from = try FileRange(path: source)
        var done = 0
        while done < count {
            let bytes = try from.bytes(from: offset + done, count: min(count - done, 1 << 20))
            guard !bytes.isEmpty else { throw Errno.noSuchFileOrDirectory }
            try file.writeAll(bytes)
            done += bytes.count
        }
    }

    /// A node's name as a file name that stays inside the folder.
    ///
    /// Slashes, control characters, percent signs and a leading dot are percent-encoded, so that two nodes never
    /// share a file; all names that Slurm allows stay as they are.
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

/// A node's output could not be written to the folder that `--output-dir` names.
package struct OutputFolderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The folder or file.
    package var path: String
    /// Why, in words.
    package var cause: String
    /// What to do.
    package var remedy: String

    /// What failed, and what to do.
    package var description: String {
        "cannot write \(path): \(cause)\n\(remedy)"
    }
}
