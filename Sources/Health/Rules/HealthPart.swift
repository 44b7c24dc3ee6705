package import Verdicts

/// One of the checks that a health check is made of.
package struct HealthPart: Codable, Hashable, Sendable {
    /// On which nodes it is made.
    package enum Need: String, Codable, Hashable, Sendable {
        /// On all of them; the part itself may say that it has nothing to look at.
        case always
        /// Where the node's GRES has GPUs; where no GRES is known, where the node shows one of NVIDIA's.
        case gpus
    }

    /// Its name for people and flags, such as `gpu-check`.
    package var name: String
    /// What is asked: the very specification of the check's own command.
    package var specification: KeptSpecification
    /// On which nodes it is made.
    package var need: Need

    /// Makes a part.
    package init(
        _ name: String, _ specification: any ProbeSpecification, need: Need = .always
    ) {
        self.name = name
        self.specification = KeptSpecification(specification)
        self.need = need
    }

    /// The probe.
    var probe: any Probe { specification.value.probe }
}

/// How many of all checks a health check makes, and which flag left the others out.
package struct HealthCoverage: Codable, Hashable, Sendable {
    /// The checks there are: what findings' codes begin with, such as `gpu.xid`.
    package var total: Int
    /// Those that are made.
    package var run: Int
    /// The flags that left the others out, such as `--only`; empty where all are made.
    package var flags: [String]

    /// Makes a value of its parts.
    package init(total: Int, run: Int, flags: [String] = []) {
        self.total = total
        self.run = run
        self.flags = flags
    }

    /// `16 checks, 3 run, 13 left out by --only`; nil where nothing was left out.
    package var words: String? {
        guard run < total else { return nil }
        let flags = flags.joined(separator: " and ")
        return "\(total) checks, \(run) run, \(total - run) left out by \(flags)"
    }
}
