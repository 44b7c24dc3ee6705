import ArgumentParser
import FoundationEssentials
import Terminal

/// `fleet completion`: the script that teaches a shell fleet's words, and the cluster's.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", _superCommandName: "fleet",
        abstract:
            "Print the script that completes words in bash, zsh, fish.",
        usage: "fleet completion <bash|zsh|fish>",
        discussion: """
            'make install' installs all three. By hand:
              source <(fleet completion bash)
              fleet completion zsh >"${fpath[1]}/_fleet"
              fleet completion fish >~/.config/fish/completions/fleet.fish
            """)

    /// The shells that there is a script for.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    @Argument(help: "Which shell.")
    var shell: Shell

    func run() throws {
        let console = Console(environment: ProcessInfo.processInfo.environment)
        try console.write(Array(CompletionScript.text(for: shell).utf8))
    }
}
