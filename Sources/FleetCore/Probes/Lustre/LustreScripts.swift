/// The scripts of the Lustre probes, as they are sent: small files, joined.
enum LustreScripts {
    static let checkMount = joined(PackageResources.check_mount_sh)

    /// What both probes know of mounts, in the order of the ladder.
    static let common: [[UInt8]] = [
        PackageResources.lustre_common_sh, PackageResources.mount_survey_sh,
        PackageResources.mount_client_sh, PackageResources.mount_children_sh,
        PackageResources.mount_imports_sh, PackageResources.mount_tasks_sh,
        PackageResources.mount_touch_sh, PackageResources.mount_report_sh,
    ]

    private static func joined(_ part: [UInt8]) -> String {
        String(decoding: common.joined() + part, as: UTF8.self)
    }
}
