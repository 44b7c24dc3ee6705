import ArgumentParser

/// The words of a command whose words are nodes: `fleet health gpu-7` is `fleet health -n gpu-7`.
package struct NamedNodes: ParsableArguments {
    /// Begins with the defaults, which the parser replaces.
    package init() {}

    @Argument(
        help: ArgumentHelp("The nodes: the same as --nodes.", valueName: "nodes"),
        completion: ClusterCompletion.nodes)
    var words: [String] = []
}

/// What names nodes by words and by flags.
///
/// The two groups stand side by side. A group that held the flags would be one more level, and in a build for debugging
/// the parser looks into a group four times as often for each level: that was most of what testing a command line took.
package protocol NamesNodes {
    /// The words.
    var nodeWords: NamedNodes { get }
    /// The flags.
    var nodeFlags: SelectorOptions { get }
}

extension NamesNodes {
    /// The selectors, with the words among them.
    package var selectors: SelectorOptions {
        var selectors = nodeFlags
        selectors.nodes += nodeWords.words
        return selectors
    }
}
