import Acting
import FanOut
import History
import SlurmModel
import Terminal
import Verdicts

extension NodeSheet {
    var stateWords: String {
        let slurm = node.state.names.map {
            "; Slurm: \($0.complete), sinfo: \($0.compact.lowercased())"
        }
        return node.state.text + (slurm ?? "")
    }

    func words(of reservation: Reservation) -> String {
        var words = [reservation.name + (reservation.isMaintenance ? " (maintenance)" : "")]
        if let start = reservation.start, start > now {
            words.append("begins in \(Age(seconds: start - now).text)")
        }
        if let end = reservation.end { words.append("ends in \(Age(seconds: end - now).text)") }
        if !reservation.users.isEmpty {
            words.append("for " + reservation.users.joined(separator: ", "))
        }
        if !reservation.accounts.isEmpty {
            words.append("accounts " + reservation.accounts.joined(separator: ", "))
        }
        if let own = reservation.parallelClusterWords { words.append(own) }
        return words.joined(separator: ", ")
    }

    var cpuWords: String {
        var words = ["\(node.cpus.allocated) of \(node.cpus.total) allocated"]
        if let effective = node.cpus.effective, effective != node.cpus.total {
            words.append("\(effective) for jobs")
        }
        if let load = node.cpus.load { words.append("load \(Quantity.seconds(load))") }
        let details = node.details
        if let sockets = details.sockets, let cores = details.coresPerSocket,
            let threads = details.threadsPerCore
        {
            words.append("\(sockets) x \(cores) cores x \(threads) threads")
        }
        return words.joined(separator: ", ")
    }

    var memoryWords: String {
        let allocated = Quantity.gibibytes(ofMiB: node.memory.allocated)
        let free = node.memory.free.map { ", \(Quantity.gibibytes(ofMiB: $0)) free" } ?? ""
        return
            "\(allocated) of \(Quantity.gibibytes(ofMiB: node.memory.total)) GiB allocated\(free)"
    }

    /// `h100: 4 of 8 in use: 0-3; free: 4-7`.
    func words(of count: GPUCount) -> String {
        let head =
            "\(count.type ?? "gpu")\(count.isMIG ? " (MIG)" : ""): \(count.used) of \(count.total) in use"
        guard let used = count.usedIndexes, used.count == count.used else { return head }
        let inUse = used.isEmpty ? "" : ": \(NodeWords.ranges(used))"
        // All types of a node are numbered together: only a single one has all the other numbers.
        let isNumbered =
            node.gpus.count == 1 && used.allSatisfy { $0 < count.total } && count.total < 65_536
        guard isNumbered, !used.isEmpty, count.used < count.total else { return head + inUse }
        let taken = Set(used)
        let free = (0..<count.total).filter { !taken.contains($0) }
        return "\(head)\(inUse); free: \(NodeWords.ranges(free))"
    }

    /// `8` with its type, and how much of each GPU is given out where Slurm says so.
    func words(of gres: GRES) -> String {
        let type = gres.type.map { "\($0): " } ?? ""
        let used = GRES.parse(node.details.gresUsed ?? "").first {
            $0.name == gres.name && $0.type == gres.type
        }
        var text = "\(type)\(used?.count ?? 0) of \(gres.count) in use"
        if let shares = used?.shares, !shares.isEmpty {
            let parts = shares.enumerated().map { place, share in
                "\(place): " + (share.used.map { "\($0)/\(share.total)" } ?? "whole GPU")
            }
            text += "; by GPU \(parts.joined(separator: ", "))"
        }
        return text
    }

    var featureWords: String? {
        let active = node.features.joined(separator: ", ")
        let others = node.details.availableFeatures.filter { !node.features.contains($0) }
        guard !others.isEmpty else { return active }
        return (active.isEmpty ? "none active" : active)
            + "; available too: \(others.joined(separator: ", "))"
    }

    /// A number that is not 0.
    private static func some(_ number: Int?) -> Int? { number == 0 ? nil : number }

    private func ago(_ moment: Int?) -> String? {
        moment.map { CellValue.moment($0).words(now: now) }
    }

    var timeWords: String {
        [
            ago(node.bootTime).map { "booted \($0)" },
            ago(node.slurmdStart).map { "slurmd started \($0)" },
            ago(node.lastBusy).map { "last busy \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    var powerWords: String {
        [
            node.state.isAsleep ? node.state.powerWords : nil,
            node.details.resumeAfter.map {
                "resumed by slurmctld \(CellValue.moment($0).words(now: now))"
            },
            node.details.suspendSeconds.map(suspendWords),
            Self.some(node.details.watts).map { "\($0) W" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    private func suspendWords(_ limit: SlurmLimit) -> String {
        switch limit {
        case .value(let seconds): "powered down after \(Age(seconds: seconds).text) idle"
        case .unlimited: "never powered down"
        }
    }

    var slurmdWords: String {
        let details = node.details
        let address = node.address.map { "at \($0)" + (details.port.map { ":\($0)" } ?? "") }
        return [
            node.version, address, node.hostname.map { "host name \($0)" },
            details.architecture, details.operatingSystem,
        ].compactMap(\.self).joined(separator: ", ")
    }

    var cloudWords: String {
        [node.instanceID, node.details.instanceType].compactMap(\.self)
            .joined(separator: ", ")
    }

    /// What few nodes have: shown where it is set.
    var oddities: [(String, String?)] {
        let details = node.details
        return [
            ("owner", details.owner), ("comment", details.comment), ("extra", details.extra),
            ("topology", details.topology), ("mcs label", details.mcsLabel),
            ("weight", details.weight.flatMap { $0 == 1 ? nil : String($0) }),
            ("kept cores", Self.some(details.specializedCores).map { String($0) }),
            ("kept cpus", details.specializedCPUs),
            (
                "kept memory",
                Self.some(details.specializedMemoryMiB).map {
                    "\(Quantity.gibibytes(ofMiB: $0)) GiB"
                }
            ),
        ]
    }

    /// `gpu-check fail 2 h ago by root (run ID), failed 4 of the last 8: GPU 3: Xid 79`.
    func words(of last: LastVerdict) -> String {
        let user = last.user.map { " by \($0)" } ?? ""
        let often = last.flapping.map { ", \($0)" } ?? ""
        let words = last.message.map { ": \($0)" } ?? ""
        return
            "\(last.check) \(last.verdict.rawValue) \(Age(seconds: now - last.time).text) ago\(user) "
            + "(run \(last.run))\(often)\(words)"
    }
}
