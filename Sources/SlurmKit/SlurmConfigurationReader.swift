import Platform
import SlurmModel

/// Reads the few keys of slurm.conf that fleet needs before libslurm reads it.
///
/// This is no full parser: libslurm checks everything else, behind ``ExitGuard``.
struct SlurmConfigurationReader {
    private(set) var clusterName: String?
    /// The controllers, and the address of each: the one in parentheses, or its name.
    private var hosts: [(name: String, address: String)] = []
    /// The same in the keys of before Slurm 18.08, which libslurm still reads where there is no SlurmctldHost, up to 26.05
    /// at least.
    private var oldHost: String?
    private var oldAddress: String?
    private var oldBackup: String?
    private var oldBackupAddress: String?

    private var allHosts: [(name: String, address: String)] {
        guard hosts.isEmpty, let oldHost else { return hosts }
        return [(oldHost, oldAddress ?? oldHost)]
            + (oldBackup.map { [($0, oldBackupAddress ?? $0)] } ?? [])
    }
    /// The names of the controllers, in the file's order.
    var controllers: [String] { allHosts.map(\.name) }
    /// The address of each controller, in the same order.
    var addresses: [String] { allHosts.map(\.address) }
    private(set) var port: String?
    private(set) var authType: String?
    private(set) var authInfo: String?
    private(set) var pluginFolder: String?
    private(set) var slurmUser: String?
    private(set) var rebootProgram: String?

    /// How many files it may still read: one that includes itself ten times would be read ten million times in 8 levels.
    private var filesLeft = 1_000

    /// Reads a file and the files it includes, at most 8 levels deep and 1,000 in all.
    static func read(
        path: String, origin: String
    ) throws(SlurmError) -> SlurmConfigurationReader {
        var reader = SlurmConfigurationReader()
        try reader.read(path: path, origin: origin, depth: 0)
        return reader
    }

    private mutating func read(path: String, origin: String, depth: Int) throws(SlurmError) {
        filesLeft -= 1
        guard filesLeft >= 0 else {
            throw SlurmError(
                kind: .configuration, attempt: "read \(path)\(origin)",
                cause: "more than 1,000 files are included",
                remedy: "Does a file include itself?")
        }
        let bytes = try Self.contents(path: path, origin: origin)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        for line in Self.logicalLines(bytes) {
            if depth < 8, let name = Self.included(in: line) {
                let name = name.replacing(percent: "c", with: clusterName)
                let file = name.hasPrefix("/") ? name : "\(folder)/\(name)"
                try read(path: file, origin: " (included by \(path))", depth: depth + 1)
            } else {
                notePairs(in: line)
            }
        }
    }

    /// The lines without comments; a line that ends in a backslash continues on the next one.
    ///
    /// Bytes and no characters: a slurm.conf names every node, and each command reads it.
    private static func logicalLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var begun: [UInt8] = []
        // An empty line ends a line that was to be continued.
        for line in bytes.split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == UInt8(ascii: "\n") })
        {
            let content = line.prefix { $0 != UInt8(ascii: "#") }
            if let end = content.lastIndex(where: { !isBlank($0) }),
                content[end] == UInt8(ascii: "\\")
            {
                begun += content[..<end]
            } else {
                lines.append(begun.isEmpty ? content : (begun + content)[...])
                begun = []
            }
        }
        return begun.isEmpty ? lines : lines + [begun[...]]
    }

    /// The file that a line includes; nil for every other line.
    private static func included(in line: ArraySlice<UInt8>) -> String? {
        let words = line.drop(while: isBlank)
        guard spells(words.prefix { !isBlank($0) }, "include") else { return nil }
        let name = words.dropFirst("include".utf8.count).drop(while: isBlank)
            .prefix { !isBlank($0) }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }

    /// Takes the pairs of key and value in a line that matter.
    ///
    /// As in Slurm's own parser, spaces may surround the equals sign, and stand inside quotes.
    private mutating func notePairs(in bytes: ArraySlice<UInt8>) {
        var begin = bytes.startIndex
        while let equals = bytes[begin...].firstIndex(of: UInt8(ascii: "=")) {
            let end =
                bytes[begin..<equals].lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? begin
            let first = bytes[begin..<end].lastIndex { !Self.isKey($0) }.map { $0 + 1 } ?? begin
            let after = bytes[(equals + 1)...].drop(while: Self.isBlank)
            var value = after.prefix { !Self.isBlank($0) }
            if after.first == UInt8(ascii: "\""),
                let end = after.dropFirst().firstIndex(of: UInt8(ascii: "\""))
            {
                value = after[...end]
            }
            note(key: bytes[first..<end], value: value)
            begin = first == end ? equals + 1 : value.endIndex
        }
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

    /// Whether bytes are this word, in whatever case.
    private static func spells(_ bytes: ArraySlice<UInt8>, _ word: String) -> Bool {
        bytes.count == word.utf8.count
            && zip(bytes, word.utf8).allSatisfy { byte, letter in
                ((65...90).contains(byte) ? byte | 32 : byte) == letter
            }
    }

    private mutating func note(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        // A line of a node has twenty pairs, and none that matters.
        guard (8...16).contains(key.count), !value.isEmpty else { return }
        let text = { String(decoding: value.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self) }
        if Self.spells(key, "slurmctldhost") { return noteController(text()) }
        guard let field = Self.fields.first(where: { Self.spells(key, $0.key) })?.field else {
            return
        }
        let found = text()
        if !found.isEmpty { self[keyPath: field] = found }
    }

    /// Where the value of a key goes; the last line of several counts.
    private static let fields:
        [(key: String, field: any WritableKeyPath<SlurmConfigurationReader, String?> & Sendable)] =
            [
                ("clustername", \.clusterName), ("controlmachine", \.oldHost),
                ("controladdr", \.oldAddress), ("backupcontroller", \.oldBackup),
                ("backupaddr", \.oldBackupAddress), ("slurmctldport", \.port),
                ("authtype", \.authType), ("authinfo", \.authInfo), ("plugindir", \.pluginFolder),
                ("slurmuser", \.slurmUser), ("rebootprogram", \.rebootProgram),
            ]

    private mutating func noteController(_ value: String) {
        guard !value.isEmpty else { return }
        let name = String(value.prefix { $0 != "(" })
        let address = value.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
        hosts.append((name, address.isEmpty ? name : String(address)))
    }

    /// How large a file may be, in bytes: slurm.conf of the largest clusters has some 100 KiB.
    private static let mostBytes = 64 << 20

    private static func contents(path: String, origin: String) throws(SlurmError) -> [UInt8] {
        func failure(_ cause: String) -> SlurmError {
            SlurmError(
                kind: .configuration, attempt: "read \(path)\(origin)", cause: cause,
                remedy: "Set SLURM_CONF to a readable slurm.conf.")
        }
        let bytes: [UInt8]
        do {
            // Reading a pipe could wait for ever, and /dev/zero has no end.
            bytes = try FileRange.contents(of: path, limit: mostBytes)
        } catch FolderProblem.notAFile {
            throw failure("it is no regular file")
        } catch {
            throw failure(FileProblem.words(error))
        }
        guard !bytes.isEmpty else { throw failure("the file is empty") }
        return bytes
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
