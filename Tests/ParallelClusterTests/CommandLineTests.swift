import ArgumentParser
@testable import ParallelCluster
import Testing

/// What the parser takes and refuses: before a file is read or a program is asked.
@Suite("the command lines of fleet cluster")
struct CommandLineTests {
    /// The command that a line means; what does not parse throws.
    private static func parse<Command: ParsableCommand>(
        _ type: Command.Type, _ line: String
    ) throws -> Command {
        let words = line.split(separator: " ").map(String.init)
        return try Command.parse(Array(words.dropFirst()))
    }

    @Test(arguments: [
        // Half of a pair says nothing.
        ("config --reservation cr-1", "--reservation and --count belong together."),
        ("config --count 2", "--reservation and --count belong together."),
        ("config --capacity-block", "--capacity-block needs --reservation."),
        ("config --reservation cr-1 --count 0", "--count is 1 to 1000."),
        ("config --reservation cr-1 --count 1001", "--count is 1 to 1000."),
        ("connect --check -- uptime", "--check has commands of its own"),
        ("connect --ssh-config -- uptime", "--ssh-config runs nothing"),
        ("connect --ssh-config --check", "--ssh-config runs nothing"),
        ("create c.yaml --package f.deb", "--package and --via belong together."),
        ("verify --via s3://b/p", "--package and --via belong together."),
        ("verify --package f.deb --via https://b/p", "--via is an s3:// address."),
        ("verify --package f.deb --via S3://b/p", "--via is an s3:// address."),
        // What costs has bounds, and numbers that cannot be multiplied are refused.
        ("reserve c.yaml --count 0 --hours 1", "--count is at least 1."),
        ("reserve c.yaml --count 1001 --hours 1", "--count is at most 1000, as EC2 has it."),
        (
            "reserve c.yaml --count 1 --hours 0",
            "--hours is at least 1: a reservation without an end costs for ever."
        ),
        ("reserve c.yaml --count 1 --hours 87601", "--hours is at most 87600, ten years."),
        (
            "reserve c.yaml --count 1 --hours 9223372036854775807",
            "--hours is at most 87600, ten years."
        ),
        ("reserve c.yaml --count 1", "Missing expected argument '--hours <h>'"),
        ("reserve c.yaml --hours 1", "Missing expected argument '--count <n>'"),
        ("reserve c.yaml --count 1 --hours 9223372036854775808", "is invalid for '--hours <h>'"),
        // An empty table of events would look like a stack without any.
        ("events --limit 0", "--limit is at least 1."),
        ("events --limit=-3", "--limit is at least 1."),
        ("logs chef-client --limit 0", "--limit is at least 1."),
        ("logs --limit ten", "The value 'ten' is invalid for '--limit <n>'"),
        // A watch that never ends, or never pauses.
        ("watch --for 0", "--for is more than 0 minutes."),
        ("watch --for nan", "--for is more than 0 minutes."),
        ("watch --for=-1", "--for is more than 0 minutes."),
        ("watch --interval 0", "An interval is from 0.01 s to a day."),
        ("delete ml --interval nan", "An interval is from 0.01 s to a day."),
        ("update c.yaml --slow-interval inf", "An interval is from 0.01 s to a day."),
        ("create c.yaml --interval 1e30", "An interval is from 0.01 s to a day."),
        ("create c.yaml --interval=-1", "An interval is from 0.01 s to a day."),
        // Words of the wrong kind.
        ("compute", "Missing expected argument '<action>'"),
        ("compute restart", "The value 'restart' is invalid for '<action>'"),
        ("update", "Missing expected argument '<config>'"),
        ("status --format csv", "The value 'csv' is invalid for '--format <format>'"),
        ("status ml", "Unexpected argument 'ml'"), ("list ml", "Unexpected argument 'ml'"),
        ("create a.yaml b.yaml", "Unexpected argument 'b.yaml'"),
        ("connect squeue", "Unexpected argument 'squeue'"),
        ("delete --yes ml other", "Unexpected argument 'other'"),
        ("events --fail", "Unknown option '--fail'"),
        ("launch", "Unexpected argument 'launch'"),
        // A flag of the next word's form is no value.
        ("status -n --yes", "Missing value for '-n <name>'"),
        ("env --set", "Missing value for '--set <K=V>'"),
    ])
    func refused(_ line: String, _ says: String) {
        let (type, words) = CommandDesk.command(line.split(separator: " ").map(String.init))
        do {
            let command = try type.parseAsRoot(words)
            Issue.record("\(line) is taken: \(command)")
        } catch {
            #expect(type.exitCode(for: error) == .validationFailure)
            let message = type.message(for: error)
            #expect(message.contains(says), "\(message)")
        }
    }

