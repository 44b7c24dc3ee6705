import FanOut
import SlurmModel

/// What health.sh sent home: a section for each part, in the order in which they were asked.
struct HealthAnswer: Hashable, Sendable {
    /// One part's answer.
    struct Section: Hashable, Sendable {
        /// How its script ended.
        var exit: ExitStatus
        /// Whether it was ended at its deadline.
        var isLate: Bool
        /// How long it was waited for, in seconds.
        var duration: Double
        /// Whether the node shows what the part is for.
        var applies: Bool
        /// Whether all that it wrote came home.
        var isWhole: Bool
        /// What it wrote to its standard output.
        var stdout: [UInt8]
        /// What it wrote to its standard error, of which the beginning is kept.
        var stderr: [UInt8]
    }

    /// Whether the script was started at all.
    let isBegun: Bool
    /// Whether the answer has its end, with as many sections before it as it says.
    let isWhole: Bool
    /// Why the node could ask none of its parts; nil where it could.
    let fault: String?
    /// The sections by their place, from 0 on; one that did not come whole is not here.
    let sections: [Int: Section]

    /// What is kept of one stream of a part, in bytes; a healthy 8-GPU node sends 0.1 MB.
    static let partLimit = 4 << 20

    private static let begin = Array("@fleet health 1\n".utf8)
    private static let fault = Array("@fleet fault ".utf8)
    private static let part = Array("@fleet part ".utf8)
    /// The most bytes of a line of the script's own, of which it needs less than 200.
    private static let longestLine = 512

    /// Reads the payload's standard output: sizes decide where a part's answer ends, never what stands in it.
    init(_ bytes: [UInt8]) {
        isBegun = bytes.starts(with: Self.begin)
        var rest = isBegun ? bytes.dropFirst(Self.begin.count) : []
        fault = Self.line(Self.fault, &rest).map { String($0.prefix(200)) }
        var sections: [Int: Section] = [:]
        // Sections come in order: what is out of order was not written by the script.
        while let section = Self.section(sections.count + 1, &rest) {
            sections[sections.count] = section
        }
        isWhole = isBegun && rest.elementsEqual("@fleet end \(sections.count)\n".utf8)
        self.sections = sections
    }

    /// Takes off a line that begins so; nil, and nothing is taken, where none stands there.
    private static func line(_ mark: [UInt8], _ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.starts(with: mark),
            let newline = rest.prefix(longestLine).firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        let text = String(decoding: rest[(rest.startIndex + mark.count)..<newline], as: UTF8.self)
        rest = rest[(newline + 1)...]
        return text
    }

    private static func section(_ number: Int, _ rest: inout ArraySlice<UInt8>) -> Section? {
        var next = rest
        guard let words = line(part, &next)?.split(separator: " "),
            words.first == "\(number)"
        else { return nil }
        func value(_ key: String) -> Substring? {
            words.first { $0.hasPrefix(key + "=") }?.dropFirst(key.count + 1)
        }
        func size(_ key: String) -> Int? {
            value(key).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        }
        guard let exit = value("exit").flatMap({ Int($0) }), let out = size("stdout"),
            let err = size("stderr"), let hundredths = size("hundredths"),
            out <= next.count, err <= next.count - out
        else { return nil }
        let stdout = next.prefix(out)
        let stderr = next.dropFirst(out).prefix(err)
        // A line end follows every section.
        let end = next.dropFirst(out + err)
        guard end.first == UInt8(ascii: "\n") else { return nil }
        rest = end.dropFirst()
        return Section(
            exit: ExitStatus(shellStatus: exit), isLate: value("late") == "yes",
            duration: Double(hundredths) / 100, applies: value("applies") != "no",
            isWhole: value("whole") == "yes", stdout: Array(stdout), stderr: Array(stderr))
    }
}
