import ArgumentParser
@testable import Configuration
@testable import FanOut
import SlurmModel
@testable import Sweeps
@testable import Terminal
import Testing
@testable import Verdicts

/// Flags over files over defaults: which of them a run is made with.
@Suite("Settings of a run") struct RunSettingsTests {
    private static let configuration = {
        var configuration = FleetConfiguration()
        for (setting, text) in [
            (Setting.wait, "7s"), (.via, "job"), (.onBusy, "skip"), (.fanout, "5"), (.group, "6"),
            (.account, "site"), (.qos, "low"), (.reservation, "weekly"), (.partition, "debug"),
            (.exclusive, "true"), (.gres, "gpu:2"), (.memory, "2G"), (.jobName, "site-fleet"),
        ] { configuration[setting] = SettingValue([text], from: .standard) }
        return configuration
    }()

    private static func settings(
        _ arguments: [String] = [], job: [String] = [],
        selection: NodeSelection = NodeSelection(), use: NodeUse = .reads,
        isBrief: Bool = false, files configuration: FleetConfiguration = FleetConfiguration()
    ) throws -> RunSettings {
        try RunSettings(
            options: FanOutOptions.parse(arguments), jobFlags: JobFlags.parse(job),
            selection: selection, use: use, isBrief: isBrief, configuration: configuration)
    }

    @Test("Where nothing is set, a job asks for nothing special")
    func defaults() throws {
        let settings = try Self.settings()
        #expect(settings.wait == 30)
        #expect(settings.job == JobOptions())
        var plan = PlanOptions()
        plan.use = .reads
        #expect(settings.plan == plan)
        #expect(settings.group == 32)
    }

    @Test("What files set holds where no flag says another thing")
    func files() throws {
        let settings = try Self.settings(files: Self.configuration)
        #expect(settings.wait == 7 && settings.window == 5 && settings.group == 6)
        var job = JobOptions()
        (job.account, job.qos, job.reservation) = ("site", "low", "weekly")
        (job.gres, job.memoryMiB, job.namePrefix) = ("gpu:2", 2_048, "site-fleet")
        job.isExclusive = true
        #expect(settings.job == job)
        #expect(settings.plan.via == .job && settings.plan.onBusy == .skip)
        #expect(settings.plan.partitions == ["debug"])
        #expect(settings.plan.namesReservation && settings.plan.isExclusive)
        // A file asks for nothing: only the caller's own flags choose a job over a step.
        #expect(!settings.plan.wantsJobs)
    }

    @Test("A flag wins over what a file says of the same thing")
    func flags() throws {
        let settings = try Self.settings(
            [
                "--wait", "2m", "--via", "direct", "--on-busy", "run", "--fanout", "2", "--group",
                "1",
            ],
            job: [
                "--account", "mine", "--qos", "high", "--job-gres", "gpu:8", "--job-memory", "1G",
                "--job-name", "x",
            ], selection: NodeSelection(partitions: ["p", "q"], reservations: ["mine"]),
            files: Self.configuration)
        #expect(settings.wait == 120 && settings.window == 2 && settings.group == 1)
        #expect(settings.job.account == "mine" && settings.job.qos == "high")
        #expect(settings.job.reservation == "mine" && settings.job.gres == "gpu:8")
        #expect(settings.job.memoryMiB == 1_024 && settings.job.namePrefix == "x")
        #expect(settings.plan.via == .direct && settings.plan.onBusy == .run)
        // The nodes' own partitions that were selected are where their jobs go.
        #expect(settings.plan.partitions == ["p", "q"] && settings.plan.wantsJobs)
    }

    @Test(
        "A node that is woken first has the time to boot, unless the caller says how long",
        arguments: [
            ([], 7), (["--power-up"], 1_800), (["--power-up", "--wait", "90"], 90),
            (["--wait", "24h"], 86_400),
        ])
    func wait(_ arguments: [String], _ seconds: Int) throws {
        let settings = try Self.settings(arguments, files: Self.configuration)
        #expect(settings.wait == seconds)
        #expect(settings.plan.powerUp == arguments.contains("--power-up"))
    }

    @Test("A job runs in one reservation: two are refused before anything is sent")
    func reservations() throws {
        let error = try #require(throws: UsageError.self) {
            try Self.settings(selection: NodeSelection(reservations: ["a", "b"]))
        }
        #expect(error.description == "A job runs in one reservation: give --reservation once.")
        #expect(
            try Self.settings(selection: NodeSelection(reservations: ["a"])).plan.namesReservation)
    }

    @Test("Only what just looks and is brief is asked of many nodes by one srun")
    func limits() throws {
        struct Look: Probe {
            var name: String { "look" }
            var payload: Payload { Payload(arguments: ["true"], timeout: 9) }
            var use: NodeUse { .reads }
            var isBrief: Bool
            func judge(_ result: NodeResult, node: Node?) -> Judgement { Judgement() }
        }
        let settings = try Self.settings(["--group", "16", "--retry", "3", "--fanout", "1"])
        let brief = settings.limits(of: Look(isBrief: true))
        #expect(brief.group == 16 && brief.retries == 3 && brief.window == 1)
        #expect(brief.wait == .seconds(30) && brief.timeout == .seconds(9))
        #expect(brief.startingGroups >= FanOutLimits().startingGroups)
        #expect(settings.limits(of: Look(isBrief: false)).group == 1)
    }
}
