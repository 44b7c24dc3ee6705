extension OfflineRules {
    /// System folders, from pcluster's SharedStorageMountDirValidator, and the home folders.
    private static let reserved: Set<String> = [
        "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt",
        "/opt/parallelcluster", "/opt/parallelcluster/shared",
        "/opt/parallelcluster/shared_login_nodes", "/opt/slurm", "/opt/intel", "/proc", "/root",
        "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/var",
    ]

    func storage() -> [RuleFinding] {
        let mounts = document.mounts.compactMap { node, isShared in
            node.text.map { (node: node, path: Self.folder($0), isShared: isShared) }
        }
        var result: [RuleFinding] = []
        for (index, mount) in mounts.enumerated() {
            // pcluster allows /home for storage that is to hold the home folders.
            if Self.reserved.contains(mount.path) {
                let isHome = mount.path == "/home"
                result.append(
                    RuleFinding(
                        .storageReserved, .fail, at: mount.node,
                        "\(mount.path) is \(isHome ? "where the users' homes are on the head node" : "a folder of the system")",
                        remedy: "another folder, such as /fsx"))
            }
            for other in mounts[..<index] where mount.isShared || other.isShared {
                let isSame = mount.path == other.path
                guard
                    isSame || mount.path.hasPrefix(other.path + "/")
                        || other.path.hasPrefix(mount.path + "/")
                else { continue }
                result.append(
                    RuleFinding(
                        .storageMount, .fail, at: mount.node,
                        isSame
                            ? "\(mount.path) is the mount point of another storage too (line \(other.node.line ?? 0))"
                            : "\(mount.path) and \(other.path) (line \(other.node.line ?? 0)) lie one in the other",
                        remedy: "a folder of its own for each"))
            }
        }
        return result + lustreClient()
    }

    private func lustreClient() -> [RuleFinding] {
        let os = document.root.at("Image", "Os")
        let lustre = document.root.at("SharedStorage").items.first {
            $0.at("StorageType").text == "FsxLustre"
        }
        guard let lustre, os.text == "ubuntu2404", release?.hasPrefix("3.13.") == true,
            !document.root.at("Image", "CustomAmi").isPresent
        else { return [] }
        return [
            RuleFinding(
                .storageLustreOS, .fail, at: lustre.at("StorageType"),
                "the official ubuntu2404 AMI of ParallelCluster \(release ?? "3.13") has no Lustre client",
                remedy: "pcluster 3.14 or later, or ubuntu2204")
        ]
    }

    private static func folder(_ text: String) -> String {
        let parts = text.split(separator: "/")
        return "/" + parts.joined(separator: "/")
    }

    /// Slurm settings that ParallelCluster sets itself, from pcluster's CustomSlurmSettingsValidator.
    private static let denied: [(level: String, names: Set<String>)] = [
        (
            "SlurmConf",
            [
                "epilog", "grestypes", "launchparameters", "prolog", "reconfigflags",
                "resumefailprogram", "resumeprogram", "resumetimeout", "slurmctldhost",
                "slurmctldlogfile", "slurmctldparameters", "slurmdlogfile", "slurmuser",
                "suspendexcnodes", "suspendprogram", "suspendtime", "taskplugin", "treewidth",
            ]
        ),
        (
            "Accounting",
            [
                "accountingstoragetype", "accountingstoragehost", "accountingstorageport",
                "accountingstorageuser", "jobacctgathertype",
            ]
        ),
        (
            "Queue",
            ["nodes", "partitionname", "resumetimeout", "state", "suspendtime", "oversubscribe"]
        ),
        (
            "ComputeResource",
            [
                "cpus", "features", "gres", "nodeaddr", "nodehostname", "nodename", "state",
                "weight",
            ]
        ),
    ]

    func deniedSettings() -> [RuleFinding] {
        let settings = document.root.at("Scheduling", "SlurmSettings")
        let lists = settings.at("CustomSlurmSettings").items
        let hasDatabase = settings.at("Database").isPresent
        var result = lists.filter { $0.members.count == 1 }.flatMap {
            deniedFindings($0, "SlurmConf")
                + (hasDatabase ? deniedFindings($0, "Accounting") : [])
        }
        for queue in document.root.at("Scheduling", "SlurmQueues").items {
            result += deniedFindings(queue.at("CustomSlurmSettings"), "Queue")
            for resource in queue.at("ComputeResources").items {
                result += deniedFindings(resource.at("CustomSlurmSettings"), "ComputeResource")
            }
        }
        return result
    }

    private func deniedFindings(_ node: ClusterNode, _ level: String) -> [RuleFinding] {
        let names = Self.denied.first { $0.level == level }?.names ?? []
        return node.members.filter { names.contains($0.key.lowercased()) }.map {
            RuleFinding(
                .slurmDenied, .fail, at: $0.node,
                "\($0.key) is ParallelCluster's own to set"
                    + (level == "Accounting" ? " with a Database" : ""),
                remedy: "take it out")
        }
    }
}
