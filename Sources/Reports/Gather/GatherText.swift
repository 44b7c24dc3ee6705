import FanOut
import Terminal

/// Groups of equal output as blocks of text.
///
/// A block has a heading `=== NODES (COUNT): ENDING`, the standard output, and the standard error, if any, below a
/// line `=== stderr:`. An empty line separates blocks. If the output is no terminal, every stream is written byte for
/// byte; a stream without a final newline is followed by a newline and the line `\ No newline at end of file`, so
/// that a reader can tell the difference.
package struct GatherText: Sendable {
    private let isTerminal: Bool
    private let width: Int?
    private let fold: @Sendable ([String]) -> String

    /// Makes the writer.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether the text goes to a terminal and must not steer it.
    ///   - width: The terminal's columns, for headings; nil where there is none.
    ///   - fold: Makes a hostlist of nodes' names.
    package init(
        isTerminal: Bool, width: Int?, fold: @escaping @Sendable ([String]) -> String
    ) {
        self.isTerminal = isTerminal
        self.width = width
        self.fold = fold
    }

    /// Writes all groups, one block at a time.
    ///
    /// - Parameters:
    ///   - groups: The groups, largest first.
    ///   - showsDiff: Whether finished groups are shown as differences from the first finished group.
    ///     Partial output is always shown in full: what it lacks says nothing.
    ///   - write: Takes each block's bytes.
    package func write(
        _ groups: [OutputGroup], diff showsDiff: Bool = false, to write: ([UInt8]) throws -> Void
    ) rethrows {
        let reference =
            showsDiff
            ? groups.first { $0.result.outcome == .finished && $0.result.cut == nil } : nil
        for (index, group) in groups.enumerated() {
            var block: [UInt8] = index > 0 ? [.newline] : []
            for line in heading(of: group) { append(line, to: &block) }
            if let reference, group != reference, group.result.outcome == .finished,
                reference.result.cut == nil, group.result.cut == nil
            {
                appendDiff(from: reference.result, to: group.result, to: &block)
            } else {
                append(group.result.stdout, to: &block)
                if !group.result.stderr.isEmpty { append("=== stderr:", to: &block) }
                append(group.result.stderr, to: &block)
            }
            try write(block)
        }
    }

    /// The heading's lines; a long node list continues on further lines, cut at its commas.
    private func heading(of group: OutputGroup) -> [String] {
        let mark = "=== "
        let count = group.nodes.count
        let text = TerminalText.visible(
            "\(fold(group.nodes)) (\(count) \(count == 1 ? "node" : "nodes")): \(group.ending)")
        guard let width else { return [mark + text] }
        let margin = String(repeating: " ", count: mark.count)
        return TerminalText.wrap(text, columns: max(1, width - mark.count), after: [","])
            .enumerated().map { ($0.offset == 0 ? mark : margin) + $0.element }
    }

    private func append(_ line: String, to block: inout [UInt8]) {
        block.append(contentsOf: line.utf8)
        block.append(.newline)
    }

    private func append(_ stream: [UInt8], to block: inout [UInt8]) {
        if isTerminal {
            for line in stream.lines { append(TerminalText.line(line), to: &block) }
        } else {
            block.append(contentsOf: stream)
            if stream.endsInMidLine { block.append(.newline) }
        }
        if stream.endsInMidLine { append("\\ No newline at end of file", to: &block) }
    }

    private func appendDiff(
        from old: NodeResult, to new: NodeResult, to block: inout [UInt8]
    ) {
        if old.stdout == new.stdout, old.stderr == new.stderr {
            append("(the same output as \(TerminalText.visible(old.node)))", to: &block)
            return
        }
        let streams = [("", old.stdout, new.stdout), (" (stderr)", old.stderr, new.stderr)]
        for (suffix, before, after) in streams where before != after {
            append("--- \(TerminalText.visible(old.node))\(suffix)", to: &block)
            append("+++ \(TerminalText.visible(new.node))\(suffix)", to: &block)
            for line in UnifiedDiff(from: before, to: after).lines {
                if isTerminal {
                    // The mark is added separately, so that it does not move the line's tab stops.
                    append(
                        String(decoding: line.prefix(1), as: UTF8.self)
                            + TerminalText.line(line.dropFirst()), to: &block)
                } else {
                    block.append(contentsOf: line)
                    block.append(.newline)
                }
            }
        }
    }
}
