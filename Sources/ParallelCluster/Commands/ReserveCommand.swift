import ArgumentParser
import FoundationEssentials
internal import Platform
import Terminal

/// `fleet cluster reserve`.
struct ReserveCommand: ClusterSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "reserve",
        abstract:
            "An on-demand capacity reservation for a configuration's nodes: its type, its subnet's zone, an end date.",
        discussion: "It costs from now on, used or not, until its end.")

    @OptionGroup var options: ClusterOptions

    @Argument(help: ArgumentHelp("The configuration whose nodes it is for.", valueName: "config"))
    var file: String?

    @Option(help: ArgumentHelp("How many instances.", valueName: "n"))
    var count: Int

    @Option(help: ArgumentHelp("For how many hours from now.", valueName: "h"))
    var hours: Int

    mutating func validate() throws {
        if count < 1 { throw ValidationError("--count is at least 1.") }
        if count > 1_000 { throw ValidationError("--count is at most 1000, as EC2 has it.") }
        if hours < 1 {
            throw ValidationError(
                "--hours is at least 1: a reservation without an end costs for ever.")
        }
        if hours > 87_600 { throw ValidationError("--hours is at most 87600, ten years.") }
    }

    private struct Made: Decodable { var CapacityReservation: AWSCommand.Reservation }

    func work() async throws -> Int32 {
        let base = try ClusterSession(options)
        guard let file = file ?? base.sources.value("CLUSTER_CONFIG") else {
            throw ClusterError(
                .usage, "reserve", "needs a configuration",
                next: "fleet cluster reserve FILE --count N --hours H")
        }
        guard let text = try PrivateFile.read(file) else {
            throw ClusterError(.usage, file, "is not there")
        }
        let document = try? ClusterDocument(text: text)
        let session = try base.inRegion(document?.region)
        guard let shape = document?.compute.first, document?.compute.count == 1,
            let type = shape.types.first,
            let subnet = shape.queue.at("Networking", "SubnetIds").items.first?.text
        else {
            throw ClusterError(
                .usage, file, "has not exactly one compute resource with a type and a subnet")
        }
        let aws = try session.aws()
        guard let zone = try await aws.subnets([subnet]).first?.AvailabilityZone else {
            throw ClusterError(.unclear, subnet, "its zone is not known")
        }
        let end = UTCTime.text(Int(Date().timeIntervalSince1970) + hours * 3_600)
        let arguments = Self.arguments(type: type, zone: zone, count: count, end: end)
        let region = try session.clusterRegion()
        session.console.say(
            "fleet: \(count) x \(type) in \(zone), until \(end): \(count * hours) instance hours, used or not; "
                + "their price: https://aws.amazon.com/ec2/pricing/on-demand/ (\(type), \(region))")
        if options.dryRun {
            let command = ProgramRunner.shown("aws", arguments + ["--region", region])
            try session.showPlan("reserve", "", [command])
            return 0
        }
        try session.confirm("reserve them")
        let made = try await aws.ask(arguments, as: Made.self).CapacityReservation
        try session.show(
            .object([
                "schema": .string("fleet.cluster.reserve/1"),
                "id": .string(made.CapacityReservationId),
                "end": .string(end), "zone": .string(zone),
            ])
        ) { [made.CapacityReservationId] }
        session.console.say(
            "fleet: -> fleet cluster config --reservation \(ShellQuote.pasted(made.CapacityReservationId)) --count \(count) "
                + "-o \(ShellQuote.pasted(file))"
        )
        return 0
    }

    /// aws's arguments: targeted, so that only instances that name the reservation use it; and always with an end.
    static func arguments(type: String, zone: String, count: Int, end: String) -> [String] {
        [
            "ec2", "create-capacity-reservation", "--instance-type", type, "--instance-platform",
            "Linux/UNIX",
            "--availability-zone", zone, "--instance-count", String(count),
            "--instance-match-criteria",
            "targeted", "--end-date-type", "limited", "--end-date", end,
        ]
    }
}
