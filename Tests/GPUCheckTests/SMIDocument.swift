/// Writes nvidia-smi documents for tests: a healthy node, to be spoiled field by field.
struct SMIDocument {
    /// The fields above the GPUs, in order.
    var fields: [(name: String, text: String)]
    /// The GPUs.
    var gpus: [SMIGPU]

    /// A healthy node with this many GPUs of Hopper's kind.
    init(gpus count: Int = 2) {
        self.init((0..<count).map { SMIGPU.hopper($0) })
    }

    /// A node with these GPUs.
    init(_ gpus: [SMIGPU]) {
        fields = [
            ("timestamp", "Mon Nov 23 21:00:00 2026"), ("driver_version", "580.105.08"),
            ("cuda_version", "13.0"), ("attached_gpus", "\(gpus.count)"),
        ]
        self.gpus = gpus
    }

    /// The same with one field above the GPUs changed, or removed by nil.
    func with(_ name: String, _ text: String?) -> SMIDocument {
        var copy = self
        copy.fields = fields.compactMap { field in
            if field.name != name { return field }
            return text.map { (name, $0) }
        }
        return copy
    }

    /// The same with a field of one GPU changed, or removed by nil.
    func with(gpu index: Int = 0, _ path: String, _ text: String?) -> SMIDocument {
        var copy = self
        copy.gpus[index] = copy.gpus[index].with(path, text)
        return copy
    }

    /// The document.
    var text: String {
        let head = fields.map { "\t<\($0.name)>\($0.text)</\($0.name)>\n" }.joined()
        return """
            <?xml version="1.0" ?>
            <!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v13.dtd">
            <nvidia_smi_log>
            \(head)\(gpus.map(\.text).joined())</nvidia_smi_log>

            """
    }

    /// The document's bytes.
    var bytes: [UInt8] { Array(text.utf8) }
}
