/// The rules that need an answer from AWS; without an answer their verdict is unknown.
package struct OnlineRules: Sendable {
    private let document: ClusterDocument
    private let aws: AWSCommand
    private let now: Double

    /// Prepares the questions.
    ///
    /// - Parameters:
    ///   - document: The configuration.
    ///   - aws: AWS's program.
    ///   - now: The moment, in seconds since 1970.
    package init(document: ClusterDocument, aws: AWSCommand, now: Double) {
        self.document = document
        self.aws = aws
        self.now = now
    }

    /// The findings of all these rules; a rule about a part that the configuration lacks has none.
    package func findings() async -> [RuleFinding] {
        var result: [RuleFinding] = []
        for shape in document.compute { result += await reservation(shape) }
        result += await scripts()
        result += await headNetwork()
        result += await quotas()
        return result
    }

    private func unknown(_ rule: Rule, _ node: ClusterNode?, _ error: ClusterError) -> RuleFinding {
        RuleFinding(
            rule, .unknown, at: node, "could not be looked at: \(error.what): \(error.why)",
            remedy: error.next)
    }

    // MARK: - Reservations

    private func reservation(_ shape: ComputeShape) async -> [RuleFinding] {
        guard let id = shape.reservationID, OfflineRules.leftover(in: id) == nil else { return [] }
        let node = shape.reservation?.at("CapacityReservationId")
        do {
            let found = try await aws.reservation(id)
            let subnets = try await aws.subnets(
                shape.queue.at("Networking", "SubnetIds").items.compactMap(\.text))
            return ReservationJudge(shape: shape, reservation: found, subnets: subnets, now: now)
                .findings(at: node)
        } catch {
            guard error.kind == .notThere else { return [unknown(.awsReservation, node, error)] }
            return [
                RuleFinding(
                    .awsReservation, .fail, at: node, "\(id) does not exist in this region",
                    remedy: "fleet cluster reserve, or the right id and region")
            ]
        }
    }

    // MARK: - Scripts

    private func scripts() async -> [RuleFinding] {
        struct Answer: Decodable { var ContentLength: Int? }
        var result: [RuleFinding] = []
        var seen: Set<String> = []
        for node in document.scripts {
            guard let text = node.text, seen.insert(text).inserted,
                let parts = text.wholeMatch(of: /s3:\/\/([^\/]+)\/(.+)/)?.output
            else { continue }
            do {
                _ = try await aws.ask(
                    [
                        "s3api", "head-object", "--bucket", String(parts.1), "--key",
                        String(parts.2),
                    ],
                    as: Answer.self)
            } catch {
                let isGone = error.why.firstRange(of: "(404)") != nil || error.kind == .notThere
                result.append(
                    isGone
                        ? RuleFinding(
                            .awsScript, .fail, at: node, "\(text) is not there",
                            remedy:
                                "upload it with aws s3 cp; pcluster does not check that it is there"
                        )
                        : unknown(.awsScript, node, error))
            }
        }
        return result
    }

    // MARK: - The head node's network

    private struct Route: Decodable {
        var DestinationCidrBlock: String?
        var GatewayId: String?
    }
    private struct RouteTable: Decodable { var Routes: [Route]? }
    private struct RouteTables: Decodable { var RouteTables: [RouteTable]? }

    private func headNetwork() async -> [RuleFinding] {
        let networking = document.root.at("HeadNode", "Networking")
        let node = networking.at("SubnetId")
        guard let id = node.text, OfflineRules.leftover(in: id) == nil else { return [] }
        do {
            guard let subnet = try await aws.subnets([id]).first else {
                let silence = ClusterError(
                    .unclear, "aws ec2 describe-subnets", "says nothing of \(id)")
                return [unknown(.awsHeadNetwork, node, silence)]
            }
            let isPublic =
                subnet.MapPublicIpOnLaunch == true
                || networking.at("ElasticIp").text.map { $0 != "false" } == true
            let route = try await defaultRoute(of: subnet)
            if route == nil {
                return [
                    RuleFinding(
                        .awsHeadNetwork, .warn, at: node, "\(id) has no way to the internet",
                        remedy:
                            "a NAT, an internet gateway, or VPC endpoints for all that ParallelCluster asks"
                    )
                ]
            }
            guard route?.GatewayId?.hasPrefix("igw-") == true, !isPublic else { return [] }
            return [
                RuleFinding(
                    .awsHeadNetwork, .warn, at: node,
                    "\(id) leads to an internet gateway, and the head node gets no public address",
                    remedy:
                        "a subnet that assigns public addresses, ElasticIp: true, or one with a NAT"
                )
            ]
        } catch {
            return [unknown(.awsHeadNetwork, node, error)]
        }
    }

    private func defaultRoute(of subnet: AWSCommand.Subnet) async throws(ClusterError) -> Route? {
        let question = ["ec2", "describe-route-tables", "--filters"]
        var tables =
            try await aws.ask(
                question + ["Name=association.subnet-id,Values=\(subnet.SubnetId)"],
                as: RouteTables.self
            ).RouteTables ?? []
        if tables.isEmpty, let vpc = subnet.VpcId {
            tables =
                try await aws.ask(
                    question + ["Name=vpc-id,Values=\(vpc)", "Name=association.main,Values=true"],
                    as: RouteTables.self
                ).RouteTables ?? []
        }
        return tables.flatMap { $0.Routes ?? [] }.first { $0.DestinationCidrBlock == "0.0.0.0/0" }
    }

    // MARK: - Types: quota and addresses

    private struct Processors: Decodable { var DefaultVCpus: Int? }
    private struct Cards: Decodable { var MaximumNetworkCards: Int? }
    private struct InstanceType: Decodable {
        var InstanceType: String
        var VCpuInfo: Processors?
        var NetworkInfo: Cards?
    }
    private struct InstanceTypes: Decodable { var InstanceTypes: [InstanceType]? }
    private struct Quota: Decodable { var Value: Double? }
    private struct QuotaAnswer: Decodable { var Quota: Quota? }

    private func quotas() async -> [RuleFinding] {
        var result: [RuleFinding] = []
        for shape in document.compute {
            guard let name = shape.types.first, shape.reservation == nil,
                OfflineRules.leftover(in: name) == nil
            else { continue }
            let node = shape.node.at("MinCount").isPresent ? shape.node.at("MinCount") : shape.node
            do {
                let types =
                    try await aws.ask(
                        ["ec2", "describe-instance-types", "--instance-types", name],
                        as: InstanceTypes.self
                    ).InstanceTypes ?? []
                guard shape.minimum > 0, let count = types.first?.VCpuInfo?.DefaultVCpus,
                    let code = Self.quotaCode(of: name)
                else { continue }
                let quota = try await aws.ask(
                    ["service-quotas", "get-service-quota", "--service-code", "ec2"]
                        + ["--quota-code", code], as: QuotaAnswer.self)
                let (product, isTooMuch) = count.multipliedReportingOverflow(by: shape.minimum)
                let need = isTooMuch ? Int.max : product
                if let value = quota.Quota?.Value, value < Double(need) {
                    result.append(
                        RuleFinding(
                            .awsQuota, .warn, at: node,
                            "\(shape.minimum) x \(name) are \(need) vCPUs, and quota \(code) is \(Int(value))",
                            remedy: "Service Quotas: ask for \(need) of \(code)"))
                }
            } catch {
                result.append(unknown(.awsQuota, node, error))
            }
        }
        return result
    }

    /// The quota for running on-demand instances that an instance type counts against; nil for a type that is not
    /// listed here.
    private static func quotaCode(of type: String) -> String? {
        switch type.first {
        case "g", "v": "L-DB2E81BA"
        case "p": "L-417A185B"
        default: nil
        }
    }

    /// Up to 3.16.1, an EFA type with one network card gets two interfaces, and EC2 gives such an instance no public
    /// address.
    ///
    /// - Parameter release: pcluster's release; below 3.16 the rule says nothing.
    /// - Returns: What was found.
    package func publicAddresses(release: String) async -> [RuleFinding] {
        guard SlurmRelease.isAtLeast(release, 3, 16) == true else { return [] }
        var result: [RuleFinding] = []
        for shape in document.compute where shape.hasEFA {
            let node = shape.queue.at("Networking", "SubnetIds")
            do {
                let types =
                    try await aws.ask(
                        ["ec2", "describe-instance-types", "--instance-types"] + shape.types,
                        as: InstanceTypes.self
                    ).InstanceTypes ?? []
                guard types.contains(where: { ($0.NetworkInfo?.MaximumNetworkCards ?? 1) == 1 })
                else { continue }
                let open = try await aws.subnets(node.items.compactMap(\.text))
                    .filter { $0.MapPublicIpOnLaunch == true }
                if let subnet = open.first {
                    result.append(
                        RuleFinding(
                            .efaPublicAddress, .fail, at: node,
                            "\(subnet.SubnetId) assigns public addresses, and an EFA node of \(release) has two interfaces",
                            remedy: "a private subnet"))
                }
            } catch {
                result.append(unknown(.efaPublicAddress, node, error))
            }
        }
        return result
    }
}

