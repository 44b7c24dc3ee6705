/// The output of several nodes as whole lines, each with `NODE: ` before it.
///
/// Bytes arrive in pieces of any size, and nodes alternate; lines never mix, however long they are.
package struct LabelledLines: Sendable {
    private struct Source: Hashable {
        let node: String
        let stream: PayloadStream
    }

    private let isTerminal: Bool
    private var partial: [Source: [UInt8]] = [:]

    /// Makes the empty state.
    ///
    /// - Parameter isTerminal: Whether lines go to a terminal and must not steer it; elsewhere they are
    ///   byte for byte what the node wrote.
    package init(isTerminal: Bool) {
        self.isTerminal = isTerminal
    }

    /// Adds a piece of a node's output.
    ///
    /// - Parameters:
    ///   - node: The node's name.
    ///   - stream: Where it wrote.
    ///   - bytes: The next piece.
    /// - Returns: The lines that are complete now, labelled; empty without any.
    package mutating func add(node: String, stream: PayloadStream, bytes: [UInt8]) -> [UInt8] {
        let source = Source(node: node, stream: stream)
        // Only the new bytes are searched, so that a line of 10 MB in small pieces takes linear time.
        guard let last = bytes.lastIndex(of: .newline) else {
            if !bytes.isEmpty { partial[source, default: []].append(contentsOf: bytes) }
            return []
        }
        let label = Self.label(node)
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
    /// - Returns: Its last line with a newline added, if it had none; otherwise nothing.
    package mutating func end(node: String, stream: PayloadStream) -> [UInt8] {
        guard var line = partial.removeValue(forKey: Source(node: node, stream: stream)) else {
            return []
        }
        line.append(.newline)
        var result: [UInt8] = []
        append(line[...], label: Self.label(node), to: &result)
        return result
    }

    /// A node has ended: the rest of both of its streams, standard output first.
    package mutating func end(node: String) -> [UInt8] {
        end(node: node, stream: .stdout) + end(node: node, stream: .stderr)
    }

    private static func label(_ node: String) -> [UInt8] {
        Array("\(TerminalText.visible(node)): ".utf8)
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
