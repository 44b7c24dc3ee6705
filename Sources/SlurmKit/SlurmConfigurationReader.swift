import Platform
import SlurmModel

/// Reads the few keys of slurm.conf that fleet needs before libslurm reads it.
///
/// This is no full parser: libslurm checks everything else, behind ``ExitGuard``.
struct SlurmConfigurationReader {
    private(set) var clusterName: String?
    private(set) var controllers: [String] = []
    /// The address of each controller: the one in parentheses, or its name.
    private(set) var addresses: [String] = []
    private(set) var port: String?
    private(set) var authType: String?
    private(set) var authInfo: String?
    private(set) var pluginFolder: String?

    /// Reads a file and the files it includes, at most 8 levels deep.
    static func read(
        path: String, origin: String
    ) throws(SlurmError) -> SlurmConfigurationReader {
        var reader = SlurmConfigurationReader()
        try reader.read(path: path, origin: origin, depth: 0)
        return reader
    }

    private mutating func read(path: String, origin: String, depth: Int) throws(SlurmError) {
        let text = try Self.contents(path: path, origin: origin)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        for content in Self.logicalLines(text) {
            let words = content.split(whereSeparator: \.isWhitespace)
            guard let first = words.first else { continue }
            if first.lowercased() == "include", words.count > 1, depth < 8 {
                let name = String(words[1]).replacing(percent: "c", with: clusterName)
                let file = name.hasPrefix("/") ? name : "\(folder)/\(name)"
                try read(path: file, origin: " (included by \(path))", depth: depth + 1)
            } else {
                for (key, value) in Self.pairs(in: content) { note(key: key, value: value) }
            }
        }
    }

    /// The lines without comments; a line that ends in a backslash continues on the next one.
    private static func logicalLines(_ text: String) -> [String] {
        var lines: [String] = []
        var begun = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let content = begun + line.prefix { $0 != "#" }
            if let end = content.lastIndex(where: { !$0.isWhitespace }), content[end] == "\\" {
                begun = String(content[..<end])
            } else {
                lines.append(content)
                begun = ""
            }
        }
        return begun.isEmpty ? lines : lines + [begun]
    }

    /// The pairs of key and value in a line.
    ///
    /// As in Slurm's own parser, spaces may surround the equals sign, and stand inside quotes. No regular expression
    /// is used, because it would take 3 ms of every command, more than all other reading.
    private static func pairs(in line: String) -> [(key: String, value: String)] {
        let bytes = Array(line.utf8)
        var pairs: [(key: String, value: String)] = []
        var begin = 0
        while let equals = bytes[begin...].firstIndex(of: UInt8(ascii: "=")) {
            let before = bytes[begin..<equals].lastIndex { !isBlank($0) }.map { $0 + 1 } ?? begin
            let key = bytes[begin..<before].reversed().prefix(while: isKey).reversed()
            let after = bytes[(equals + 1)...].drop(while: isBlank)
            var value = after.prefix { !isBlank($0) }
            if after.first == UInt8(ascii: "\""),
                let end = after.dropFirst().firstIndex(of: UInt8(ascii: "\""))
            {
                value = after[...end]
            }
            if !key.isEmpty, !value.isEmpty {
                pairs.append(
                    (
                        String(decoding: key, as: UTF8.self),
                        String(decoding: value.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
                    ))
            }
            begin = key.isEmpty ? equals + 1 : value.endIndex
        }
        return pairs
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte)
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func note(key: String, value: String) {
        guard !value.isEmpty else { return }
        switch key.lowercased() {
        case "clustername": clusterName = value
        case "slurmctldhost", "controlmachine":
            controllers.append(String(value.prefix { $0 != "(" }))
            let address = value.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
            addresses.append(address.isEmpty ? controllers[controllers.count - 1] : String(address))
        case "slurmctldport": port = value
        case "authtype": authType = value
        case "authinfo": authInfo = value
        case "plugindir": pluginFolder = value
        default: break
        }
    }

    /// How large a file may be, in bytes: slurm.conf of the largest clusters has some 100 KiB.
    private static let mostBytes = 64 << 20

    private static func contents(path: String, origin: String) throws(SlurmError) -> String {
        func failure(_ cause: String) -> SlurmError {
            SlurmError(
                kind: .configuration, attempt: "read \(path)\(origin)", cause: cause,
                remedy: "Set SLURM_CONF to a readable slurm.conf.")
        }
        let bytes: [UInt8]
        do {
            // A pipe would be waited for for ever, /dev/zero has no end.
            bytes = try FileRange.contents(of: path, limit: mostBytes)
        } catch FolderProblem.notAFile {
            throw failure("it is no regular file")
        } catch {
            throw failure(FileProblem.words(error))
        }
        guard !bytes.isEmpty else { throw failure("the file is empty") }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// In the names of included files, slurm.conf's `%c` stands for the cluster's name.
    fileprivate func replacing(percent letter: Character, with value: String?) -> String {
        guard let value else { return self }
        var result = ""
        var pending = false
        for character in self {
            if pending {
                result += character == letter ? value : "%\(character)"
                pending = false
            } else if character == "%" {
                pending = true
            } else {
                result.append(character)
            }
        }
        return pending ? result + "%" : result
    }
}
