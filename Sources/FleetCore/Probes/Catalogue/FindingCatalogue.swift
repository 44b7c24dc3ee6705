/// Every kind of finding of the GPU and mount checks, for `--explain` and for what the configuration may name.
package enum FindingCatalogue {
    /// Every kind, by code.
    package static let all: [FindingKind] = (quick + odd + diagnostic + mounts + endings).sorted {
        $0.code < $1.code
    }

    /// The kind of a code; nil for one that no check has.
    package static func kind(of code: String) -> FindingKind? { byCode[code] }

    private static let byCode = Dictionary(
        all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

    private static let quick: [FindingKind] = GPUFindingCatalogue.all.map { kind in
        FindingKind(
            kind.code, kind.severity, kind.meaning, source: kind.source, action: kind.action)
    }

    private static let odd: [FindingKind] =
        GPUBaseline.fields.map { field in
            FindingKind(
                field.code, .warn,
                "\(field.title) differs from most GPUs of the same model in the partition.",
                source: "fleet: the majority of the same GPU model and partition, from 3 nodes on",
                action: field.remedy)
        } + [
            FindingKind(
                GPUBaseline.undecided, .info,
                "Fewer than 3 nodes have this GPU model, or no value is held by more than half.",
                source: "fleet: of two nodes that differ either may be the odd one",
                action: "nothing; compare with a node that is known to be good")
        ]

    private static let diagnostic: [FindingKind] = DiagFinding.allCases.map(\.kind)

    private static let mounts: [FindingKind] = MountFindingCatalogue.all.map { kind in
        FindingKind(
            kind.code, kind.severity, kind.meaning, source: kind.source, action: kind.action)
    }

    private static let endings: [FindingKind] = [
        FindingKind(
            "run.timed_out", .unknown, "The check did not end within --timeout.",
            source: "fleet: what did not answer is never ok",
            action: "check again; look at the node"),
        FindingKind(
            "run.node_failed", .fail, "Slurm says that the node failed under the check.",
            source: "Slurm, the job's state NODE_FAIL", action: "look at the node"),
        FindingKind(
            "run.launch_failed", .unknown, "The check was never started there.",
            source: "fleet: what did not run is never ok", action: "see the row's reason"),
        FindingKind(
            "run.cancelled", .unknown, "Somebody ended the check before its end.",
            source: "fleet: what did not end is never ok", action: "check again"),
        FindingKind(
            Judgement.cutCode, .unknown,
            "The node's answer holds more than fleet keeps of one node; what is left out is counted.",
            source: "fleet: 200 findings and 20,000 facts of a node are kept",
            action: "see what the node wrote: a healthy one does not say so much"),
        FindingKind(
            "run.too_much", .unknown, "The answer could not be judged in time, or is too large.",
            source: "fleet: 5 s for one node's answer; what cannot be judged is never ok",
            action: "see what the node wrote; make a regular expression of a probe simpler"),
        FindingKind(
            "run.garbled", .unknown, "The check left no whole record of its answer.",
            source: "fleet: what cannot be read is never ok", action: "check again"),
    ]
}