    @Test func bounds() throws {
        let reserve = try Self.parse(
            ReserveCommand.self, "reserve --count 1000 --hours 87600 c.yaml")
        #expect(reserve.count == 1_000 && reserve.hours == 87_600 && reserve.file == "c.yaml")
        #expect(try Self.parse(EventsCommand.self, "events --limit 1").limit == 1)
        #expect(try Self.parse(LogsCommand.self, "logs").limit == 200)
        #expect(
            try Self.parse(ClusterWatchCommand.self, "watch --for inf").pace.plan.limit == .infinity
        )
        let shortest = try Self.parse(ClusterWatchCommand.self, "watch --interval 0.01").pace.plan
        #expect(shortest.interval == 0.01 && shortest.slowInterval == 60 && shortest.limit == nil)
    }

    @Test func minutesAreSecondsInsideAndTheRestHasItsDefaults() throws {
        let plan = try Self.parse(ClusterWatchCommand.self, "watch --for 1.5 --fail-fast").pace.plan
        #expect(plan.limit == 90 && plan.failsFast)
        #expect(plan.interval == 15 && plan.slowInterval == 60)
        #expect(try !Self.parse(ClusterWatchCommand.self, "watch").pace.plan.failsFast)
    }

    /// The flags that cost money or a cluster are off until somebody gives them.
    @Test func nothingDangerousIsADefault() throws {
        let create = try Self.parse(CreateCommand.self, "create")
        #expect(!create.detach && !create.saveConfig && !create.keepOnFailure && !create.verify)
        #expect(!create.options.yes && !create.options.dryRun && create.file == nil)
        let delete = try Self.parse(DeleteCommand.self, "delete")
        #expect(delete.typed == nil && !delete.detach && !delete.options.yes)
        let update = try Self.parse(UpdateCommand.self, "update c.yaml")
        #expect(!update.stopCompute && !update.options.yes)
        #expect(try !Self.parse(ClusterConfigCommand.self, "config").force)
    }

    /// Every command takes what all of them have, wherever it stands.
    @Test(
        arguments: ClusterCommand.configuration.subcommands.map {
            $0.configuration.commandName ?? "?"
        })
    func commonFlags(_ name: String) throws {
        let type = CommandDesk.command([name]).type
        let needed = [
            "update": ["c.yaml"], "compute": ["stop"], "reserve": ["--count", "1", "--hours", "1"],
        ]
        let common = [
            "-n", "ml", "-r", "eu-north-1", "--profile", "p", "--env-file", "e.sh", "--format",
            "jsonl", "--yes", "--dry-run",
        ]
        for words in [common + (needed[name] ?? []), (needed[name] ?? []) + common] {
            let command = try type.parseAsRoot(words)
            let options = try #require(command as? any ClusterSubcommand).options
            #expect(options.name == "ml" && options.region == "eu-north-1")
            #expect(options.profile == "p" && options.envFile == "e.sh")
            #expect(options.format == .jsonl && options.yes && options.dryRun)
        }
    }

    /// What stands after `--` is the head node's, flags and all.
    @Test(arguments: [
        ("connect -- squeue -u me", ["squeue", "-u", "me"]),
        ("connect --user ops -- fleet health --local", ["fleet", "health", "--local"]),
        ("connect -- -- x", ["--", "x"]), ("connect", []),
    ])
    func commandOfTheHeadNode(_ line: String, _ command: [String]) throws {
        #expect(try Self.parse(ConnectCommand.self, line).command == command)
    }

    @Test(arguments: [
        (["A=1"], ["A": "1"]), (["A=1", "A=2"], ["A": "2"]), (["A="], ["A": ""]),
        (["A=b=c"], ["A": "b=c"]), (["_a1= x "], ["_a1": " x "]),
        (["A=\u{1f600}\n"], ["A": "\u{1f600}\n"]), ([], [:]),
    ])
    func settings(_ words: [String], _ values: [String: String]) throws {
        let options = try VariableOptions.parse(words.flatMap { ["--set", $0] })
        #expect(try options.values() == values)
    }

    @Test(arguments: ["A", "=1", "1A=2", "A B=1", "A-B=1", "\u{c4}=1", "A\u{301}=1", "", " A=1"])
    func noSettings(_ text: String) throws {
        let error = #expect(throws: ClusterError.self) {
            try VariableOptions.parse(["--set", text]).values()
        }
        // What stands behind the name may be a secret.
        let name = text.prefix { $0 != "=" && $0 != " " }
        #expect(error?.description == "--set \(name): is no K=V -> --set NAME=VALUE")
        #expect(error?.exitCode == 64)
    }
}
