/// The head node's log streams, by their short names.
struct HeadNodeLogs: Sendable {
    /// The streams that show why a creation does not finish.
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

    /// Every stream of the cluster; empty while its log group does not exist yet.
    ///
    /// - Throws: A ``ClusterError``.
    func streams() async throws(ClusterError) -> [LogStream] {
        do {
            return try await pcluster.logStreams(name).map(LogStream.init)
        } catch {
            // pcluster reports an error when the head node has not sent any log yet.
            guard error.why.firstRange(of: "log group does not exist") != nil else { throw error }
            return []
        }
    }

    /// The head node's host; nil where no stream tells it.
    ///
    /// Only a head node runs clustermgtd; if clustermgtd does not run yet, a host with chef-client is taken.
    static func host(among all: [LogStream]) -> String? {
        (all.first { $0.short == "clustermgtd" } ?? all.first { $0.short == "chef-client" })?.host
    }

    /// The last lines of the ``telling`` streams of the head node.
    ///
    /// - Returns: How many streams the head node has, and the lines; those of a stream that cannot be read are missing.
    /// - Throws: A ``ClusterError`` where the streams cannot be listed.
    func lines() async throws(ClusterError) -> (streams: Int, lines: [LogLine]) {
        let all = try await streams()
        let head = Self.host(among: all)
        let own = all.filter { $0.host == head }
        let wanted = own.filter { Self.telling.contains($0.short) }
        // Each request starts pcluster, which takes seconds, so all run at the same time.
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
