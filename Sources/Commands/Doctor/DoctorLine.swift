package import Verdicts

/// One thing that fleet needs, and whether it is there.
package struct DoctorLine: Hashable, Sendable {
    /// What is looked at.
    package var name: String
    /// What came of it.
    package var verdict: Verdict
    /// What was seen, with the evidence, in one line.
    package var text: String
    /// What to do; nil where nothing is to be done.
    package var fix: String?

    /// Makes a line.
    package init(_ name: String, _ verdict: Verdict, _ text: String, fix: String? = nil) {
        self.name = name
        self.verdict = verdict
        self.text = text
        self.fix = fix
    }
}
