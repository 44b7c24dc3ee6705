/// The scripts of the Lustre probes in the form in which they are sent: small files, joined.
enum LustreScripts {
    static let checkMount = sent(common + [PackageResources.check_mount_sh])

    /// Files that both probes need, in the order in which they run.
    static let common: [[UInt8]] = [
        PackageResources.lustre_common_sh, PackageResources.lustre_sources_sh,
        PackageResources.mount_survey_sh, PackageResources.mount_client_sh,
        PackageResources.mount_children_sh, PackageResources.mount_imports_sh,
        PackageResources.mount_tasks_sh, PackageResources.mount_touch_sh,
        PackageResources.mount_report_sh,
    ]

    /// The files joined, without comments and indentation.
    ///
    /// slurmctld keeps each job's script and sends it to the node, and a third of the text would be comments and
    /// indentation. The files must have no quoted text in which either matters.
    static func sent(_ files: [[UInt8]]) -> String {
        let space = UInt8(ascii: " ")
        let lines = files.joined().split(separator: UInt8(ascii: "\n"))
            .map { line in line.drop { $0 == space } }
            .filter { $0.first != UInt8(ascii: "#") }
            .flatMap { $0 + [UInt8(ascii: "\n")] }
        return String(decoding: lines, as: UTF8.self)
    }
}
