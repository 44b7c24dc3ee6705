@testable import Commands
import Testing

/// What fits at a place of a command line, whichever shell asks.
@Suite struct WordAnswerTests {
    /// A line whose last word is typed; the cluster's words are made up.
    private func answer(_ line: String) -> WordAnswer {
        var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        words.insert("fleet", at: 0)
        return WordAnswer.at(words.count - 1, of: words) { path, name, typed in
            ["\(path.joined(separator: "/")) \(name) \(typed)"]
        }
    }

    private func texts(_ line: String) -> [String] { answer(line).words.map(\.text) }

    @Test(
        "Words of the cluster are asked of the declaration of their argument",
        arguments: [
            ("node gp", "node positional@0 gp"), ("history gp", "history/show positional@0 gp"),
            ("drain -n gp", "drain --nodes gp"), ("drain gpu-1 gp", "drain positional@0 gp"),
            ("health -p ", "health --partition "), ("health -n=", "-n=health --nodes "),
            ("resume --recheck che", "resume --recheck che"), ("show la", "show positional@0 la"),
            ("status --columns node,", "status --columns node,"),
            ("gpu-check --explain gpu", "gpu-check --explain gpu"),
            ("health gpu-1 gp", "health positional@0 gp"), ("check a b", "check positional@0 b"),
            ("history forget --run 2", "history/forget --run 2"),
        ])
    func custom(_ line: String, _ asked: String) {
        #expect(texts(line).contains(asked), "\(texts(line))")
    }

    @Test(
        "Files are left to the shell",
        arguments: [
            ("run --script ", "files"), ("run --copy ./", "files"),
            ("run --output-dir ", "folders"),
            ("health --output ", "files"), ("run -- ", "files"), ("show --run-dir ", "folders"),
            ("cluster create ", "files"), ("run --stdin=", "files"), ("drain ", "none"),
        ])
    func files(_ line: String, _ kind: String) {
        #expect(answer(line).files.rawValue == kind)
    }

    @Test("Commands, their options and their fixed values, each with what it is for")
    func words() throws {
        let drain = answer("dr").words
        #expect(drain.map(\.text) == ["drain"])
        #expect(Set(texts("")) == Set(CommandWords.root.children.map(\.name) + ["help"]))
        #expect(texts("help dr") == ["drain"] && texts("help runs pr") == ["prune"])
        #expect(texts("runs pr") == ["prune"])
        #expect(texts("cluster cr") == ["create"])
        #expect(texts("health --form") == ["--format"])
        #expect(texts("history --cha") == ["--changes"])
        #expect(texts("health --format j") == ["json", "jsonl"])
        #expect(texts("health --format=js") == ["--format=json", "--format=jsonl"])
        #expect(texts("completion ") == ["bash", "zsh", "fish"])
        #expect(texts("status --group-by g") == ["gpu"])
        let about = try #require(drain.first).about
        #expect(about.hasPrefix("Drain nodes"))
        #expect(
            answer("health --wid").lines == [
                "--wide\tA row per node, a column per check, instead of folded groups."
            ])
    }

    @Test("Whatever is typed, there is an answer")
    func odd() {
        #expect(
            WordAnswer.at(0, of: []) == WordAnswer()
                && WordAnswer.at(5, of: ["fleet"]) == WordAnswer())
        for line in ["nope x", "health -n", "--", "- -", "help help", "x = ="] {
            _ = answer(line)
        }
        #expect(texts("'dr") == ["drain"])
        #expect(texts("drain 'gp") == ["drain positional@0 gp"])
    }
}
