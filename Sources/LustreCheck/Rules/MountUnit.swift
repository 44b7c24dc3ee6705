/// systemd's state of a mount that is missing.
struct MountUnit: Hashable, Sendable {
    private let result: String?
    private let status: Int?
    private let said: String?

    init(_ mount: MountSection) {
        result = mount["unit_result"]
        status = mount["unit_status"].flatMap { Int($0) }
        said = mount["unit_said"]
    }

    /// The result and the cause, to be appended to a sentence; empty when nothing failed.
    var words: String {
        guard let result, result != "success" else { return "" }
        let exit = status.map { status in
            status == 0
                ? "" : " (exit \(status)\(MountExit.meaning(status).map { ": \($0)" } ?? ""))"
        }
        return "; systemd: \(result)\(exit ?? "")" + (said.map { ", \($0)" } ?? "")
    }
}
