import Terminal
import Testing

@testable import Commands

@Suite struct PastedCommandTests {
    @Test("The commands that messages keep whole are all that there are")
    func names() {
        let names = Set(CommandWords.root.children.map(\.name))
        #expect(TerminalText.commands == names.union(["cluster", "help"]))
    }
}
