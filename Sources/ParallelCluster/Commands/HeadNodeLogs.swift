/// The head node's log streams, by their short names.
struct HeadNodeLogs: Sendable {
    /// The streams that say why a creation does not end.
    static let telling = ["chef-client", "cfn-init", "clustermgtd"]

    private let pcluster: Pcluster
    private let name: String
    /// How many lines of a stream are read.
    private static let depth = 400

    /// Whose they are.
    init(pcluster: Pcluster, name: String) {
        self.pcluster = pcluster
        self.name = name
    }

    /// Every stream of the cluster; none where its log group is not there yet.
    ///
    /// - Throws: A ``ClusterError``.
    func streams() async throws(ClusterError) -> [LogStream] {
        do {
            return try await pcluster.logStreams(name).map(LogStream.init)
        } catch {
            // A head node that has sent nothing yet: pcluster makes an error of it.
            guard error.why.firstRange(of: "log group does not exist") != nil else { throw error }
            return []
        }
    }

    /// The last lines of the streams that say why, of the host that has a chef-client.
    ///
    /// - Returns: How many streams the head node has, and the lines; those of a stream that cannot be read are missing.
    /// - Throws: A ``ClusterError`` where the streams cannot be listed.
    func lines() async throws(ClusterError) -> (streams: Int, lines: [LogLine]) {
        let all = try await streams()
        // Only a head node runs clustermgtd; a host whose clustermgtd is not there yet has chef-client all the same.
        let head =
            (all.first { $0.short == "clustermgtd" } ?? all.first { $0.short == "chef-client" })?
            .host
        let own = all.filter { $0.host == head }
        let wanted = own.filter { Self.telling.contains($0.short) }
        // Each is a pcluster of its own, which takes seconds to start.
        let lines = await withTaskGroup(of: [LogLine].self) { group in
            for stream in wanted {
                group.addTask { [pcluster, name] in
                    (try? await pcluster.logEvents(name, stream: stream, limit: Self.depth)) ?? []
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return (own.count, lines)
    }
}
