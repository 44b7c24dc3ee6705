import ArgumentParser
@testable import Commands

/// How fleet takes a command line.
enum ParsedLine {
    /// The exit code with which fleet ends for the arguments alone; 0 where it takes them.
    ///
    /// The command parses its own words, as `DirectCommand` has it do: the root takes ten times as long, in all of
    /// hundreds of lines a quarter of a minute, and has the last word only where no command is named, or where what was
    /// found is no mistake (help).
    static func exitCode(_ arguments: [String]) -> Int32 {
        if DirectCommand.parse(arguments, among: FleetCommand.onNodes) != nil { return 0 }
        if let (type, words) = DirectCommand.find(in: arguments, among: FleetCommand.onNodes) {
            let code = code { _ = try type.parse(words) }
            if code != 0 { return code }
        }
        return code { _ = try FleetCommand.parseAsRoot(arguments) }
    }

    private static func code(_ parse: () throws -> Void) -> Int32 {
        do {
            try parse()
            return 0
        } catch {
            return FleetCommand.exitCode(for: error).rawValue
        }
    }
}
