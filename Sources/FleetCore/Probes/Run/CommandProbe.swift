package import SlurmModel

/// `fleet run`: any command; exit code 0 is ok, everything else is a failure.
package struct CommandProbe: Probe {
    package let name = "run"
    package let payload: Payload
    package let use = NodeUse.unknown

    /// Makes a probe of what the user wants to run.
    package init(payload: Payload) {
        self.payload = payload
    }

    package func judge(_ result: NodeResult, node: Node?) -> Judgement {
        if let none = Judgement(withoutAnswer: result, timeout: .fail) { return none }
        switch result.exit {
        case .exited(0): return Judgement()
        case .exited(127):
            return failure(
                "run.not_found", "exit code 127: command not found",
                remedy: "install it on the node, or give its full path")
        case .exited(126):
            return failure(
                "run.not_executable", "exit code 126: cannot be executed",
                remedy: "check its mode and format")
        case .exited(let code): return failure("run.exit", "exit code \(code)")
        case .signalled(let signal): return failure("run.signal", "ended by signal \(signal)")
        case nil: return failure("run.exit", "no exit code")
        }
    }

    private func failure(_ code: String, _ message: String, remedy: String? = nil) -> Judgement {
        Judgement(findings: [Finding(.fail, code: code, message: message, remedy: remedy)])
    }
}