/// Whether a capacity reservation fits a compute resource.
package struct ReservationJudge: Sendable {
    /// The compute resource.
    let shape: ComputeShape
    /// The reservation.
    let reservation: AWSCommand.Reservation
    /// The queue's subnets.
    let subnets: [AWSCommand.Subnet]
    /// The present time, in seconds since 1970.
    let now: Double

    func findings(at node: ClusterNode?) -> [RuleFinding] {
        let id = reservation.CapacityReservationId
        func finding(_ verdict: RuleVerdict, _ message: String, _ remedy: String) -> RuleFinding {
            RuleFinding(.awsReservation, verdict, at: node, "\(id) \(message)", remedy: remedy)
        }
        var result: [RuleFinding] = []
        let isStateFine =
            reservation.State == "active"
            || (reservation.isBlock && reservation.State == "scheduled")
        if !isStateFine {
            result.append(
                finding(.fail, "is \(reservation.State ?? "in no known state")", "another one"))
        }
        if let type = reservation.InstanceType, !shape.types.contains(type) {
            result.append(
                finding(
                    .fail,
                    "is for \(type), and the queue uses \(shape.types.joined(separator: ", "))",
                    "the same type in both"))
        }
        let zones = Set(subnets.compactMap(\.AvailabilityZone))
        if let zone = reservation.AvailabilityZone, !zones.isEmpty, !zones.contains(zone) {
            result.append(
                finding(
                    .fail,
                    "is in \(zone), and the queue's subnet in \(zones.sorted().joined(separator: ", "))",
                    "a subnet in \(zone)"))
        }
        if let free = reservation.AvailableInstanceCount, reservation.State == "active",
            free < shape.maximum
        {
            result.append(
                finding(
                    .fail,
                    "has \(free) of \(reservation.TotalInstanceCount ?? free) instances free, and MaxCount is \(shape.maximum)",
                    "MinCount = MaxCount = \(free)"))
        } else if let total = reservation.TotalInstanceCount, total > shape.maximum {
            result.append(
                finding(
                    .warn,
                    "has \(total) instances, and MaxCount is \(shape.maximum): the others are paid for and not used",
                    "MinCount = MaxCount = \(total)"))
        }
        if reservation.isBlock != shape.isBlock {
            result.append(
                finding(
                    .fail, reservation.isBlock ? "is a capacity block" : "is no capacity block",
                    reservation.isBlock ? "CapacityType: CAPACITY_BLOCK" : "CapacityType: ONDEMAND")
            )
        }
        if reservation.isBlock, let start = reservation.StartDate {
            if CloudTime.seconds(start).map({ $0 > now }) == true {
                result.append(
                    finding(
                        .warn,
                        "begins \(start): the nodes come then"
                            + (reservation.EndDate.map {
                                ", and EC2 takes them 30 min before it ends at \($0)"
                            } ?? ""),
                        "nothing to do"))
            }
        } else if reservation.EndDate == nil, !reservation.isBlock {
            result.append(
                finding(
                    .warn, "has no end date: it costs until it is cancelled",
                    "aws ec2 modify-capacity-reservation --end-date-type limited --end-date ..."))
        }
        return result
    }
}
