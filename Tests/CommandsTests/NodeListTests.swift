@testable import Commands
@testable import Terminal
import Testing

@Suite struct NodeListTests {
    @Test func list() throws {
        let list = NodeList(names: ["n10", "n2-ib", "n9", "a", "n2"])
        #expect(list.names == ["a", "n2", "n9", "n10", "n2-ib"])
        try Golden.check(JSONOutput.pretty(list.json), "nodes-json")
    }
}
