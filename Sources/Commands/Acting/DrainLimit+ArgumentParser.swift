import Acting
import ArgumentParser

extension DrainLimit: ExpressibleByArgument {
    /// Reads `10%` or a number of nodes; nil for a percentage above 100 and for no number.
    package init?(argument: String) {
        if argument.hasSuffix("%") {
            guard let percent = Int(argument.dropLast()), (0...100).contains(percent) else {
                return nil
            }
            self.init(most: .percent(percent))
        } else {
            guard let count = Int(argument), count > 0 else { return nil }
            self.init(most: .nodes(count))
        }
    }

    /// How --help writes the default.
    package var defaultValueDescription: String { text }
}
