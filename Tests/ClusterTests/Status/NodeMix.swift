import TestSupport

/// A random mix of what scontrol can put on a node.
struct NodeMix {
    /// The words for `scontrol update nodename=NAME`.
    let words: [String]

    /// What a state is asked for with; slurmctld refuses some of them on some nodes, and that is fine.
    static let states = [
        "drain", "down", "fail", "resume", "undrain", "idle", "power_down", "power_up",
        "power_down_force", "power_down_asap", "future", "cancel_reboot", "noresp",
    ]

    private static let pieces = [
        "bad GPU", "Xid 79", "한국어 노드 점검", "🔧👩‍🚒", "\u{1b}[31mred\u{1b}[0m",
        "\u{1b}]0;title\u{7}", "tab\there", "back\\slash", "quote\"inside", "it's", "%n %s %d",
        "a:b;c,d", "{\"json\": [1, 2]}", "<&>", "é ü ß", "\u{202e}right to left", "$(reboot) `x`",
        "line\nline two", "one\ntwo\nthree", "\u{1}\u{2}\u{1f}", "(null)", "N/A", "- *",
    ]

    /// - Parameters:
    ///   - features: The features the node may be given, as Slurm has no others.
    ///   - generator: The test's own, so that a failure can be repeated.
    init(features: [String], using generator: inout SeededRandom) {
        var words: [String] = []
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
        let state = Self.states.randomElement(using: &generator) ?? "drain"
        if chance(80) { words.append("state=\(state)") }
        if chance(80) || ["drain", "down", "fail"].contains(state) {
            words.append("reason=\(Self.text(using: &generator))")
        }
        if chance(30) { words.append("comment=\(Self.text(using: &generator))") }
        if chance(30) { words.append("extra=\(Self.text(using: &generator))") }
        if chance(30) { words.append("weight=\(Int.random(in: 0...65_000, using: &generator))") }
        if chance(30), !features.isEmpty {
            let active = features.shuffled(using: &generator).prefix(
                Int.random(in: 1...features.count, using: &generator))
            words.append("activefeatures=\(active.sorted().joined(separator: ","))")
        }
        self.words = words.isEmpty ? ["weight=1"] : words
    }

    /// Begins and ends with a letter: scontrol takes blanks and quotes at the ends for its own.
    private static func text(using generator: inout SeededRandom) -> String {
        var parts: [String] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            parts.append(pieces.randomElement(using: &generator) ?? "")
        }
        var text = "r" + parts.joined(separator: " ") + "z"
        if Int.random(in: 0..<10, using: &generator) == 0 {
            text += String(repeating: "0123456789", count: 100)
        }
        return text
    }
}
