import FleetCore
import FoundationEssentials

/// The fstab of the machine that fleet runs on, for `--from-head`.
enum HeadTable {
    /// Its Lustre lines.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - mountPoint: The one that is asked for; nil for all.
    /// - Returns: At least one entry.
    /// - Throws: A ``UsageError`` where there is none.
    static func entries(
        path: String = "/etc/fstab", mountPoint: String?
    ) throws(UsageError) -> [RepairEntry] {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            throw UsageError("--from-head: \(path) of this machine cannot be read.")
        }
        let entries = RepairEntry.lines(ofTable: text).filter {
            mountPoint == nil || $0.mountPoint == mountPoint
        }
        guard !entries.isEmpty else {
            let place = mountPoint.map { " for \($0)" } ?? ""
            throw UsageError(
                "--from-head: \(path) of this machine has no lustre line\(place): give --source.")
        }
        return entries
    }
}
