import FanOut
import Glibc
import Platform

/// Whether this process may act on a run: its cluster must be this one, its user the one who began it.
package enum RunOwner {
    /// Checks the cluster: the numbers of jobs, and the names of nodes, mean something else on another one.
    ///
    /// - Throws: A ``RunStoreError``.
    package static func check(_ manifest: RunManifest, cluster: String) throws(RunStoreError) {
        guard manifest.cluster == cluster else {
            throw RunStoreError(
                .otherCluster, attempt: "go on with run \(manifest.id)",
                cause: "it belongs to cluster '\(manifest.cluster)', and this is '\(cluster)'",
                remedy: "Set SLURM_CONF to that cluster's slurm.conf.")
        }
    }

    /// Checks cluster and user: slurmctld tells a user's jobs to that user.
    ///
    /// - Throws: A ``RunStoreError``.
    package static func checkAll(_ manifest: RunManifest, cluster: String) throws(RunStoreError) {
        try check(manifest, cluster: cluster)
        let user = Users.name(of: geteuid())
        guard manifest.user == user else {
            throw RunStoreError(
                .otherCluster, attempt: "go on with run \(manifest.id)",
                cause: "it was begun by \(manifest.user), and this is \(user)",
                remedy:
                    "Do it as \(manifest.user); 'fleet show' shows it to anybody who may read it; its jobs: squeue --name=\(manifest.plan.jobName)"
            )
        }
    }
}
