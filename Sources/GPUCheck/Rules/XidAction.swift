import Verdicts

/// What NVIDIA's catalog says to do about an Xid event.
package enum XidAction: Hashable, Sendable {
    /// Nothing: the program that caused it has ended or goes on.
    case application
    /// Nothing at all: it only accompanies another event, or is harmless.
    case ignore
    /// Reset the GPU.
    case reset
    /// Reboot the node.
    case reboot
    /// Replace the GPU.
    case replace
    /// Look at the auxiliary power and the cables.
    case power
    /// Bring driver or firmware up to date.
    case update
    /// Look at the links to the other GPUs.
    case links
    /// The event's own text says what to do (154).
    case told
    /// The event's own text says whether it is fatal (144 to 150).
    case graded
    /// It wants attention, and no action is named.
    case attention

    /// What to do; nil when no action is needed.
    var remedy: String? {
        switch self {
        case .application, .ignore: nil
        case .reset, .graded: GPURemedy.reset
        case .reboot: GPURemedy.reboot
        case .replace: GPURemedy.replace
        case .power: "check the GPU's power cables and the node's power supply"
        case .update: "bring the driver, and the GPU's firmware, up to date"
        case .links: GPURemedy.links
        case .told: "do what the driver asks for"
        case .attention: "look it up in NVIDIA's Xid catalog"
        }
    }

    /// The severity of an event that asks for this action.
    var severity: Severity {
        switch self {
        case .application, .ignore: .info
        case .update, .attention: .warn
        case .reset, .reboot, .replace, .power, .links, .told, .graded: .fail
        }
    }
}
