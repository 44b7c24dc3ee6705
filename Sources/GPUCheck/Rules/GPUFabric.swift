/// A GPU's place in the NVLink fabric; all values are absent on boards without NVSwitches.
package struct GPUFabric: Hashable, Sendable {
    /// How far the GPU is in joining the fabric: `Completed`, `In Progress`, `Not Started`.
    package var state: GPUValue
    /// How it ended: `Success`, or an error.
    package var status: GPUValue
    /// The multi-node NVLink domain of the GPU; all zeros on a host without such a domain.
    package var cluster: GPUValue
    /// `Healthy`, `Limited Capacity`, `Unhealthy`.
    package var summary: GPUValue
    /// `Full` or `Degraded`.
    package var bandwidth: GPUValue
    /// Whether a route is unhealthy.
    package var routeUnhealthy: GPUValue
    /// Whether a route is being repaired.
    package var routeRecovery: GPUValue
    /// Whether memory access is being recovered after a timeout.
    package var accessRecovery: GPUValue
    /// The wrong setting; `None` when the configuration is right.
    package var misconfiguration: GPUValue

    /// The result of joining, in the fabric manager's words; nil when there is none.
    ///
    /// `Unknown Error` is such a result when the state was readable, and not an unreadable field.
    var statusText: String? {
        if state.word != nil, case .error(let text) = status { return text }
        return status.word
    }

    /// Reads a `gpu` element.
    init(_ gpu: XMLTree) {
        let fabric = gpu.first("fabric")
        let health = fabric?.first("health")
        state = GPUValue(fabric?.first("state"))
        status = GPUValue(fabric?.first("status"))
        cluster = GPUValue(fabric?.first("clusterUuid"))
        summary = GPUValue(health?.first("summary"))
        bandwidth = GPUValue(health?.first("bandwidth"))
        routeUnhealthy = GPUValue(health?.first("route_unhealthy"))
        routeRecovery = GPUValue(health?.first("route_recovery_in_progress"))
        accessRecovery = GPUValue(health?.first("access_timeout_recovery"))
        misconfiguration = GPUValue(health?.first("incorrect_configuration"))
    }
}
