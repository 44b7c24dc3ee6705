package import SlurmModel
import Glibc

/// The slurm.conf that libslurm will read; found and checked before libslurm is called.
///
/// libslurm ends the process when its configuration is missing or broken, and first retries for up to a minute when
/// SLURM_CONF names a file that does not exist. So fleet checks first.
package struct SlurmConfiguration: Hashable, Sendable {
    /// The file, as an absolute or caller-given path.
    package let path: String
    /// ClusterName.
    package let clusterName: String
    /// The controllers in the configured order, as `host` or `host:port`.
    package let controllers: [String]
    /// The names or addresses by which the controllers are reached, in the same order.
    let addresses: [String]
    /// The TCP port of the controllers; the first one of a range.
    let port: UInt16
    /// How Slurm's daemons authenticate (AuthType), such as `auth/munge`; nil for Slurm's default, which is munge.
    package let authType: String?
    /// munge's socket (AuthInfo); nil for munge's own.
    package let mungeSocket: String?
    /// Where Slurm's plugins are (PluginDir); nil for where its own build put them.
    let pluginFolder: String?
    /// Who slurmctld runs as (SlurmUser), a name or a number; root where the file does not say.
    package let slurmUser: String
    /// The program that reboots a node (RebootProgram); nil where none is named.
    package let rebootProgram: String?

    /// The folder that holds slurm.conf.
    package var folder: String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// Finds slurm.conf, and checks that libslurm can read it.
    ///
    /// - Parameter environment: The process's environment; SLURM_CONF, where set, is the only candidate.
    /// - Returns: The parts that fleet needs.
    /// - Throws: A ``SlurmError`` of kind `configuration` that names every file tried.
    package static func locate(
        environment: [String: String]
    ) throws(SlurmError) -> SlurmConfiguration {
        if let named = environment["SLURM_CONF"], !named.isEmpty {
            return try read(path: named, namedBy: "SLURM_CONF")
        }
        let candidates = defaultPaths()
        for path in candidates where isReadable(path) {
            return try read(path: path, namedBy: nil)
        }
        let lost =
            environment["SUDO_USER"].map { _ in
                "sudo takes SLURM_CONF away; where your own shell has it: "
                    + "sudo --preserve-env=SLURM_CONF fleet ... Else: "
            } ?? ""
        throw SlurmError(
            kind: .configuration, attempt: "find slurm.conf",
            cause: "SLURM_CONF is not set, and none of these is a readable file: "
                + candidates.joined(separator: ", "),
            remedy: lost + "Set SLURM_CONF to the cluster's slurm.conf, "
                + "for example: export SLURM_CONF=/opt/slurm/etc/slurm.conf")
    }

    /// Whether only SLURM_CONF leads to it: whoever lacks that variable, as after sudo, finds another file or none.
    package var needsVariable: Bool { Self.defaultPaths().first(where: Self.isReadable) != path }

    /// The usual places of slurm.conf, the most likely first.
    static func defaultPaths() -> [String] {
        let prefix = SlurmLibrary.prefix.map { ["\($0)/etc/slurm.conf"] } ?? []
        let known = [
            "/etc/slurm/slurm.conf", "/opt/slurm/etc/slurm.conf", "/usr/local/etc/slurm.conf",
            "/etc/slurm-llnl/slurm.conf", "/run/slurm/conf/slurm.conf",
        ]
        return prefix + known.filter { !prefix.contains($0) }
    }

    private static func isReadable(_ path: String) -> Bool {
        unsafe access(path, R_OK) == 0
    }

    private static func read(
        path: String, namedBy variable: String?
    ) throws(SlurmError) -> SlurmConfiguration {
        let origin = variable.map { " (named by \($0))" } ?? ""
        let keys = try SlurmConfigurationReader.read(path: path, origin: origin)
        func missing(_ key: String) -> SlurmError {
            SlurmError(
                kind: .configuration, attempt: "use \(path)\(origin)",
                cause: "it sets no \(key), so it is not the whole slurm.conf of a cluster",
                remedy: "Point SLURM_CONF at the slurm.conf that slurmctld uses.")
        }
        guard let cluster = keys.clusterName else { throw missing("ClusterName") }
        guard !keys.controllers.isEmpty else { throw missing("SlurmctldHost") }
        return SlurmConfiguration(
            path: path, clusterName: cluster,
            controllers: keys.controllers.map { host in
                keys.port.map { "\(host):\($0)" } ?? host
            },
            addresses: keys.addresses,
            // 6817 is Slurm's default port.
            port: keys.port.flatMap { UInt16($0.prefix { $0 != "-" }) } ?? 6_817,
            authType: keys.authType,
            mungeSocket: keys.authInfo?.split(separator: ",")
                .first { $0.lowercased().hasPrefix("socket=") }
                .map { String($0.dropFirst("socket=".count)) },
            // Several may be named, with ':' between them.
            pluginFolder: keys.pluginFolder.map { String($0.prefix { $0 != ":" }) },
            slurmUser: keys.slurmUser ?? "root", rebootProgram: keys.rebootProgram)
    }
}
