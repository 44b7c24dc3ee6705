/// The answer of `nvidia-smi nvlink -s` for one GPU.
package struct NVLinkStatus: Hashable, Sendable {
    /// The message that nvidia-smi prints in place of links.
    package enum Message: Hashable, Sendable {
        /// The GPU has links, and none is active.
        case allInactive
        /// The GPU has no links.
        case unsupported
        /// Split GPUs (MIG) do not tell.
        case split
    }

    /// The GPU's position in nvidia-smi's list.
    package var index: Int
    /// The GPU's UUID.
    package var uuid: String
    /// The product.
    package var name: String
    /// The links, each with its speed in GB/s; nil for one that is not active.
    package var links: [Double?] = []
    /// The message that nvidia-smi prints in place of links.
    package var message: Message?

    /// How many links are active.
    package var active: Int { links.count { $0 != nil } }

    /// How many links there are.
    package var total: Int { links.count }

    /// The speed of the slowest active link, in GB/s; nil without one.
    package var speed: Double? { links.compactMap(\.self).min() }

    /// Whether it belongs to this GPU: by UUID, or by position when one of them has no UUID.
    func isAbout(_ gpu: GPUReport) -> Bool {
        guard let word = gpu.uuid.word, !uuid.isEmpty else { return index == gpu.index }
        return word == uuid
    }

    /// Reads the answer: per GPU a line with its name, then one per link, or a message.
    package static func statuses(_ text: String) -> [NVLinkStatus] {
        var statuses: [NVLinkStatus] = []
        for bytes in text.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 }).prefix(16_384) {
            let line = Substring(bytes).trimmed
            if let gpu = NVLinkStatus(heading: line) {
                statuses.append(gpu)
            } else if !statuses.isEmpty {
                statuses[statuses.count - 1].read(line)
            }
        }
        return statuses
    }

    /// Reads `GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-…)`; nil for another line.
    private init?(heading line: String) {
        guard line.hasPrefix("GPU "), let colon = line.firstIndex(of: ":"),
            let index = Int(line[line.index(line.startIndex, offsetBy: 4)..<colon]), index >= 0
        else { return nil }
        self.index = index
        let rest = line[line.index(after: colon)...]
        let mark = rest.firstRange(of: "(UUID:")
        name = rest[..<(mark?.lowerBound ?? rest.endIndex)].trimmed
        uuid = mark.map { rest[$0.upperBound...].prefix { $0 != ")" }.trimmed } ?? ""
    }

    /// Reads `Link 0: 25 GB/s`, `Link 0: <inactive>`, or a message; other lines contain no link.
    private mutating func read(_ line: String) {
        if line.hasPrefix("Link "), let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = line[line.utf8.index(after: colon)...].trimmed
            links.append(GPUValue(value).number.flatMap { $0 > 0 ? $0 : nil })
            return
        }
        let text = line.lowercased()
        if text.contains("all links are inactive") {
            message = .allInactive
        } else if text.contains("not have or support nvlink") {
            message = .unsupported
        } else if text.contains("in mig mode") {
            message = .split
        }
    }
}
