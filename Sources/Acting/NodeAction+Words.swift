import History

extension NodeAction.Verb {
    /// What it is called once it is done, as in `drained`.
    package var done: String {
        switch self {
        case .drain: "drained"
        case .resume: "resumed"
        case .reboot: "reboot requested"
        }
    }
}
