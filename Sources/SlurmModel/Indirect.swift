/// Keeps a large value behind one reference, so that copies of its owner stay cheap.
///
/// 20,000 nodes are filtered, sorted and folded by name and state; without this, each copy would touch about forty
/// strings that are not needed.
@propertyWrapper
package struct Indirect<Value: Hashable & Sendable>: Hashable, Sendable {
    private var box: Box

    /// The value; setting it does not change other copies.
    package var wrappedValue: Value {
        get { box.value }
        set { box = Box(newValue) }
    }

    /// Makes a box.
    package init(wrappedValue: Value) {
        box = Box(wrappedValue)
    }

    /// Compares the values, not the references.
    package static func == (left: Indirect, right: Indirect) -> Bool {
        left.box === right.box || left.box.value == right.box.value
    }

    /// Hashes the value.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(box.value)
    }

    private final class Box: Sendable {
        let value: Value

        init(_ value: Value) {
            self.value = value
        }
    }
}
