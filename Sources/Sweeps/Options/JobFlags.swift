import ArgumentParser
import Configuration
import SlurmModel

/// The flags that are passed on to Slurm with every job.
package struct JobFlags: ParsableArguments {
    /// Begins with the defaults, which the parser replaces.
    package init() {}

    @Option(
        name: .long,
        help: ArgumentHelp("The account that the jobs are charged to.", valueName: "name")
    )
    var account: String?

    @Option(name: .long, help: ArgumentHelp("The jobs' quality of service.", valueName: "name"))
    var qos: String?

    @Option(
        name: .long,
        help: ArgumentHelp("GRES that each job asks for, such as gpu:1.", valueName: "gres"))
    var jobGres: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Memory that each job asks for, such as 4G (default: 512M).", valueName: "size"))
    var jobMemory: Mebibytes?

    @Flag(name: .long, help: "Give each job its whole node.")
    var exclusive = false

    @Option(
        name: .long,
        help: ArgumentHelp("What the jobs' names begin with (default: fleet).", valueName: "name"))
    var jobName: String?

    /// Whether the user asked for something that only a job has.
    var areGiven: Bool {
        account != nil || qos != nil || jobGres != nil || jobMemory != nil || jobName != nil
            || exclusive
    }

    mutating func validate() throws {
        guard let jobName else { return }
        let allowed = jobName.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
        }
        if jobName.isEmpty || !allowed {
            throw ValidationError("--job-name takes letters, digits, '-', '_' and '.'.")
        }
    }
}
