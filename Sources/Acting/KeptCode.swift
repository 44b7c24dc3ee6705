/// Why a node was left as it is, for programs.
package enum KeptCode: String, CaseIterable, Codable, Hashable, Sendable {
    /// It is so already: nothing was to be done.
    case already
    /// Its reason is not one of fleet's.
    case foreign
    /// Its state does not allow it.
    case state
    /// It booted since the run that found something wrong with it.
    case rebooted
    /// The fresh check did not pass, or could not be made.
    case check
    /// More nodes would be out of service than the limit allows.
    case limit
    /// It changed between the plan and the action.
    case changed
    /// It was not reached: an interruption, or a failure that would be every further node's too.
    case stopped
}
