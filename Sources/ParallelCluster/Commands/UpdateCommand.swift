import ArgumentParser
internal import Platform
import Terminal

/// `fleet cluster update`.
struct UpdateCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract:
            "What would change, old and new, and what each change needs; then do it and follow it.",
        discussion: """
            Only by the pcluster release that made the cluster. --stop-compute makes it one plan: stop the nodes, \
            update, start them. Exit codes: 0 updated, or nothing to change; 1 refused or failed; 2 could not be told.
            """)

    @OptionGroup var options: ClusterOptions
    @OptionGroup var pace: WatchOptions

    @Argument(help: ArgumentHelp("The new configuration.", valueName: "config"))
    var file: String

    @Flag(help: "Stop the compute fleet before, and start it after.")
    var stopCompute = false

    func work() async throws -> Int32 {
        let base = try ClusterSession(options)
        let name = try base.clusterName()
        guard let text = try PrivateFile.read(file) else {
            throw ClusterError(.usage, file, "is not there")
        }
        let session = try base.inRegion(OfflineRulesRegion.region(of: text))
        let pcluster = try session.pcluster()
        try await expectSameRelease(name, pcluster)
        let found = OfflineRules.findings(in: text, clusterName: name)
        guard !found.contains(where: { $0.verdict == .fail }) else {
            throw ClusterError(
                .failed, file, "fails its check",
                next: "fleet cluster check --offline \(ShellQuote.pasted(file))")
        }
        let dryRun = try await rehearsal(name, session)
        try show(dryRun, session)
        if Self.changesNothing(dryRun) {
            session.console.say("fleet: \(name) is as \(file) says: nothing to change")
            return 0
        }
        if options.dryRun { return dryRun.passes == true ? 0 : refused(dryRun, session) }
        if dryRun.passes == true {
            if stopCompute {
                session.console.say("fleet: none of this needs stopped nodes: they go on running")
            }
            try session.confirm("update \(name)")
            return try await carryOut(name, text, session)
        }
        guard stopCompute, Self.wantsStop(dryRun) else { return refused(dryRun, session) }
        try session.confirm(
            "stop every compute node of \(name), with the jobs on them, update, and start them")
        return try await whileStopped(name, session) {
            // Other refusals may have hidden behind the nodes that ran.
            let dryRun = try await rehearsal(name, session)
            guard dryRun.passes == true else { return refused(dryRun, session) }
            return try await carryOut(name, text, session)
        }
    }

    private func rehearsal(
        _ name: String, _ session: ClusterSession
    ) async throws(ClusterError) -> Pcluster.DryRun {
        let region = try session.clusterRegion()
        return try await session.pcluster().dryRun(
            Pcluster.update(name, configuration: file, region: region, isDryRun: true))
    }

    private func carryOut(
        _ name: String, _ text: String, _ session: ClusterSession
    ) async throws -> Int32 {
        let answer = try await session.pcluster().update(name, configuration: file)
        let code = try await StackWatch.interruptible(
            session, name: name, stack: answer.cluster.cloudformationStackArn, plan: pace.plan,
            note: stopCompute ? Self.stopped(name) : "")
        if code == 0, let home = try? session.home() {
            ClusterFolder(home: home, name: name, stackID: answer.cluster.cloudformationStackArn)
                .keep(text, as: "config.yaml")
        }
        return code
    }

    private static func stopped(_ name: String) -> String {
        "; the compute fleet may be stopped -> fleet cluster compute start -n \(name)"
    }

    /// Stops the nodes, does the work, and starts the nodes again, however the work ended.
    private func whileStopped(
        _ name: String, _ session: ClusterSession, _ work: () async throws -> Int32
    ) async throws -> Int32 {
        let pcluster = try session.pcluster()
        _ = try await pcluster.setFleet(name, isStart: false)
        session.console.say("fleet: \(name): waiting until the compute fleet is stopped")
        let result: Result<Int32, any Error>
        do {
            try await awaitFleet("STOPPED", name, pcluster)
            result = .success(try await work())
        } catch {
            result = .failure(error)
        }
        do {
            let after = try await pcluster.setFleet(name, isStart: true)
            session.console.say("fleet: \(name): the compute fleet is started again (\(after))")
        } catch {
            session.console.say(
                TerminalText.visible("fleet: warning: \(name): \(error)" + Self.stopped(name)))
            return try max(1, result.get())
        }
        return try result.get()
    }

    private static func changesNothing(_ dryRun: Pcluster.DryRun) -> Bool {
        dryRun.message.firstRange(of: "No changes found") != nil
    }

    /// Whether pcluster refuses because compute nodes run.
    private static func wantsStop(_ dryRun: Pcluster.DryRun) -> Bool {
        let text = dryRun.messages.compactMap(\.message).joined(separator: " ") + dryRun.message
        return ["must be stopped", "Stop the compute fleet"].contains {
            text.firstRange(of: $0) != nil
        }
    }

    private func expectSameRelease(_ name: String, _ pcluster: Pcluster) async throws {
        let cluster = try await pcluster.describe(name)
        let here = try await pcluster.version()
        guard let version = cluster.version, version != here else { return }
        throw ClusterError(
            .failed, name, "was made by pcluster \(version), and this one is \(here)",
            next:
                "pip install aws-parallelcluster==\(version) in a virtual environment, and that into PATH"
        )
    }

    private func awaitFleet(_ state: String, _ name: String, _ pcluster: Pcluster) async throws {
        // clustermgtd updates its state once a minute.
        for _ in 0..<40 {
            if try await pcluster.fleet(name) == state { return }
            try await Task.sleep(for: .seconds(pace.interval))
        }
        throw ClusterError(
            .unclear, name, "the compute fleet is not \(state) yet",
            next: "fleet cluster status -n \(name)")
    }

    private func show(_ dryRun: Pcluster.DryRun, _ session: ClusterSession) throws {
        let rows = dryRun.changes.map { ($0, Self.need(of: $0, among: dryRun.messages)) }
        let document = JSONValue.object([
            "schema": .string("fleet.cluster.update/1"),
            "passes": dryRun.passes.map(JSONValue.bool) ?? .null,
            "message": .string(dryRun.message),
            "changes": .array(
                rows.map { change, need in
                    .object([
                        "parameter": .string(change.parameter),
                        "from": JSONValue(change.currentValue),
                        "to": JSONValue(change.requestedValue), "needs": .string(need),
                    ])
                }),
        ])
        try session.show(document) {
            guard !rows.isEmpty else { return [] }
            var table = Table([.init("PARAMETER"), .init("FROM"), .init("TO"), .init("NEEDS")])
            for (change, need) in rows {
                table.add([
                    change.parameter, change.currentValue ?? "-", change.requestedValue ?? "-",
                    need,
                ])
            }
            return session.lines(of: table)
        }
    }

    /// What a change needs, by the message about its parameter: pcluster writes both from one path.
    static func need(
        of change: ConfigurationChange, among messages: [Pcluster.Message]
    ) -> String {
        messages.first { $0.parameter == change.parameter }.map { $0.message ?? "" } ?? "nothing"
    }

    private func refused(_ dryRun: Pcluster.DryRun, _ session: ClusterSession) -> Int32 {
        for finding in ConfigurationCheck.findings(of: dryRun) where finding.verdict != .ok {
            session.console.say(
                TerminalText.visible(
                    "fleet: \(finding.verdict.rawValue): \(finding.rule): \(finding.message)"))
        }
        let text = dryRun.messages.compactMap(\.message).joined(separator: " ") + dryRun.message
        if Self.wantsStop(dryRun) {
            session.console.say(
                "fleet: -> fleet cluster update --stop-compute \(ShellQuote.pasted(file))")
        } else if text.firstRange(of: "not currently supported") != nil {
            session.console.say("fleet: -> such a change needs a new cluster")
        }
        return dryRun.passes == nil ? 2 : 1
    }
}

/// The region a configuration names.
enum OfflineRulesRegion {
    static func region(of text: String) -> String? {
        guard let document = try? ClusterDocument(text: text) else { return nil }
        return document.region
    }
}
