package import FanOut
import Platform
package import SlurmModel

/// `fleet run`: any command; exit code 0 is ok, everything else is a failure.
package struct CommandProbe: Probe {
    package let name = "run"
    package let payload: Payload
    private let isReadOnly: Bool

    /// Makes a probe of what the user wants to run.
    ///
    /// - Parameters:
    ///   - payload: The command.
    ///   - isReadOnly: Whether the user says that it only looks.
    package init(payload: Payload, isReadOnly: Bool = false) {
        self.payload = payload
        self.isReadOnly = isReadOnly
    }

    package var use: NodeUse { isReadOnly ? .reads : .unknown }

    /// The limit, in seconds, up to which a command that only looks is brief; a longer one would often be cut off with
    /// its group and asked again.
    package static let briefSeconds = 10

    package var isBrief: Bool { isReadOnly && payload.timeout <= Self.briefSeconds }

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

/// The specification of `fleet run`.
package struct CommandSpecification: ProbeSpecification {
    package static let kind = "run"
    /// What is run.
    package var payload: Payload
    /// Whether the user says that it only looks; nil, as in older manifests, where he does not.
    package var isReadOnly: Bool?

    /// Asks for a command.
    ///
    /// - Parameters:
    ///   - payload: The command.
    ///   - isReadOnly: Whether the user says that it only looks.
    package init(payload: Payload, isReadOnly: Bool = false) {
        self.payload = payload
        self.isReadOnly = isReadOnly ? true : nil
    }

    private enum CodingKeys: String, CodingKey {
        // The key under which fleet 0.1 stored the enumeration case's unnamed value in its manifests.
        case payload = "_0"
        case isReadOnly
    }

    package var probe: any Probe { CommandProbe(payload: payload, isReadOnly: isReadOnly == true) }

    package var title: String {
        let program =
            payload.files.first { $0.role == .program }
            .map { [$0.isSpooled ? "-" : $0.source] } ?? []
        let line = ShellQuote.readable(program + payload.arguments)
        return "run " + (line.count > 60 ? line.prefix(57) + "..." : line)
    }

    package var kept: CommandSpecification {
        CommandSpecification(payload: payload.withoutValues, isReadOnly: isReadOnly == true)
    }

    /// None: the exit code of an arbitrary command says nothing about a node's health.
    package var scope: CheckScope? { nil }
}
