extension OfflineRules {
    func reservations() -> [RuleFinding] {
        document.compute.flatMap { shape -> [RuleFinding] in
            let id = shape.reservation?.at("CapacityReservationId")
            if shape.isBlock { return block(shape, id: id) }
            guard let id, id.isPresent else { return [] }
            var result = placement(shape)
            // Another rule reports what is no count.
            guard shape.hasCounts else { return result }
            if shape.minimum != shape.maximum {
                let low = shape.node.at("MinCount")
                result.append(
                    RuleFinding(
                        .reservationCount, .fail, at: low.isPresent ? low : shape.node,
                        "MinCount \(shape.minimum) is not MaxCount \(shape.maximum), and the reservation's nodes are static",
                        remedy: "MinCount = MaxCount = the reservation's count"))
            } else if shape.maximum == 0 {
                result.append(
                    RuleFinding(
                        .reservationCount, .fail, at: shape.node.at("MaxCount"),
                        "no node uses the reservation", remedy: "MinCount = MaxCount = its count"))
            }
            return result
        }
    }

    private func placement(_ shape: ComputeShape) -> [RuleFinding] {
        guard shape.hasPlacementGroup || (shape.placement.flag == nil && shape.placement.isPresent)
        else { return [] }
        return [
            RuleFinding(
                .reservationPlacement, .fail, at: shape.placement,
                "a capacity reservation, and PlacementGroup is on: EC2 finds no capacity in it",
                remedy: "PlacementGroup: Enabled: false")
        ]
    }

    private func block(_ shape: ComputeShape, id: ClusterNode?) -> [RuleFinding] {
        let type = shape.queue.at("CapacityType")
        var result = placement(shape)
        if id?.text == nil {
            result.append(
                RuleFinding(
                    .reservationBlock, .fail, at: type,
                    "CAPACITY_BLOCK without a CapacityReservationId",
                    remedy: "CapacityReservationTarget: CapacityReservationId: cr-..."))
        }
        if shape.hasCounts, shape.minimum != shape.maximum || shape.maximum == 0 {
            result.append(
                RuleFinding(
                    .reservationBlock, .fail,
                    at: shape.node.at("MinCount").isPresent
                        ? shape.node.at("MinCount") : shape.node,
                    "a capacity block wants MinCount = MaxCount > 0, and these are \(shape.minimum) and \(shape.maximum)",
                    remedy: "MinCount = MaxCount = the block's count"))
        }
        return result
    }

    func efa() -> [RuleFinding] {
        document.compute.flatMap { shape -> [RuleFinding] in
            let efa = shape.node.at("Efa")
            var result: [RuleFinding] = []
            if shape.hasEFA {
                if !shape.placement.isPresent, !shape.hasPlacementGroup {
                    result.append(
                        RuleFinding(
                            .efaPlacement, .fail, at: efa.at("Enabled"),
                            "Efa is on, and PlacementGroup/Enabled is not said",
                            remedy:
                                "Networking: PlacementGroup: Enabled: true, or false with a reservation"
                        ))
                }
                result += shape.types.filter { Self.lacksEFA($0) }.map {
                    RuleFinding(
                        .efaType, .fail, at: efa.at("Enabled"), "\($0) has no EFA",
                        remedy: "8xlarge or larger, or Efa: Enabled: false")
                }
            }
            let direct = efa.at("GdrSupport")
            if direct.flag == true {
                let others = shape.types.filter {
                    !Self.hasGPUDirect($0) && Self.leftover(in: $0) == nil
                }
                if !shape.hasEFA || !others.isEmpty {
                    result.append(
                        RuleFinding(
                            .efaGPUDirect, .fail, at: direct,
                            shape.hasEFA
                                ? "\(others.joined(separator: ", ")) has no GPUDirect RDMA"
                                : "GdrSupport without Efa",
                            remedy: "take GdrSupport out: it is for p4d, p4de, p5* and p6*"))
                }
            }
            return result
        }
    }

    /// Whether a type is known to have no EFA: AWS's GPU types of one card below 8xlarge.
    static func lacksEFA(_ type: String) -> Bool {
        let parts = type.split(separator: ".").map(String.init)
        guard parts.count == 2, ["g4dn", "g5", "g6", "g6e", "gr6"].contains(parts[0]) else {
            return false
        }
        return ["xlarge", "2xlarge", "4xlarge"].contains(parts[1])
    }

    private static func hasGPUDirect(_ type: String) -> Bool {
        let family = type.split(separator: ".").first.map(String.init) ?? ""
        return ["p4d", "p4de"].contains(family) || family.hasPrefix("p5") || family.hasPrefix("p6")
    }
}
