import ArgumentParser
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
                .failed, file, "fails its check", next: "fleet cluster check --offline \(file)")
        }
        let region = try session.clusterRegion()
        if stopCompute, !options.dryRun {
            try session.confirm("stop every compute node of \(name), update, and start them")
            _ = try await pcluster.setFleet(name, isStart: false)
            try await awaitFleet("STOPPED", name, pcluster)
        }
        let dryRun = try await pcluster.dryRun(
            Pcluster.update(name, configuration: file, region: region, isDryRun: true))
        try show(dryRun, session)
        if dryRun.message.firstRange(of: "No changes found") != nil {
            session.console.say("fleet: \(name) is as \(file) says: nothing to change")
            if stopCompute, !options.dryRun { _ = try await pcluster.setFleet(name, isStart: true) }
            return 0
        }
        guard dryRun.passes == true else { return refused(dryRun, session) }
        if options.dryRun { return 0 }
        if !stopCompute { try session.confirm("update \(name)") }
        let answer = try await pcluster.update(name, configuration: file)
        let code = try await StackWatch.interruptible(
            session, name: name, stack: answer.cluster.cloudformationStackArn, plan: pace.plan)
        if stopCompute { _ = try await pcluster.setFleet(name, isStart: true) }
        if code == 0, let home = try? session.home() {
            ClusterFolder(home: home, name: name, stackID: answer.cluster.cloudformationStackArn)
                .keep(text, as: "config.yaml")
        }
        return code
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
        let needs = Dictionary(
            dryRun.messages.compactMap { message in
                message.parameter.map { ($0, message.message ?? "") }
            },
            uniquingKeysWith: { first, _ in first })
        let rows = dryRun.changes.map { change in
            (
                change,
                needs.first {
                    $0.key.hasSuffix(change.parameter) || change.parameter.hasSuffix($0.key)
                }?.value ?? "nothing"
            )
        }
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

    private func refused(_ dryRun: Pcluster.DryRun, _ session: ClusterSession) -> Int32 {
        for finding in ConfigurationCheck.findings(of: dryRun) where finding.verdict != .ok {
            session.console.say(
                TerminalText.visible(
                    "fleet: \(finding.verdict.rawValue): \(finding.rule): \(finding.message)"))
        }
        let text = dryRun.messages.compactMap(\.message).joined(separator: " ") + dryRun.message
        if text.firstRange(of: "must be stopped") != nil
            || text.firstRange(of: "Stop the compute fleet") != nil
        {
            session.console.say("fleet: -> fleet cluster update --stop-compute \(file)")
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
