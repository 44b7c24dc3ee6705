/// The script that mount-lustre runs on a node, joined from several files.
enum RepairScript {
    /// The whole script, without its comments: slurmctld keeps a copy for every job.
    static let text = LustreScripts.sent(LustreScripts.common) + parts

    /// All but what it shares with check-mount.
    static let parts = LustreScripts.sent([
        PackageResources.repair_common_sh, PackageResources.repair_fstab_sh,
        // A healthy node ends here: the shell reads the rest only if something must be done.
        PackageResources.repair_look_sh, PackageResources.repair_packages_sh,
        PackageResources.repair_fetch_sh, PackageResources.repair_mount_sh,
        PackageResources.repair_kernel_sh, PackageResources.mount_lustre_sh,
    ])

    /// Runs the script (its first argument) in the node's own mount namespace.
    ///
    /// A job may have a mount namespace of its own (Slurm's job_container/tmpfs): a mount made there disappears with
    /// the job, and never exists on the node.
    static let starter = """
        if [ -e /proc/1/ns/mnt ] && ! [ /proc/self/ns/mnt -ef /proc/1/ns/mnt ] && command -v nsenter >/dev/null 2>&1; then
        exec nsenter --mount=/proc/1/ns/mnt -- /bin/sh -c "$1" fleet
        fi
        eval "$1"
        """
}
