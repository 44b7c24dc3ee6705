/// The scripts of the Lustre probes, as they are sent: small files, joined.
enum LustreScripts {
    static let checkMount = sent(common + [PackageResources.check_mount_sh])

    /// What both probes know of mounts, in the order of the ladder.
    static let common: [[UInt8]] = [
        PackageResources.lustre_common_sh, PackageResources.lustre_sources_sh,
        PackageResources.mount_survey_sh, PackageResources.mount_client_sh,
        PackageResources.mount_children_sh, PackageResources.mount_imports_sh,
        PackageResources.mount_tasks_sh, PackageResources.mount_touch_sh,
        PackageResources.mount_report_sh,
    ]

    /// The files one after the other, without what a shell does not need: a job script is kept by slurmctld and sent to
    /// each node, and a third of it would be comments and indentation.
    ///
    /// For files in which no line of a quoted text depends on either.
    static func sent(_ files: [[UInt8]]) -> String {
        let space = UInt8(ascii: " ")
        let lines = files.joined().split(separator: UInt8(ascii: "\n"))
            .map { line in line.drop { $0 == space } }
            .filter { $0.first != UInt8(ascii: "#") }
            .flatMap { $0 + [UInt8(ascii: "\n")] }
        return String(decoding: lines, as: UTF8.self)
    }
}
