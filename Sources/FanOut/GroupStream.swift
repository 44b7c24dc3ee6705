import FoundationEssentials

/// Takes the output of a group's `srun --label` apart into the answers of its nodes.
///
/// Before each line `srun` puts the number of the task that sent it; which node that is, the task's own first line
/// says. Everything else, such as what a TaskProlog prints, is passed over.
///
/// All nodes of a group have the same script, so a node could say that it is another one and answer for it. A task is
/// believed where its number is its node's place in the group, as Slurm numbers them, or once every task has named a
/// node of its own: then no honest node is missing, and none was named twice. Until then what it sends is held back.
package struct GroupStream: Sendable {
    /// What a line brought.
    package enum Event: Hashable, Sendable {
        /// The node is about to begin.
        case begun(String)
        /// The node's record, which is still to be checked.
        case answered(String, [UInt8])
        /// The node has more to say than it may in a group.
        case large(String)
    }

    private struct Sender: Sendable {
        var node: String
        var record: [UInt8] = []
        /// What it brought, held back because its node is not sure.
        var held: Event?
    }

    private let begun: [UInt8]
    private let sent: [UInt8]
    private let large: [UInt8]
    private let trailer = Array("\(Record.mark) ".utf8)
    private let newline = [UInt8(ascii: "\n")]
    private let nodes: [String]
    private var tasks: [Int: Sender] = [:]
    /// The node that each task has named.
    private var named: [Int: String] = [:]
    private var ended: Set<Int> = []
    /// The last line, as long as it is not whole.
    private var rest: [UInt8] = []

    /// How long a line may be before it is no line of a wrapper, in bytes.
    private static let longestLine = 4_096

    /// Reads the output of a run with this nonce.
    ///
    /// - Parameters:
    ///   - nonce: The run's.
    ///   - nodes: The nodes of the group, in the order in which `srun` was given them.
    package init(nonce: String, nodes: [String]) {
        self.nodes = nodes
        begun = Array("fleet-begun/1 \(nonce) ".utf8)
        sent = Array("fleet-sent/1 \(nonce)".utf8)
        large = Array("fleet-large/1 \(nonce)".utf8)
    }

    /// Takes more of the output.
    ///
    /// - Parameter bytes: The next bytes, cut anywhere.
    /// - Returns: What they brought, in order.
    package mutating func take(_ bytes: [UInt8]) -> [Event] {
        var events: [Event] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if rest.isEmpty {
                events += line(bytes[start..<end])
            } else {
                rest += bytes[start..<end]
                events += line(rest[...])
                rest = []
            }
            start = end + 1
        }
        if rest.count < Self.longestLine { rest += bytes[start...] }
        return events
    }

    private mutating func line(_ line: ArraySlice<UInt8>) -> [Event] {
        guard let (number, text) = Self.label(of: line), number < nodes.count,
            !ended.contains(number)
        else { return [] }
        guard let task = tasks[number] else { return name(number, text) }
        let isSent = text.elementsEqual(sent)
        guard isSent || text.elementsEqual(large) else {
            // A line that is damaged or not of the wrapper makes a record that does not add up.
            if text.starts(with: trailer) {
                tasks[number]?.record += newline + text + newline
            } else if let part = Data(base64Encoded: Data(text)) {
                tasks[number]?.record += part
            }
            return []
        }
        ended.insert(number)
        let event = isSent ? Event.answered(task.node, task.record) : .large(task.node)
        guard isBelieved(number) else {
            tasks[number]?.held = event
            return []
        }
        tasks[number] = nil
        return [event]
    }

    /// A task's first line, in which it names its node.
    private mutating func name(_ number: Int, _ text: ArraySlice<UInt8>) -> [Event] {
        guard text.starts(with: begun) else { return [] }
        let node = String(decoding: text.dropFirst(begun.count), as: UTF8.self)
        tasks[number] = Sender(node: node)
        named[number] = node
        guard named.count == nodes.count else { return [.begun(node)] }
        let held = tasks.filter { isBelieved($0.key) && $0.value.held != nil }
        for task in held.keys { tasks[task] = nil }
        return [.begun(node)] + held.sorted { $0.key < $1.key }.compactMap(\.value.held)
    }

    private func isBelieved(_ number: Int) -> Bool {
        named[number] == nodes[number]
            || (named.count == nodes.count && Set(named.values) == Set(nodes))
    }

    /// The number of the task in front of a line, as in ` 7: text`.
    private static func label(
        of line: ArraySlice<UInt8>
    ) -> (number: Int, text: ArraySlice<UInt8>)? {
        guard let colon = line.prefix(12).firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let text = line[(colon + 1)...]
        let digits = line[..<colon].drop { $0 == UInt8(ascii: " ") }
        guard text.first == UInt8(ascii: " "),
            let number = Int(String(decoding: digits, as: UTF8.self)), number >= 0
        else { return nil }
        return (number, text.dropFirst())
    }
}
