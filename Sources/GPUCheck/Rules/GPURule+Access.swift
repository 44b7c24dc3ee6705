import Verdicts

extension GPURule {
    /// A GPU with a field that says that it is lost or needs a reset, even if all other fields look good.
    static let access = GPURule { gpu, _ in
        var findings: [Finding] = []
        if let field = gpu.lostFields.first {
            let message =
                "the driver has lost it (\(field) and \(gpu.lostFields.count - 1) more fields read 'GPU is lost')"
            findings.append(gpu.finding(.fail, "gpu.lost", message, remedy: GPURemedy.reboot))
        }
        if let field = gpu.resetFields.first {
            let message =
                "requires a reset (\(field) and \(gpu.resetFields.count - 1) more fields say so)"
            findings.append(
                gpu.finding(.fail, "gpu.reset_required", message, remedy: GPURemedy.reset))
        }
        return findings
    }
}
