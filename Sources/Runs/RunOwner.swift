import FanOut
import Glibc
import Platform

/// Whether this process may act on a run: it must be on the run's cluster, and belong to the user who began the run.
package enum RunOwner {
    /// Checks the cluster: job numbers and node names stand for something else on another cluster.
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

    /// Checks cluster and user: slurmctld may show a user's jobs only to that user.
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
                    "Do it as \(manifest.user), 'fleet show' too; its jobs: squeue --name=\(manifest.plan.jobName)"
            )
        }
    }
}
