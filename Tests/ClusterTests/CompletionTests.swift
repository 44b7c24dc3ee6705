import FoundationEssentials
import Testing

/// Tab, really pressed: bash, zsh and fish in a terminal of tmux's, with the scripts that are installed.
@Suite(
    .enabled(if: Place.canStartCluster, "\(Place.whyNot)"),
    .timeLimit(.minutes(40)))
struct CompletionTests {
    /// A shell in a terminal, and how its script is read there.
    private static let shells = [
        ("bash", "bash --norc", "source <(fleet completion bash)"),
        ("zsh", "zsh -f", "autoload -U compinit; compinit -u; source <(fleet completion zsh)"),
        ("fish", "fish -N", "fleet completion fish | source"),
    ]

    /// A line, and words that must be on the screen after Tab was pressed twice; fish shows the end of a long word.
    private static let lines: [(typed: String, seen: [String])] = [
        ("fleet dr", ["fleet drain"]), ("fleet help hist", ["fleet help history"]),
        ("fleet node gpu-", ["gpu-1", "gpu-4"]), ("fleet history gpu-", ["gpu-1", "gpu-4"]),
        ("fleet health gpu-", ["gpu-2"]), ("fleet drain -n gpu-1,gpu-", ["pu-1,gpu-2"]),
        ("fleet status -p ", ["compute-gpu", "small"]), ("fleet show la", ["fleet show last"]),
        ("fleet status --group-by rea", ["--group-by reason"]),
        ("fleet gpu-check --explain gpu.los", ["gpu.lost"]),
        ("fleet status --columns node,feat", ["node,features"]),
        ("fleet status --columns node,features_", ["features_available"]),
        ("fleet run --script ./scri", ["./script.sh"]), ("fleet check ./scri", ["./script.sh"]),
        ("fleet run --output-dir ./answ", ["./answers/"]),
        ("fleet health --changed", ["--changed-only"]),
        ("fleet cluster cre", ["fleet cluster create"]), ("fleet runs pru", ["fleet runs prune"]),
        ("fleet resume gpu-1 --recheck check-m", ["check-mount"]),
        ("fleet completion fi", ["completion fish"]),
    ]

    @Test("Tab offers what fits, in every shell", arguments: ["bash", "zsh", "fish"])
    func tab(_ name: String) async throws {
        let shell = try #require(Self.shells.first { $0.0 == name })
        let isThere = ["tmux", name].allSatisfy {
            FileManager.default.fileExists(atPath: "/usr/bin/\($0)")
        }
        try #require(isThere, "tmux and \(name) are needed: scripts/install-dependencies")
        try await Trial.with { trial in
            try FileManager.default.createDirectory(
                atPath: "\(trial.local)/there/answers", withIntermediateDirectories: true)
            try trial.write("true\n", to: "there/script.sh")
            for (typed, seen) in Self.lines {
                let screen = try await Self.press(typed, shell: shell, trial)
                for word in seen {
                    #expect(screen.contains(word), "\(name): \(typed)<Tab>: \(screen)")
                }
            }
        }
    }

    @Test(
        "zsh's descriptions end with a whole word on 80 columns; without compinit it says what is missing"
    )
    func descriptions() async throws {
        try await Trial.with { trial in
            try FileManager.default.createDirectory(
                atPath: "\(trial.local)/there", withIntermediateDirectories: true)
            let shell = try #require(Self.shells.first { $0.0 == "zsh" })
            let screen = try await Self.press("fleet ", shell: shell, trial, columns: 80)
            let shown = screen.split(separator: "\n").filter { $0.contains(" -- ") }
            #expect(shown.count > 20, "\(screen)")
            #expect(
                shown.allSatisfy { $0.hasSuffix(".") || $0.hasSuffix(" ...") || $0.hasSuffix("?") },
                "\(screen)")
            let words = "\(trial.local)/words"
            let bare = try await trial.shell(
                "fleet completion zsh >'\(words)' && zsh -fc 'source \(words)'")
            #expect(bare.status == 0 && bare.err.contains("compinit"), "\(bare.err)")
            #expect(!bare.err.contains("not found"), "\(bare.err)")
        }
    }

    /// The screen after a line and two Tabs.
    private static func press(
        _ typed: String, shell: (String, String, String), _ trial: Trial, columns: Int = 200
    ) async throws -> String {
        let script = """
            socket=tab$$
            cd "$1/there"
            export PATH="$1:$PATH" TERM=xterm
            command tmux -L $socket -f /dev/null new-session -d -x $5 -y 60 "$2"
            trap 'command tmux -L $socket kill-server' EXIT
            wait_for() { for _ in $(seq 100); do command tmux -L $socket capture-pane -p | grep -q -- "$1" && return; sleep 0.1; done; }
            sleep 1
            command tmux -L $socket send-keys -l "$3; echo read''y"
            command tmux -L $socket send-keys Enter
            wait_for '^ready'
            command tmux -L $socket send-keys C-l
            command tmux -L $socket send-keys -l -- "$4"
            command tmux -L $socket send-keys Tab
            sleep 2
            command tmux -L $socket send-keys Tab
            # Until nothing more comes.
            last=
            for _ in $(seq 20); do
                now=$(command tmux -L $socket capture-pane -p)
                [ "$now" = "$last" ] && break
                last=$now
                sleep 1.5
            done
            printf '%s\\n' "$now"
            """
        let ran = try await Ran.run(
            "/bin/bash", ["-c", script, "sh", trial.local, shell.1, shell.2, typed, "\(columns)"],
            environment: [
                "SLURM_CONF": trial.cluster.slurmConf, "FLEET_RUN_DIR": trial.runs,
                "HOME": "\(trial.local)", "FLEET_COMPLETION_SECONDS": "20",
            ])
        return ran.out.split(separator: "\n").joined(separator: "\n")
    }
}
