package import SlurmModel

/// Which nodes the user asked for: an empty field selects everything, and a node must match all fields that are set.
package struct NodeSelection: Hashable, Sendable {
    /// Node names; every one must exist.
    package var names: [String]
    /// Node names to leave out; every one must exist.
    package var excluded: [String]
    /// Partitions; a node in any of them is selected.
    package var partitions: [String]
    /// Base states and flags.
    package var states: WordFilter<StateSelector>
    /// Active features.
    package var features: WordFilter<FeatureClause>
    /// Generic resources the nodes are configured with.
    package var resources: WordFilter<GRESSelector>
    /// Jobs; a node allocated to any of them is selected.
    package var jobs: [JobSelector]
    /// Users; a node allocated to a job of any of them is selected.
    package var users: [String]
    /// Reservations; a node of any of them is selected, and jobs are to be submitted into them.
    package var reservations: [String]
    /// A run, by its name or `last`; the nodes that failed in it are selected.
    package var failedFrom: String?
    /// How many nodes at most.
    package var limit: Int?
    /// Whether ``limit`` takes a random sample instead of the first nodes.
    package var isRandom: Bool

    /// Makes a selection; the default selects every node.
    package init(
        names: [String] = [], excluded: [String] = [], partitions: [String] = [],
        states: WordFilter<StateSelector> = WordFilter(),
        features: WordFilter<FeatureClause> = WordFilter(),
        resources: WordFilter<GRESSelector> = WordFilter(),
        jobs: [JobSelector] = [], users: [String] = [], reservations: [String] = [],
        failedFrom: String? = nil, limit: Int? = nil, isRandom: Bool = false
    ) {
        self.names = names
        self.excluded = excluded
        self.partitions = partitions
        self.states = states
        self.features = features
        self.resources = resources
        self.jobs = jobs
        self.users = users
        self.reservations = reservations
        self.failedFrom = failedFrom
        self.limit = limit
        self.isRandom = isRandom
    }

    /// Whether the selection depends on slurmctld's jobs.
    package var needsJobs: Bool {
        !jobs.isEmpty || !users.isEmpty
    }

    /// Whether the selection depends on slurmctld's reservations.
    package var needsReservations: Bool {
        !reservations.isEmpty
    }

    /// What is said where nothing is selected, as no node of the run that is named is to be done again.
    ///
    /// - Parameter unfinished: The nodes of a run that are to be done again, by the run's name or `last`.
    /// - Returns: The line of talk; nil where no run is named, and where one of its nodes is not well.
    /// - Throws: What `unfinished` throws.
    package func allWell(_ unfinished: (String) throws -> [String]) rethrows -> String? {
        guard let failedFrom, try unfinished(failedFrom).isEmpty else { return nil }
        return "fleet: every node of run \(failedFrom) is well: nothing to do"
    }

    /// The nodes selected, in slurmctld's order, each once.
    ///
    /// - Parameters:
    ///   - facts: What slurmctld said.
    ///   - filter: Which nodes the command is for; the limit counts only these. Nil is for all.
    /// - Returns: The nodes.
    /// - Throws: A ``SelectionError`` that names every unknown node, partition, job or reservation.
    package func select(
        from facts: SelectionFacts, filter: ((Node) -> Bool)? = nil
    ) throws(SelectionError) -> [Node] {
        var generator = SystemRandomNumberGenerator()
        return try select(from: facts, filter: filter, using: &generator)
    }

    /// The nodes selected, with the caller's randomness.
    ///
    /// - Throws: A ``SelectionError``.
    package func select(
        from facts: SelectionFacts, filter: ((Node) -> Bool)? = nil,
        using generator: inout some RandomNumberGenerator
    ) throws(SelectionError) -> [Node] {
        try check(facts)
        let wanted = [
            names.isEmpty ? nil : Set(names),
            jobs.isEmpty ? nil : try nodesOfJobs(facts.jobs),
            users.isEmpty ? nil : nodesOfUsers(facts.jobs),
            reservations.isEmpty ? nil : nodesOfReservations(facts.reservations),
            failedFrom.map { _ in Set(facts.failed) },
        ].compactMap(\.self)
        let unwanted = Set(excluded)
        // Without a filter, the list is returned as it is: copying 20,000 nodes takes time.
        if filter == nil, wanted.isEmpty, unwanted.isEmpty, !looksAtNodes {
            return limited(facts.nodes, using: &generator)
        }
        let nodes = facts.nodes.filter { node in
            wanted.allSatisfy { $0.contains(node.name) } && !unwanted.contains(node.name)
                && holds(for: node) && filter?(node) != false
        }
        return limited(nodes, using: &generator)
    }

    /// Whether the selection depends on a property of the node itself.
    private var looksAtNodes: Bool {
        !partitions.isEmpty || !states.isEmpty || !features.isEmpty || !resources.isEmpty
    }

    private func holds(for node: Node) -> Bool {
        (partitions.isEmpty || node.partitions.contains(where: partitions.contains))
            && states.admits { $0.matches(node.state) }
            && features.admits { $0.holds(for: node.features) }
            && resources.admits { $0.holds(for: node.gres) }
    }

    private func limited(
        _ nodes: [Node], using generator: inout some RandomNumberGenerator
    ) -> [Node] {
        guard let limit, limit < nodes.count else { return nodes }
        guard isRandom else { return Array(nodes.prefix(limit)) }
        return nodes.indices.shuffled(using: &generator).prefix(limit).sorted().map { nodes[$0] }
    }
}
