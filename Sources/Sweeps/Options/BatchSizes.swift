import ArgumentParser

/// The sizes of a run's waves: `10`, `10%`, or several of them, with the last one repeated: `1,10%`.
struct BatchSizes: Hashable, Sendable, ExpressibleByArgument {
    /// One size.
    enum Size: Hashable, Sendable {
        /// A number of nodes.
        case nodes(Int)
        /// A percentage of all nodes, rounded up.
        case percent(Int)
    }

    private let sizes: [Size]

    /// One node, then all the others.
    static let canaryFirst = BatchSizes(sizes: [.nodes(1), .percent(100)])

    private init(sizes: [Size]) {
        self.sizes = sizes
    }

    /// Reads the sizes; nil unless each is a number from 1 on or a percentage from 1 to 100.
    init?(argument: String) {
        var sizes: [Size] = []
        for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
            if word.hasSuffix("%") {
                guard let number = Int(word.dropLast()), (1...100).contains(number) else {
                    return nil
                }
                sizes.append(.percent(number))
            } else {
                guard let number = Int(word), number > 0 else { return nil }
                sizes.append(.nodes(number))
            }
        }
        self.sizes = sizes
    }

    /// Cuts the targets into waves, in order.
    func waves<Element>(of targets: [Element]) -> [[Element]] {
        var waves: [[Element]] = []
        var rest = targets[...]
        while !rest.isEmpty {
            let size = sizes[min(waves.count, sizes.count - 1)]
            let count =
                switch size {
                case .nodes(let count): count
                case .percent(let percent): max(1, (targets.count * percent + 99) / 100)
                }
            waves.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return waves
    }
}
