/// The scripts of the Lustre probes, as they are sent.
enum LustreScripts {
    static let checkMount = joined(PackageResources.check_mount_sh)

    private static func joined(_ part: [UInt8]) -> String {
        String(decoding: PackageResources.lustre_common_sh + part, as: UTF8.self)
    }
}
