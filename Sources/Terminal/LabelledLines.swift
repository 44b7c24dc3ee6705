/// The output of several nodes as whole lines, each with `NODE: ` before it; or of a single node without that label.
///
/// Bytes arrive in pieces of any size, and nodes alternate; lines never mix, however long they are.
package struct LabelledLines: Sendable {
    private struct Source: Hashable {
        let node: String
        let stream: PayloadStream
        let isNamesake: Bool
    }

    private let isTerminal: Bool
    private let hasLabels: Bool
    private var partial: [Source: [UInt8]] = [:]

    /// Makes the empty state.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether lines go to a terminal and must not steer it; elsewhere they are byte for byte what the
    ///     node wrote.
    ///   - hasLabels: Whether a line begins with its node's name.
    package init(isTerminal: Bool, hasLabels: Bool = true) {
        (self.isTerminal, self.hasLabels) = (isTerminal, hasLabels)
    }

    /// Adds a piece of a node's output.
    ///
    /// - Parameters:
    ///   - node: The node's name.
    ///   - stream: Where it wrote.
    ///   - bytes: The next piece.
    ///   - isNamesake: Whether it is the head node, and one of the nodes has the same name.
    /// - Returns: The lines that are complete now, labelled; empty without any.
    package mutating func add(
        node: String, stream: PayloadStream, bytes: [UInt8], isNamesake: Bool = false
    ) -> [UInt8] {
        let source = Source(node: node, stream: stream, isNamesake: isNamesake)
        // Only the new bytes are searched, so that a line of 10 MB in small pieces takes linear time.
        guard let last = bytes.lastIndex(of: .newline) else {
            if !bytes.isEmpty { partial[source, default: []].append(contentsOf: bytes) }
            return []
        }
        let label = label(source)
        var result: [UInt8] = []
        var lines = Array(bytes[...last]).lines[...]
        if var line = partial.removeValue(forKey: source), let first = lines.popFirst() {
            line.append(contentsOf: first)
            append(line[...], label: label, to: &result)
        }
        for line in lines { append(line, label: label, to: &result) }
        let rest = bytes[(last + 1)...]
        if !rest.isEmpty { partial[source] = Array(rest) }
        return result
    }

    /// A stream of a node has ended.
    ///
    /// - Returns: Its last line, if it had no newline, with one added when other lines may follow; otherwise nothing.
    package mutating func end(
        node: String, stream: PayloadStream, isNamesake: Bool = false
    ) -> [UInt8] {
        let source = Source(node: node, stream: stream, isNamesake: isNamesake)
        guard var line = partial.removeValue(forKey: source) else { return [] }
        if hasLabels { line.append(.newline) }
        var result: [UInt8] = []
        append(line[...], label: label(source), to: &result)
        return result
    }

    /// A node has ended: the rest of both of its streams, standard output first.
    package mutating func end(node: String) -> [UInt8] {
        end(node: node, stream: .stdout) + end(node: node, stream: .stderr)
    }

    private func label(_ source: Source) -> [UInt8] {
        guard hasLabels else { return [] }
        let name = TerminalText.visible(source.node) + (source.isNamesake ? " (head)" : "")
        return Array("\(name): ".utf8)
    }

    private func append(_ line: ArraySlice<UInt8>, label: [UInt8], to result: inout [UInt8]) {
        result.append(contentsOf: label)
        guard isTerminal else {
            result.append(contentsOf: line)
            return
        }
        result.append(contentsOf: TerminalText.line(line).utf8)
        result.append(.newline)
    }
}

/// Which of a payload's two streams some bytes came from.
package enum PayloadStream: String, CaseIterable, Hashable, Sendable {
    /// Its standard output.
    case stdout
    /// Its standard error.
    case stderr
}
