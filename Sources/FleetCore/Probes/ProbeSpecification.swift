/// What a run asks of its nodes, as it is kept: enough to make the same probe again in another process.
package enum ProbeSpecification: Codable, Hashable, Sendable {
    /// `fleet run`.
    case run(Payload)
    /// `fleet gpu-check`, with the seconds it may take, and which findings count for how much.
    case gpuCheck(timeout: Int, policy: FindingPolicy = FindingPolicy())
    /// `fleet gpu-check --diag`: DCGM's diagnostic of this level.
    case gpuDiag(level: Int, timeout: Int, policy: FindingPolicy = FindingPolicy())
    /// `fleet check`: a probe that a file describes.
    case check(ProbeDefinition, policy: FindingPolicy = FindingPolicy())
    /// `fleet check-mount`, with the seconds it may take, and which findings count for how much.
    case checkMount(LustreSettings, timeout: Int, policy: FindingPolicy = FindingPolicy())
    /// `fleet mount-lustre`, with how the repair is done and the seconds it may take.
    case mountLustre(LustreSettings, repair: RepairSettings = RepairSettings(), timeout: Int)

    /// The probe.
    package var probe: any Probe {
        switch self {
        case .run(let payload): CommandProbe(payload: payload)
        case .gpuCheck(let timeout, let policy):
            PolicedProbe(
                GPUCheckProbe(timeout: timeout, limits: GPULimits(policy)), policy: policy)
        case .gpuDiag(let level, let timeout, let policy):
            PolicedProbe(DiagProbe(level: level, timeout: timeout), policy: policy)
        case .check(let definition, let policy):
            PolicedProbe(DefinedProbe(definition), policy: policy)
        case .checkMount(let settings, let timeout, let policy):
            PolicedProbe(
                CheckMountProbe(settings: settings, timeout: timeout, limits: MountLimits(policy)),
                policy: policy)
        case .mountLustre(let settings, let repair, let timeout):
            MountLustreProbe(settings: settings, repair: repair, timeout: timeout)
        }
    }

    /// Whether the run only shows what another would do, and changes nothing.
    package var isRehearsal: Bool {
        if case .mountLustre(_, let repair, _) = self { repair.isRehearsal } else { false }
    }

    /// The same for a run in which so many nodes begin at once.
    package func spread(over nodes: Int) -> ProbeSpecification {
        guard case .mountLustre(let settings, var repair, let timeout) = self,
            repair.jitterSeconds == nil
        else { return self }
        repair.jitterSeconds = RepairSettings.jitter(nodes: nodes)
        return .mountLustre(settings, repair: repair, timeout: timeout)
    }
}
