/// What can be written as a JSON document.
package protocol JSONWritable {
    /// Writes it, keys in rising order.
    ///
    /// - Throws: What the writer's sink throws.
    func write(to writer: inout JSONWriter) throws
}
