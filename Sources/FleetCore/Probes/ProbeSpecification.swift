/// What a run asks of its nodes, as it is kept: enough to make the same probe again in another process.
package enum ProbeSpecification: Codable, Hashable, Sendable {
    /// `fleet run`.
    case run(Payload)
    /// `fleet gpu-check`, with the seconds it may take.
    case gpuCheck(timeout: Int)
    /// `fleet check-mount`, with the seconds it may take.
    case checkMount(LustreSettings, timeout: Int)
    /// `fleet mount-lustre`, with the seconds it may take.
    case mountLustre(LustreSettings, timeout: Int)

    /// The probe.
    package var probe: any Probe {
        switch self {
        case .run(let payload): CommandProbe(payload: payload)
        case .gpuCheck(let timeout): GPUCheckProbe(timeout: timeout)
        case .checkMount(let settings, let timeout):
            CheckMountProbe(settings: settings, timeout: timeout)
        case .mountLustre(let settings, let timeout):
            MountLustreProbe(settings: settings, timeout: timeout)
        }
    }
}
