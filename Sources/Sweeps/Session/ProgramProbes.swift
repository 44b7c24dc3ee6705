import Synchronization
package import Verdicts

extension ProbeKinds {
    private static let given = Mutex(ProbeKinds([]))

    /// The kinds of probe of this program, which its main gives before it parses.
    ///
    /// What runs a sweep names no probe: a changed rule compiles none of it anew.
    package static var ofProgram: ProbeKinds {
        get { given.withLock { $0 } }
        set { given.withLock { $0 = newValue } }
    }
}

extension FindingCatalogue {
    /// Every kind of finding that this program's probes have.
    package static var ofProgram: FindingCatalogue { FindingCatalogue(.ofProgram) }
}
