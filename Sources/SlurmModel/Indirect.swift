/// Keeps a large value behind one reference, so that copies of what holds it stay cheap.
///
/// 20,000 nodes are filtered, sorted and folded by their names and states; without this, each copy would touch
/// some forty strings that nobody looks at.
@propertyWrapper
package struct Indirect<Value: Hashable & Sendable>: Hashable, Sendable {
    private var box: Box

    /// The value; setting it leaves other copies as they were.
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
