import Terminal

/// The differences between two outputs, line by line, in the form of `diff -u`.
package struct UnifiedDiff {
    /// Equal lines shown around a difference.
    private static let context = 3
    /// How many changed lines, of both sides together, are still shown one by one; also the most lines for the
    /// comparison itself, whose time grows with the square of their number.
    package static let bound = 2_000
    /// How many changed lines of each side are shown when there are more than the bound.
    private static let sample = 10

    private let old: [ArraySlice<UInt8>]
    private let new: [ArraySlice<UInt8>]
    /// Equal lines at the beginning.
    private let prefix: Int
    /// Equal lines at the end.
    private let suffix: Int
    private var removed: [Bool]
    private var inserted: [Bool]

    /// Compares two outputs.
    package init(from old: [UInt8], to new: [UInt8]) {
        self.old = old.lines
        self.new = new.lines
        let shorter = min(self.old.count, self.new.count)
        let prefix = zip(self.old, self.new).prefix { $0 == $1 }.count
        self.prefix = prefix
        suffix =
            zip(self.old.reversed(), self.new.reversed()).prefix(shorter - prefix)
            .prefix { $0 == $1 }.count
        removed = self.old.map { _ in false }
        inserted = self.new.map { _ in false }
        compareMiddle()
    }

    /// The lines of the comparison, without newlines; none where both are equal.
    package var lines: [[UInt8]] {
        let gone = removed.count { $0 }
        let come = inserted.count { $0 }
        if gone + come == 0 { return [] }
        if gone + come > Self.bound {
            return [Array("differs in \(max(gone, come)) lines; the first of them:".utf8)]
                + removed.indices.lazy.filter { removed[$0] }.prefix(Self.sample)
                .flatMap { Self.shown("-", old[$0]) }
                + inserted.indices.lazy.filter { inserted[$0] }.prefix(Self.sample)
                .flatMap { Self.shown("+", new[$0]) }
        }
        let edits = edits()
        return hunks(of: edits).flatMap { lines(of: edits[$0]) }
    }

    /// Finds the removed and added lines between the equal ends.
    private mutating func compareMiddle() {
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        func number(_ line: ArraySlice<UInt8>) -> Int {
            numbers[line]
                ?? {
                    numbers[line] = numbers.count
                    return numbers.count - 1
                }()
        }
        let before = (prefix..<old.count - suffix).map { (place: $0, line: number(old[$0])) }
        let after = (prefix..<new.count - suffix).map { (place: $0, line: number(new[$0])) }
        // A line that only one side has always belongs to the difference; without these lines, little remains to
        // compare even when a large output differs in every line.
        let lost = Set(before.map(\.line))
        let found = Set(after.map(\.line))
        for entry in before where !found.contains(entry.line) { removed[entry.place] = true }
        for entry in after where !lost.contains(entry.line) { inserted[entry.place] = true }
        compareShared(
            before.filter { found.contains($0.line) }[...],
            after.filter { lost.contains($0.line) }[...])
    }

    private typealias Entry = (place: Int, line: Int)

    private mutating func compareShared(
        _ before: ArraySlice<Entry>, _ after: ArraySlice<Entry>
    ) {
        let head = zip(before, after).prefix { $0.line == $1.line }.count
        var before = before.dropFirst(head)
        var after = after.dropFirst(head)
        let tail = zip(before.reversed(), after.reversed()).prefix { $0.line == $1.line }.count
        before = before.dropLast(tail)
        after = after.dropLast(tail)
        guard before.count + after.count <= Self.bound else {
            // Nearly the same lines in another order: finding the exact difference would take too long.
            for entry in before { removed[entry.place] = true }
            for entry in after { inserted[entry.place] = true }
            return
        }
        let difference = after.map(\.line).difference(from: before.map(\.line))
        for change in difference {
            switch change {
            case .remove(let offset, _, _):
                removed[before[before.startIndex + offset].place] = true
            case .insert(let offset, _, _):
                inserted[after[after.startIndex + offset].place] = true
            }
        }
    }

    private struct Edit {
        enum Kind: String {
            case equal = " "
            case removed = "-"
            case inserted = "+"
        }

        let kind: Kind
        /// Lines of the old output before it.
        let old: Int
        /// Lines of the new output before it.
        let new: Int
    }

    /// The edits from one output to the other, between the equal ends, with context lines at both ends.
    private func edits() -> [Edit] {
        var result: [Edit] = []
        var oldPlace = max(0, prefix - Self.context)
        var newPlace = oldPlace
        let end = min(old.count, old.count - suffix + Self.context)
        let newEnd = min(new.count, new.count - suffix + Self.context)
        while oldPlace < end || newPlace < newEnd {
            let kind: Edit.Kind =
                if oldPlace < end, removed[oldPlace] {
                    .removed
                } else if newPlace < newEnd, inserted[newPlace] {
                    .inserted
                } else {
                    .equal
                }
            result.append(Edit(kind: kind, old: oldPlace, new: newPlace))
            if kind != .inserted { oldPlace += 1 }
            if kind != .removed { newPlace += 1 }
        }
        return result
    }

    /// The parts that are shown: changes with their context lines, joined when they touch.
    private func hunks(of edits: [Edit]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for index in edits.indices where edits[index].kind != .equal {
            let lower = max(0, index - Self.context)
            let upper = min(edits.count, index + Self.context + 1)
            if let last = result.last, lower <= last.upperBound {
                result[result.count - 1] = last.lowerBound..<upper
            } else {
                result.append(lower..<upper)
            }
        }
        return result
    }

    private func lines(of hunk: ArraySlice<Edit>) -> [[UInt8]] {
        guard let first = hunk.first else { return [] }
        let oldRange = Self.range(first.old, hunk.count { $0.kind != .inserted })
        let newRange = Self.range(first.new, hunk.count { $0.kind != .removed })
        return [Array("@@ -\(oldRange) +\(newRange) @@".utf8)]
            + hunk.flatMap { edit in
                Self.shown(
                    edit.kind.rawValue, edit.kind == .inserted ? new[edit.new] : old[edit.old])
            }
    }

    /// A range in the form of `diff -u`: it counts from 1, and an empty range names the line before it.
    private static func range(_ start: Int, _ count: Int) -> String {
        switch count {
        case 0: "\(start),0"
        case 1: "\(start + 1)"
        default: "\(start + 1),\(count)"
        }
    }

    private static func shown(_ mark: String, _ line: ArraySlice<UInt8>) -> [[UInt8]] {
        if line.last == .newline { return [Array(mark.utf8) + line.dropLast()] }
        return [Array(mark.utf8) + line, Array("\\ No newline at end of file".utf8)]
    }
}
