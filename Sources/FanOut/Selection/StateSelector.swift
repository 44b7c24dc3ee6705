package import SlurmModel

/// One word of `--state`: a base state or a flag.
package enum StateSelector: Hashable, Sendable {
    case base(NodeState.Base)
    case flag(NodeState.Flag)

    /// Reads a word as Slurm's tools spell it, in any case, such as `idle`, `drain` or `DRAINED`.
    ///
    /// - Throws: ``SelectionError/unknownState(_:)``.
    package init(_ word: String) throws(SelectionError) {
        let name = word.lowercased()
        if let base = NodeState.Base(rawValue: name) ?? Self.baseAliases[name] {
            self = .base(base)
        } else if let flag = NodeState.Flag(rawValue: name) ?? Self.flagAliases[name] {
            self = .flag(flag)
        } else {
            throw .unknownState(word)
        }
    }

    /// Whether a node in this state is selected.
    package func matches(_ state: NodeState) -> Bool {
        switch self {
        case .base(let base): state.base == base
        case .flag(let flag): state.has(flag)
        }
    }

    /// Every word that is understood, without the aliases.
    package static var words: [String] {
        NodeState.Base.allCases.map(\.rawValue) + NodeState.Flag.allCases.map(\.rawValue)
    }

    private static let baseAliases: [String: NodeState.Base] = [
        "alloc": .allocated, "mix": .mixed, "unk": .unknown, "futr": .future,
    ]
    private static let flagAliases: [String: NodeState.Flag] = [
        "drained": .drain, "draining": .drain, "drng": .drain, "maint": .maintenance,
        "comp": .completing, "resv": .reserved, "plnd": .planned, "no_respond": .notResponding,
        "failing": .fail, "inval": .invalidRegistration,
    ]
}
