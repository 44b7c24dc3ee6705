/// One element of an XML document, with everything below it.
package struct XMLTree: Hashable, Sendable {
    /// The element's name, such as `gpu`.
    package var name: String
    /// Its attributes, by name.
    package var attributes: [String: String]
    /// Its own text without the children's, trimmed at both ends.
    package var text: String
    /// The elements directly below it, in the document's order.
    package var children: [XMLTree]
    /// Whether its end tag was read; false for what a cut document left open.
    package var isClosed: Bool

    /// Makes an element.
    package init(
        _ name: String, attributes: [String: String] = [:], text: String = "",
        children: [XMLTree] = [], isClosed: Bool = true
    ) {
        self.name = name
        self.attributes = attributes
        self.text = text
        self.children = children
        self.isClosed = isClosed
    }

    /// The first element that a path of names leads to, or nil.
    ///
    /// Every step takes the first child of that name, so duplicates further down do not matter.
    package func first(_ path: String...) -> XMLTree? {
        var element = self
        for name in path {
            guard let next = element.children.first(where: { $0.name == name }) else { return nil }
            element = next
        }
        return element
    }

    /// The children of one name, in the document's order.
    package func all(_ name: String) -> [XMLTree] {
        children.filter { $0.name == name }
    }

    /// Every element below this one that has no children, without the subtrees of the names given.
    package func leaves(without skipped: Set<String> = []) -> [XMLTree] {
        if children.isEmpty { return [self] }
        return children.flatMap { child in
            skipped.contains(child.name) ? [] : child.leaves(without: skipped)
        }
    }
}
