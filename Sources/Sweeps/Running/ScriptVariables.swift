import FanOut

/// A group's script as variables of srun's environment, which Slurm sends along when it starts the tasks.
///
/// Standard input would not do: srun passes nothing of it on to any node until every node of the step is connected, so
/// one dead node would keep all the others waiting until srun gives it up. Unlike arguments, variables can be read by
/// nobody else on the node.
struct ScriptVariables: Hashable, Sendable {
    /// The script, cut into pieces.
    let parts: [String]

    /// The most bytes of a script that travels so; Linux allows 2 MiB for all arguments and variables of a program (a
    /// quarter of the usual limit for the stack).
    static let mostBytes = 1 << 20
    /// The most bytes of one variable; Linux allows 128 KiB with its name (MAX_ARG_STRLEN).
    private static let longest = 100_000

    /// Cuts a script; nil where it is too large for this way.
    init?(_ script: String) {
        guard script.utf8.count <= Self.mostBytes else { return nil }
        var rest = Array(script.utf8)[...]
        // As where a shell reads it from standard input: the end is its last line, without a newline.
        while rest.last == UInt8(ascii: "\n") { rest.removeLast() }
        var parts: [String] = []
        while !rest.isEmpty {
            var end = min(rest.startIndex + Self.longest, rest.endIndex)
            // No character is cut in two: its later bytes begin with the bits 10.
            while end != rest.endIndex, rest[end] & 0xC0 == 0x80 { end -= 1 }
            parts.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[end...]
        }
        self.parts = parts
    }

    private var names: [String] { parts.indices.map { "FLEET_SCRIPT_\($0 + 1)" } }

    /// The variables.
    var variables: [(name: String, value: String)] {
        zip(names, parts).map { ($0, $1) }
    }

    /// What the node's shell does: it runs the script if all of it has come, and the payload does not see the variables.
    var reader: String {
        // A shell ends by itself where one of them did not come.
        let all = names.map { "${\($0)?}" }.joined()
        return """
            script=\(all)
            unset \(names.joined(separator: " "))
            case $script in *'\(JobScript.end)') eval "$script" ;; *) exit 86 ;; esac
            """
    }
}
