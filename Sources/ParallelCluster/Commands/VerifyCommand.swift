import ArgumentParser
import Terminal

/// `fleet cluster verify`.
struct VerifyCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "From here, everything the guide checks on the head node after a creation, as one table.",
        discussion: """
            Runs fleet doctor, mount-lustre --include-head, check-mount and health there, through the Session \
            Manager, and shows what those printed that are not ok. Exit codes: 0 ready; 1 something fails, or a node \
            is missing; 2 something could not be told; 3 there is no fleet there.
            """)

    @OptionGroup var options: ClusterOptions
    @OptionGroup var transfer: TransferOptions

    func work() async throws -> Int32 {
        let session = try ClusterSession(options)
        let name = try session.clusterName()
        if options.dryRun {
            try session.showPlan("verify", name, Verification.steps(lustre: nil).map(\.line))
            return 0
        }
        return try await Verification.prepared(session, name: name, transfer: transfer).run()
    }
}
