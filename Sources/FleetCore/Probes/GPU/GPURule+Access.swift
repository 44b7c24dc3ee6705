extension GPURule {
    /// A GPU that some field says is lost or needs a reset, however well the others look.
    static let access = GPURule { gpu in
        var findings: [Finding] = []
        if let field = gpu.lostFields.first {
            let message = "lost: \(gpu.lostFields.count) fields say so, the first is \(field)"
            findings.append(gpu.finding(.fail, "gpu.lost", message, remedy: GPURemedy.reboot))
        }
        if let field = gpu.resetFields.first {
            let message =
                "requires a reset: \(gpu.resetFields.count) fields say so, the first is \(field)"
            findings.append(
                gpu.finding(.fail, "gpu.reset_required", message, remedy: GPURemedy.reset))
        }
        return findings
    }
}
