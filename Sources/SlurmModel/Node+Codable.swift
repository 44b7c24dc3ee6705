extension Indirect: Codable where Value: Codable {
    /// Reads the value itself.
    ///
    /// - Throws: A `DecodingError`.
    package init(from decoder: any Decoder) throws {
        self.init(wrappedValue: try Value(from: decoder))
    }

    /// Writes the value itself.
    ///
    /// - Throws: An `EncodingError`.
    package func encode(to encoder: any Encoder) throws {
        try wrappedValue.encode(to: encoder)
    }
}

extension KeyedDecodingContainer {
    /// Decodes details that may be missing, because the journals of older fleets have none.
    ///
    /// `Node`'s synthesized decoding prefers this method to the standard library's `decode`, which would throw.
    func decode(
        _ type: Indirect<NodeDetails>.Type, forKey key: Key
    ) throws -> Indirect<NodeDetails> {
        try decodeIfPresent(type, forKey: key) ?? Indirect(wrappedValue: NodeDetails())
    }
}
