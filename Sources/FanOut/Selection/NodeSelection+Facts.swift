import SlurmModel

extension NodeSelection {
    /// Throws when a given name does not exist in Slurm.
    func check(_ facts: SelectionFacts) throws(SelectionError) {
        func missing(
            _ names: [String], in known: @autoclosure () -> [String]
        ) -> [String] {
            guard !names.isEmpty else { return [] }
            let known = Set(known())
            return names.filter { !known.contains($0) }
        }
        let noPartitions = missing(partitions, in: facts.partitions.map(\.name))
        if !noPartitions.isEmpty { throw .unknownPartitions(noPartitions) }
        let noNodes = missing(names + excluded, in: facts.nodes.map(\.name))
        if !noNodes.isEmpty { throw .unknownNodes(noNodes) }
        let noReservations = missing(reservations, in: facts.reservations.map(\.name))
        if !noReservations.isEmpty { throw .unknownReservations(noReservations) }
    }

    /// The nodes allocated to the jobs; each job must hold at least one node.
    func nodesOfJobs(_ known: [Job]) throws(SelectionError) -> Set<String> {
        var nodes: Set<String> = []
        var unknown: [String] = []
        for selector in jobs {
            let meant = known.filter(selector.means)
            let holding = meant.filter(\.holdsNodes)
            if let job = meant.first, holding.isEmpty {
                throw .jobNotRunning(selector.description, state: job.state)
            }
            if meant.isEmpty { unknown.append(selector.description) }
            for job in holding { nodes.formUnion(job.nodes) }
        }
        if !unknown.isEmpty { throw .unknownJobs(unknown) }
        return nodes
    }

    /// The nodes allocated to jobs of the users.
    func nodesOfUsers(_ known: [Job]) -> Set<String> {
        let wanted = Set(users)
        return known.reduce(into: []) { nodes, job in
            guard job.holdsNodes, let user = job.user, wanted.contains(user) else { return }
            nodes.formUnion(job.nodes)
        }
    }

    /// The nodes of the reservations.
    func nodesOfReservations(_ known: [Reservation]) -> Set<String> {
        known.reduce(into: []) { nodes, reservation in
            guard reservations.contains(reservation.name) else { return }
            nodes.formUnion(reservation.nodes)
        }
    }
}
