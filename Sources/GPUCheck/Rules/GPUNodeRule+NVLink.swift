import Verdicts

extension GPUNodeRule {
    /// NVLink's links: active, and as many as the other GPUs of the model have.
    static let nvlink = GPUNodeRule { evidence, report in
        guard let all = evidence.nvlink.value else { return [] }
        return all.flatMap { status in
            finding(status, peers: all, report.gpus.first { status.isAbout($0) }).map { [$0] } ?? []
        }
    }

    private static func finding(
        _ status: NVLinkStatus, peers: [NVLinkStatus], _ gpu: GPUReport?
    ) -> Finding? {
        let most = peers.filter { $0.name == status.name }.map(\.active).max() ?? 0
        // A card without its bridge has links that are never active.
        let isBoard = GPUModel(product: status.name)?.hasLinks ?? false
        let message: String
        if status.message == .allInactive {
            guard isBoard || most > 0 else { return nil }
            message = "all NVLink links are inactive"
        } else if status.active < status.total {
            message = "\(status.total - status.active) of \(status.total) NVLink links are inactive"
        } else if status.active < most, status.message == nil {
            message = "\(status.active) NVLink links, other GPUs of the node have \(most)"
        } else {
            return nil
        }
        return Finding(
            isBoard || most > status.active ? .fail : .warn, code: "gpu.nvlink",
            subject: gpu?.subject ?? "GPU \(status.index)", message: message,
            remedy: GPURemedy.links)
    }
}
