/// Figures in the units people read.
package enum Quantity {
    /// Bytes as df -h writes them, such as `2.2T` or `16M`: powers of 1024, rounded up.
    package static func bytes(_ count: Int) -> String {
        var value = Double(count)
        var unit = 0
        let units = ["", "K", "M", "G", "T", "P", "E"]
        // A value that rounds up to 1024 of a unit is written as 1.0 of the next unit.
        while value.rounded(.up) >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let small = unit > 0 && value < 10
        let shown = small ? (value * 10).rounded(.up) / 10 : value.rounded(.up)
        return (small && shown < 10 ? "\(shown)" : "\(Int(shown))") + units[unit]
    }

    /// MiB as GiB with one digit, such as `31.2`.
    package static func gibibytes(ofMiB count: Int) -> String {
        // Whole GiB and the rest are computed separately, because slurmctld's numbers have 64 bits.
        let tenths = min(count / 1024, .max / 20) * 10 + (count % 1024 * 10 + 512) / 1024
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Seconds with one digit, such as `0.4`.
    package static func seconds(_ value: Double) -> String {
        // A damaged file, or a clock that was set back, costs a cell and not the process.
        guard abs(value) < 1e15 else { return "\(value)" }
        let tenths = Int((abs(value) * 10).rounded())
        return "\(value < 0 && tenths > 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
    }
}
