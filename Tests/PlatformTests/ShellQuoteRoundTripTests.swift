import Foundation
import Platform
import TestSupport
import Testing

/// What is quoted for a shell comes out of a real one as it went in, and nothing of it is run.
@Suite struct ShellQuoteRoundTripTests {
    /// The words that a shell makes of a command line.
    private func words(of line: String, shell: String = "/bin/sh") throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: shell)
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // A script of some kilobytes fits a pipe: nobody waits for the other.
        input.fileHandleForWriting.write(Data("printf '%s\\0' \(line)\n".utf8))
        try input.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return data.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private static let hostile = [
        "", " ", "'", "''", "'\\''", "\\", "\"", "$HOME", "$(id)", "`id`", "; id", "&& id", "| id",
        "> /dev/null", "a\nb", "\n", "\t", "\r", "*", "?", "[a-z]*", "{a,b}", "~", "~root", "#",
        "!!", "-n", "--", "%s%n", "a=b", "=ls", "\u{1b}[31m", "\u{7f}", "é", "'\u{301}", "\u{301}",
        "👩‍💻", "\u{202e}txt", "\u{a0}", "\u{2028}", "${IFS}", "\\n", "a\\", "'a' 'b'", "$'x'",
    ]

    private func equal(_ left: [String], _ right: [String]) -> Bool {
        // By bytes: Swift takes texts for equal whose bytes are not.
        left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
    }

    @Test("Every text that could mean something to a shell means itself")
    func hostileWords() throws {
        let line = ShellQuote.line(Self.hostile)
        #expect(equal(try words(of: line), Self.hostile))
        #expect(equal(try words(of: ShellQuote.readable(Self.hostile)), Self.hostile))
        let pasted = Self.hostile.map(ShellQuote.pasted).joined(separator: " ")
        #expect(equal(try words(of: pasted), Self.hostile))
    }

    @Test(
        "bash takes a command for people as sh does",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
    func bash() throws {
        let line = ShellQuote.readable(Self.hostile)
        #expect(equal(try words(of: line, shell: "/bin/bash"), Self.hostile))
    }

    @Test("Three hundred words of any characters but NUL, alone and together")
    func anything() throws {
        var random = SeededRandom(41)
        let special = Array("'\"\\$`;&|<>()*?[]{}~#!\n\t -=".unicodeScalars)
        let words = (0..<300).map { _ in
            var word = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...24, using: &random) {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: word.append(special.randomElement(using: &random) ?? "'")
                case 1: word.append(Unicode.Scalar(UInt8.random(in: 1...127, using: &random)))
                case 2:
                    word.append(
                        Unicode.Scalar(UInt32.random(in: 0x300...0x36f, using: &random)) ?? "x")
                default:
                    word.append(
                        Unicode.Scalar(UInt32.random(in: 1...0x10ffff, using: &random)) ?? "x")
                }
            }
            return String(word)
        }
        #expect(equal(try self.words(of: ShellQuote.line(words)), words))
        #expect(equal(try self.words(of: ShellQuote.readable(words)), words))
        // Quoted twice, it comes out of two shells: a command in a command's argument.
        let inner = ShellQuote.line(["printf", "%s\\0"] + words)
        let twice = try self.words(of: ShellQuote.word(inner))
        #expect(equal(twice, [inner]))
    }

    @Test("Every byte of ASCII but NUL, quoted or not, is one word of that byte")
    func ascii() throws {
        let bytes = (UInt8(1)...127).map { String(Unicode.Scalar($0)) }
        #expect(equal(try words(of: ShellQuote.readable(bytes)), bytes))
        let pasted = bytes.map(ShellQuote.pasted).joined(separator: " ")
        #expect(equal(try words(of: pasted), bytes))
        // Between letters too, where a shell reads some of them otherwise.
        let inside = bytes.map { "a\($0)b" }
        #expect(equal(try words(of: ShellQuote.readable(inside)), inside))
    }

    @Test("A word from a node never becomes a flag, and only harmless ones go without quotes")
    func pasted() {
        for text in ["-n", "--force", "-", "", "a b", "a=b", "a@b", "é", "a,b", "n[1-2]", "a+b"] {
            #expect(ShellQuote.pasted(text) == ShellQuote.word(text), "\(text)")
        }
        for text in ["gpu-1", "/fsx/a_b.c", "10.0.0.1:6817", "A9"] {
            #expect(ShellQuote.pasted(text) == text)
        }
    }
}
