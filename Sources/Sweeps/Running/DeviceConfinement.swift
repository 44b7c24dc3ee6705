import Platform

/// Whether Slurm's nodes hide devices from what did not ask for them (`ConstrainDevices` in cgroup.conf).
enum DeviceConfinement {
    /// The largest cgroup.conf that is read, in bytes.
    private static let limit = 1 << 20

    /// Looks into the cgroup.conf beside slurm.conf; one that is not there or cannot be read confines nothing.
    static func isSet(in folder: String) -> Bool {
        guard let bytes = try? FileRange.contents(of: "\(folder)/cgroup.conf", limit: limit) else {
            return false
        }
        return isSet(text: String(decoding: bytes, as: UTF8.self))
    }

    /// The last line that sets it counts, as for Slurm; its keys and values have no case.
    static func isSet(text: String) -> Bool {
        let values = text.lowercased().split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.prefix { $0 != "#" }.split(separator: "=", maxSplits: 1)
                .map { $0.filter { !$0.isWhitespace } }
            return parts.count == 2 && parts[0] == "constraindevices" ? parts[1] : nil
        }
        return values.last == "yes"
    }
}
