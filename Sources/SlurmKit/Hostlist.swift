internal import CSlurm
import Glibc
package import SlurmModel

/// Slurm's hostlists, such as `gpu-[1-3,7]`, read and written by libslurm itself.
package enum Hostlist {
    /// The most names of one hostlist, which is libslurm's own limit for one bracket.
    ///
    /// A cluster can hardly have more nodes, and libslurm expands several brackets without any limit.
    package static let maximumCount = 1 << 16

    /// Expands a hostlist to its names, in order, duplicates kept.
    ///
    /// - Throws: A ``SlurmError`` of kind `input` for text that is no hostlist.
    package static func expand(_ text: String) throws(SlurmError) -> [String] {
        // A file with one name per line is a hostlist too, but libslurm takes newlines for letters.
        let text = text.split(whereSeparator: \.isNewline).joined(separator: ",")
        if let problem = problem(in: text) { throw malformed(text, problem) }
        guard mostNames(in: text) <= maximumCount else {
            throw malformed(text, "it names more than \(maximumCount) nodes")
        }
        guard let list = unsafe cslurm_hostlist_create(text) else {
            throw malformed(text, "Slurm cannot read it")
        }
        defer { unsafe cslurm_hostlist_destroy(list) }
        let count = unsafe Int(cslurm_hostlist_count(list))
        guard count > 0 else { throw malformed(text, "it names no node") }
        guard count <= maximumCount else { throw malformed(text, "it names \(count) nodes") }
        return unsafe takeNames(of: list)
    }

    /// Folds names to a hostlist, in the order given.
    package static func fold(_ names: some Sequence<String>) -> String {
        guard let list = unsafe cslurm_hostlist_create("") else {
            return names.joined(separator: ",")
        }
        defer { unsafe cslurm_hostlist_destroy(list) }
        for name in names { _ = unsafe cslurm_hostlist_push(list, name) }
        return unsafe text(of: list)
    }

    /// Folds names to the hostlist that `scontrol show hostlistsorted` writes, each name once.
    ///
    /// Only the last number of a name is folded and no text follows a bracket, so that every release of Slurm can
    /// read the result.
    package static func foldSorted(_ names: some Sequence<String>) -> String {
        guard let list = unsafe cslurm_hostlist_create("") else {
            return Set(names).sorted().joined(separator: ",")
        }
        defer { unsafe cslurm_hostlist_destroy(list) }
        for name in names { _ = unsafe cslurm_hostlist_push(list, name) }
        unsafe cslurm_hostlist_uniq(list)
        return unsafe text(of: list)
    }

    /// Names in the order of ``foldSorted(_:)``: by prefix, then by number; each once.
    package static func sorted(_ names: some Sequence<String>) -> [String] {
        guard let list = unsafe cslurm_hostlist_create("") else { return Set(names).sorted() }
        defer { unsafe cslurm_hostlist_destroy(list) }
        for name in names { _ = unsafe cslurm_hostlist_push(list, name) }
        unsafe cslurm_hostlist_uniq(list)
        return unsafe takeNames(of: list)
    }

    /// The names in a hostlist that slurmctld itself wrote, in order; empty for NULL.
    static func names(slurm pointer: UnsafePointer<CChar>?) -> [String] {
        guard let pointer = unsafe pointer, unsafe pointer.pointee != 0,
            let list = unsafe cslurm_hostlist_create(pointer)
        else { return [] }
        defer { unsafe cslurm_hostlist_destroy(list) }
        return unsafe takeNames(of: list)
    }

    private static func takeNames(of list: cslurm_hostlist) -> [String] {
        var names: [String] = []
        unsafe names.reserveCapacity(max(0, Int(cslurm_hostlist_count(list))))
        while let name = unsafe cslurm_hostlist_shift(list) {
            unsafe names.append(String(cString: name))
            unsafe free(name)
        }
        return names
    }

    private static func text(of list: cslurm_hostlist) -> String {
        var size = 4_096
        while true {
            var buffer = [CChar](repeating: 0, count: size)
            let written = unsafe buffer.withUnsafeMutableBufferPointer { space in
                unsafe cslurm_hostlist_fold(list, space.count, space.baseAddress)
            }
            if written >= 0 {
                return String(
                    decoding: buffer[..<written].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            size *= 4
        }
    }

    /// The part of a text that libslurm would misread instead of refusing it.
    static func problem(in text: String) -> String? {
        let longest = text.utf8.split(whereSeparator: isSeparator).map(\.count).max()
        if let longest, longest > longestName {
            return
                "it has a name or a range of \(longest) letters; Slurm's names are shorter than \(longestName)"
        }
        var depth = 0
        for character in text {
            switch character {
            case "[": depth += 1
            case "]": depth -= 1
            case "\0": return "it has a NUL character"
            case _ where character.isWhitespace && depth > 0:
                return "it has a space inside brackets"
            default: break
            }
            if depth < 0 { return "a ']' has no '['" }
            if depth > 1 { return "brackets stand inside brackets" }
        }
        return depth == 0 ? rangeProblem(in: text) : "a '[' has no ']'"
    }

    /// The most bytes between two commas or brackets: four times what a host's name may have.
    ///
    /// libslurm compares longer numbers digit by digit for minutes.
    private static let longestName = 1_024

    /// Whether a byte ends a name or a range: lists have blanks and lines between names too, and operators.
    private static func isSeparator(_ byte: UInt8) -> Bool {
        (9...13).contains(byte) || " ,[!&^".utf8.contains(byte)
    }

    /// The text in brackets that is neither a number nor a range: libslurm would print a line of its own about it.
    private static func rangeProblem(in text: String) -> String? {
        for part in text.split(separator: "[", omittingEmptySubsequences: false).dropFirst() {
            let ranges = part.prefix { $0 != "]" }
                .split(separator: ",", omittingEmptySubsequences: false)
            // Ranges with a step are checked in HostlistTerm.
            for range in ranges where !range.contains("/") {
                let ends = range.split(
                    separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
                // libslurm reads '1-' as 1, and accepts a plus sign as part of a number.
                let numbers = ends.last == "" && ends.count == 2 ? ends.dropLast() : ends[...]
                guard numbers.allSatisfy({ isNumber($0.first == "+" ? $0.dropFirst() : $0) }) else {
                    return "'\(range)' in brackets is no number and no range"
                }
                if ends.count == 2, let low = Int(ends[0]), let high = Int(ends[1]), low > high {
                    return "the range \(range) runs backwards"
                }
            }
        }
        return nil
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// How many names the brackets expand to; libslurm itself reports text that is no number.
    static func mostNames(in text: String) -> Int {
        var total = 0
        var product = 1
        var bracket: String?
        for character in text + "," {
            switch character {
            case "[": bracket = ""
            case "]":
                let count = bracket.map(numbers(in:)) ?? 1
                product = product > maximumCount ? product : product * count
                bracket = nil
            case "," where bracket == nil:
                total += product
                product = 1
            default: bracket?.append(character)
            }
        }
        return total
    }

    /// How many numbers a bracket such as `1-4,7` contains; counting stops soon after ``maximumCount``.
    private static func numbers(in bracket: String) -> Int {
        bracket.split(separator: ",").reduce(0) { sum, range in
            let ends = range.split(separator: "-").map { Int($0) ?? .max }
            guard ends.count == 2, ends[1] >= ends[0], ends[0] >= 0 else { return sum + 1 }
            return sum + min(ends[1] - ends[0], maximumCount) + 1
        }
    }

    /// The error for text that is no hostlist.
    static func malformed(_ text: String, _ cause: String) -> SlurmError {
        // A file of names may be long.
        let shown = text.count > 200 ? text.prefix(200) + "..." : text[...]
        return SlurmError(
            kind: .input, attempt: "read the hostlist '\(shown)'", cause: cause,
            remedy: "Write it as in gpu-[1-4,7] or gpu-1,gpu-2.")
    }
}
