/// One element of an XML document, with everything below it.
package struct XMLTree: Sendable {
    private let document: XMLDocument
    private let node: Int

    /// An element of a document.
    init(_ document: XMLDocument, _ node: Int) {
        self.document = document
        self.node = node
    }

    /// The element's name, such as `gpu`.
    package var name: String { document.string(document.nodes[node].name) }

    /// Its attributes, by name.
    package var attributes: [String: String] { document.attributes[node] ?? [:] }

    /// Its own text without the children's, trimmed at both ends.
    package var text: String {
        let range = document.nodes[node].text
        return range.isEmpty ? document.texts[node] ?? "" : document.string(range)
    }

    /// Whether its end tag was read; false for an element that a cut document left open.
    package var isClosed: Bool { document.nodes[node].isClosed }

    /// Whether it has no child elements.
    package var isLeaf: Bool { document.nodes[node].child < 0 }

    /// The size of its text in bytes, or an upper bound, for code that looks for short words.
    var textSize: Int {
        let size = document.nodes[node].text.count
        return size > 0 ? size : document.texts[node]?.utf8.count ?? 0
    }

    /// The elements directly below it, in the document's order.
    package var children: [XMLTree] {
        var children: [XMLTree] = []
        var child = document.nodes[node].child
        while child >= 0 {
            children.append(XMLTree(document, child))
            child = document.nodes[child].next
        }
        return children
    }

    /// The first element at a path of names, or nil.
    ///
    /// Every step takes the first child of that name, so duplicates further down do not matter.
    package func first(_ path: String...) -> XMLTree? {
        var element = node
        for name in path {
            guard let next = document.first(name, below: element) else { return nil }
            element = next
        }
        return XMLTree(document, element)
    }

    /// The children of one name, in the document's order.
    package func all(_ name: String) -> [XMLTree] {
        children.filter { document.isNamed($0.node, name) }
    }

    /// Every element below this one that has no children, without the subtrees of the names given.
    package func leaves(without skipped: [String] = []) -> [XMLTree] {
        var leaves: [XMLTree] = []
        collect(node, skipped, &leaves)
        return leaves
    }

    private func collect(_ element: Int, _ skipped: [String], _ leaves: inout [XMLTree]) {
        var child = document.nodes[element].child
        if child < 0 { leaves.append(XMLTree(document, element)) }
        while child >= 0 {
            if !skipped.contains(where: { document.isNamed(child, $0) }) {
                collect(child, skipped, &leaves)
            }
            child = document.nodes[child].next
        }
    }
}
