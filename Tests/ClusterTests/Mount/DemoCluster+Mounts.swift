import Testing

extension DemoCluster {
    /// Runs subcommands of the cluster's script, each list in order, eight lists at a time.
    func scripts(_ lists: [[[String]]]) async throws {
        var rest = lists.makeIterator()
        try await withThrowingTaskGroup(of: Void.self) { group in
            func startNext() {
                guard let list = rest.next() else { return }
                group.addTask {
                    for words in list {
                        let ran = try await Ran.run(
                            Place.clusterScript, words + ["--name", name])
                        #expect(ran.status == 0, "\(words): \(ran.err)")
                    }
                }
            }
            for _ in 0..<8 { startNext() }
            while try await group.next() != nil { startNext() }
        }
    }

    /// Makes nodes sick, each in its own way.
    func makeSick(_ faults: [String: MountFault]) async throws {
        try await scripts(
            faults.map { node, fault in
                var list = [["break", node, fault.scenario]]
                if let setting = fault.setting {
                    list.append(["set", node, setting.key, setting.value])
                }
                return list
            })
    }

    /// Removes what made nodes sick, and repairs nothing.
    func mend(_ nodes: some Sequence<String>) async throws {
        try await scripts(nodes.map { [["mend", $0]] })
    }

    /// Runs a shell line on every node.
    ///
    /// - Returns: What each printed; nodes that printed nothing are not in it.
    func everywhere(_ line: String) async throws -> [String: String] {
        let ran = try await fleet("run", "--format", "json", "--", "sh", "-c", line)
        let document = try ran.decoded(RunDocument.self)
        #expect(ran.status == 0, "\(line): \(document.summary)")
        return document.nodes.reduce(into: [:]) { printed, node in
            if let text = node.stdout, !text.isEmpty { printed[node.node] = text }
        }
    }

    /// From here on ``changes()`` counts.
    func beginCounting() async throws {
        #expect(try await everywhere("touch /run/counted") == [:])
    }

    /// What was written on the nodes since ``beginCounting()``: settings, packages, modules, and what a run keeps there.
    ///
    /// - Parameter paths: Patterns of paths that do not count.
    /// - Returns: The paths by node; nodes where nothing was written are not in it.
    /// - Throws: That fleet could not be run.
    func changes(butFor paths: String...) async throws -> [String: String] {
        let others = (paths + ["/run/fleet-standin*"]).map { " ! -path '\($0)'" }.joined()
        let folders = "/etc /var/lib/dpkg /var/lib/apt /var/cache /usr/lib/modules /boot /run"
        return try await everywhere("find \(folders) -xdev -newer /run/counted\(others)")
    }

    /// What mount-lustre and check-mount leave on the nodes though they must not: files, processes, and questions that
    /// wedge a real client.
    func leftovers() async throws -> [String: String] {
        try await everywhere(
            """
            ls -d /run/fleet-mount.* /tmp/fleet* /etc/.fstab* /var/cache/fleet/* /run/fleet-standin/forbidden 2>/dev/null
            for process in /proc/[0-9]*; do
                read -r name <"$process/comm" || continue
                case $name in
                mount | mount.lustre | apt-get | dpkg | modprobe | stat | lctl | lfs) echo "$process $name" ;;
                esac
            done 2>/dev/null
            true
            """)
    }
}
