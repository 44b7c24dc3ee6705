/// The bytes that were written the last time at one place of a document.
package struct JSONMemo {
    var bytes: [UInt8] = []

    /// Remembers nothing yet.
    package init() {}
}
