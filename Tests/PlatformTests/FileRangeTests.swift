import Foundation
@testable import Platform
import SystemPackage
import TestSupport
import Testing

/// Files of which parts are read: at every boundary, while they change, and where they are none.
@Suite struct FileRangeTests {
    private func range(_ path: String) throws -> FileRange {
        try FileRange(FileDescriptor.open(FilePath(path), .readOnly))
    }

    @Test("A part is what lies there: less at the end, nothing outside, for any offset and count")
    func parts() throws {
        let bytes = (0..<100).map { UInt8($0) }
        let folder = try TemporaryFolder()
        let path = folder.path + "/f"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let range = try range(path)
        #expect(range.size == 100 && range.isRegular)
        let numbers = [Int.min, -101, -1, 0, 1, 50, 99, 100, 101, Int.max - 100, Int.max]
        for offset in numbers {
            for count in numbers {
                let isInside = offset >= 0 && offset < 100 && count > 0
                let wanted =
                    isInside ? Array(bytes[offset..<(offset + min(count, 100 - offset))]) : []
                #expect(try range.bytes(from: offset, count: count) == wanted, "\(offset) \(count)")
            }
        }
    }

    @Test("A file that shrinks after it was opened gives what is left, one that grows what it had")
    func changing() throws {
        let folder = try TemporaryFolder(["f": String(repeating: "a", count: 1_000)])
        let range = try range(folder.path + "/f")
        let file = try #require(FileHandle(forUpdatingAtPath: folder.path + "/f"))
        for size in [700, 1, 0] as [UInt64] {
            try file.truncate(atOffset: size)
            #expect(try range.bytes(from: 0, count: 1_000).count == Int(size))
            #expect(try range.bytes(from: 600, count: 1_000).count == max(0, Int(size) - 600))
        }
        try file.seekToEnd()
        try file.write(contentsOf: Data(repeating: 0x62, count: 5_000))
        #expect(range.size == 1_000)
        #expect(try range.bytes(from: 0, count: .max) == Array(repeating: 0x62, count: 1_000))
    }

    @Test("A file is read up to the limit and refused one byte above it, whatever leads to it")
    func limits() throws {
        let folder = try TemporaryFolder(["f": "12345", "empty": ""])
        let path = folder.path + "/f"
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: "f")
        #expect(try FileRange.contents(of: path, limit: 5) == Array("12345".utf8))
        #expect(try FileRange.contents(of: folder.path + "/link", limit: 5).count == 5)
        #expect(try FileRange.contents(of: folder.path + "/empty", limit: 0) == [])
        let problem = FolderProblem.tooLarge(path, size: 5, most: 4)
        #expect(throws: problem) { try FileRange.contents(of: path, limit: 4) }
        #expect("\(problem)" == "\(path) has 5 bytes, and 4 is the most")
        // Its size is told before a byte of it is read.
        let huge = try #require(FileHandle(forWritingAtPath: path))
        try huge.truncate(atOffset: 1 << 42)
        #expect(throws: FolderProblem.tooLarge(path, size: 1 << 42, most: 1 << 20)) {
            try FileRange.contents(of: path, limit: 1 << 20)
        }
    }

    @Test("A pipe nobody writes to, a folder, a device and a name that is none are told at once")
    func noFiles() throws {
        let folder = try TemporaryFolder()
        #expect(unsafe mkfifo("\(folder.path)/pipe", 0o600) == 0)
        for path in ["\(folder.path)/pipe", folder.path, "/dev/zero", "/dev/null"] {
            #expect(throws: FolderProblem.notAFile(path)) {
                try FileRange.contents(of: path, limit: 10)
            }
        }
        #expect(throws: Errno.noSuchFileOrDirectory) {
            try FileRange.contents(of: "\(folder.path)/none", limit: 10)
        }
        #expect(throws: Errno.badFileDescriptor) { try FileRange(FileDescriptor(rawValue: -1)) }
    }

    @Test("Of a user's own file no link, and no folder of another user, is taken")
    func owned() throws {
        let folder = try TemporaryFolder(["own/f": "x"])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/own/link", withDestinationPath: "f")
        #expect(try FileRange(path: folder.path + "/own/f").size == 1)
        #expect(throws: Errno.tooManySymbolicLinkLevels) {
            try FileRange(path: folder.path + "/own/link")
        }
        #expect(throws: Errno.invalidArgument) { try FileRange(path: folder.path + "/own/..") }
        #expect(throws: (any Error).self) { try FileRange(path: "/") }
        guard geteuid() == 0 else { return }
        let theirs = try folder.folder("theirs", owner: OtherUser.id)
        try folder.write("x", to: "theirs/f")
        #expect(throws: FolderProblem.stranger(theirs, owner: OtherUser.id)) {
            try FileRange(path: theirs + "/f")
        }
    }
}
