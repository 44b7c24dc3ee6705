internal import Terminal

/// The keys of a cluster configuration, from pcluster's own schema.
enum KnownKeys {
    private static let paths: Set<String> = {
        let text = String(decoding: PackageResources.cluster_config_keys, as: UTF8.self)
        return Set(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init))
    }()

    /// Mappings whose keys are the user's own.
    private static let free = ["CustomSlurmSettings", "AdditionalSssdConfigs"]

    /// The members that pcluster does not know; the members below an unknown one are not checked.
    static func unknown(in node: ClusterNode) -> [ClusterNode.Member] {
        if free.contains(where: { bare(node.path).hasSuffix($0) }) { return [] }
        return node.items.flatMap(unknown)
            + node.members.flatMap { member in
                isKnown(member) ? unknown(in: member.node) : [member]
            }
    }

    /// A key with the signs of a path in it would look like another place.
    private static func isKnown(_ member: ClusterNode.Member) -> Bool {
        !member.key.contains { "/[]".contains($0) } && paths.contains(bare(member.node.path))
    }

    /// The known key at the same place with the most similar spelling; nil without a similar one.
    static func nearest(to path: String) -> String? {
        let parent = bare(path).split(separator: "/").dropLast().joined(separator: "/")
        let key = String(bare(path).split(separator: "/").last ?? "").lowercased()
        let siblings = paths.filter {
            $0.split(separator: "/").dropLast().joined(separator: "/") == parent
        }.compactMap { $0.split(separator: "/").last.map(String.init) }
        return siblings.sorted().min {
            EditDistance.between($0.lowercased(), key) < EditDistance.between($1.lowercased(), key)
        }.flatMap { EditDistance.between($0.lowercased(), key) <= 2 ? $0 : nil }
    }

    /// The path without the places in lists.
    private static func bare(_ path: String) -> String {
        var isPlace = false
        return path.filter { letter in
            if letter == "[" { isPlace = true }
            defer { if letter == "]" { isPlace = false } }
            return !isPlace
        }
    }
}
