import Platform
package import SlurmModel

/// What ParallelCluster's clustermgtd does to nodes, as its configuration on the head node says.
///
/// It looks at Slurm's nodes once in a loop, ends the instances of those that are drained and idle, or down, and starts
/// new ones in their place.
package struct Clustermgtd: Hashable, Sendable {
    /// The file.
    package var path: String
    /// ParallelCluster's name of the cluster; nil where the file does not say.
    package var clusterName: String?
    /// Whether a drained node without jobs is replaced (`terminate_drain_nodes`, on where it is not set).
    package var endsDrained = true
    /// Whether a node that is down is replaced (`terminate_down_nodes`, on where it is not set).
    package var endsDown = true
    /// Seconds between two looks (`loop_time`).
    package var loopSeconds = 60
    /// After so many failures to start, a queue gets inactive: protected mode (`protected_failure_count`); below 1 never.
    package var mostFailures = 10

    /// Where ParallelCluster has it.
    package static let usualPath =
        "/etc/parallelcluster/slurm_plugin/parallelcluster_clustermgtd.conf"

    /// Reads a configuration: `key = value` lines; what is not understood counts as not set.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - path: The file.
    package init(text: String, path: String = usualPath) {
        self.path = path
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1).map { part in
                String(
                    part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
                        .reversed())
            }
            guard parts.count == 2 else { continue }
            let value = parts[1]
            switch parts[0] {
            case "cluster_name": clusterName = value.isEmpty ? nil : value
            case "terminate_drain_nodes": endsDrained = Self.truth(value) ?? endsDrained
            case "terminate_down_nodes": endsDown = Self.truth(value) ?? endsDown
            case "loop_time": loopSeconds = Int(value).flatMap { $0 > 0 ? $0 : nil } ?? loopSeconds
            case "protected_failure_count": mostFailures = Int(value) ?? mostFailures
            default: continue
            }
        }
    }

    /// Reads the configuration of this machine; nil where it is no head node of ParallelCluster's, or the file cannot be
    /// read or trusted.
    package static func read(_ path: String) -> Clustermgtd? {
        guard let bytes = try? TrustedPath.read(path, limit: 1 << 20) else { return nil }
        return Clustermgtd(text: String(decoding: bytes, as: UTF8.self), path: path)
    }

    /// As Python's configparser reads it.
    private static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "yes", "true", "on": true
        case "0", "no", "false", "off": false
        default: nil
        }
    }

    /// Whether a node is one that ParallelCluster starts and ends: `QUEUE-st-RESOURCE-1` (static), `-dy-` (dynamic).
    package static func manages(_ node: String) -> Bool {
        node.wholeMatch(of: /[a-z][a-z0-9\-]*-(st|dy)-[a-zA-Z0-9\-]+-[0-9]+/) != nil
    }

    /// What becomes of a node that is drained; nil where nothing more.
    func drainNote(_ node: Node) -> String? {
        guard endsDrained, Self.manages(node.name) else { return nil }
        let when = ActingPlanner.isBusy(node) ? "once its jobs have ended" : "within about \(pace)"
        return
            "ParallelCluster ends the instance \(when) and starts a new one, in service: \(Self.lost)"
    }

    /// What may become of a node that is rebooted; nil where nothing more.
    func rebootNote(_ node: Node) -> String? {
        guard endsDrained || endsDown, Self.manages(node.name) else { return nil }
        return
            "ParallelCluster may take it for drained or down and replace the instance: \(Self.lost)"
    }

    private static let lost =
        "local disks (/scratch), installed modules, mounts and logs go with it"

    private var pace: String { loopSeconds <= 90 ? "a minute" : "\(loopSeconds) s" }

    /// What to do before instances go, and what fits better where they must not; one line each.
    ///
    /// - Parameters:
    ///   - list: The nodes, folded, quoted for a shell.
    ///   - run: The run that found them, where its own command drains them and takes no `--evidence`; nil for a command that
    ///     does.
    /// - Returns: The lines.
    package func advice(_ list: String, ofRun run: String? = nil) -> [String] {
        let way =
            run.map { "fleet drain --from \($0) --evidence FOLDER, in place of --drain" }
            ?? "--evidence FOLDER"
        return [
            "keep the evidence first: \(way) (nvidia-bug-report of each node; one that gives none is left alone)",
            "what the checks found of them is kept: fleet history \(list)",
            "to keep the instance for a look: terminate_drain_nodes = False in \(path), restart clustermgtd, then drain",
            "to have only a new instance: scontrol update nodename=\(list) state=power_down_asap reason=replaced",
        ]
    }

    /// Whether it has a protected mode at all; without one a partition is inactive because somebody wanted it so.
    var protects: Bool { mostFailures > 0 }

    /// What an inactive partition means there, and the way out.
    var protectedRemedies: [String] {
        let name = clusterName ?? "CLUSTER"
        return [
            "ParallelCluster's protected mode: nodes failed to start \(mostFailures) times; why: grep -i -e protected -e failed /var/log/parallelcluster/clustermgtd | tail; fleet cluster logs clustermgtd -n \(name)",
            "when the cause is mended: pcluster update-compute-fleet --cluster-name \(name) --status START_REQUESTED",
        ]
    }
}

extension Reservation {
    /// What a reservation that ParallelCluster made is for; nil for every other.
    package var parallelClusterWords: String? {
        guard name.hasPrefix("pcluster-cr-") else { return nil }
        return
            "ParallelCluster's own: it keeps jobs away until capacity block \(name.dropFirst("pcluster-".count)) begins; it goes by itself"
    }
}
