/// What a record must carry to be believed: which run, which node, which job, and the run's secret.
package struct RecordKey: Hashable, Sendable {
    /// The run.
    package var run: String
    /// The node the payload was sent to.
    package var node: String
    /// The run's nonce: 32 hexadecimal digits that no other run has.
    package var nonce: String
    /// The job that carried it, as text; `local` where no job did.
    package var job: String

    /// Makes a key.
    package init(run: String, node: String, nonce: String, job: String) {
        self.run = run
        self.node = node
        self.nonce = nonce
        self.job = job
    }
}
