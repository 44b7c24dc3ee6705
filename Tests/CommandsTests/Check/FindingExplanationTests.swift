import Probes
import Reports
@testable import Sweeps
import Terminal
import Testing
import Verdicts

@Suite struct FindingExplanationTests {
    @Test func one() throws {
        let lines = try #require(FindingExplanation(.standard).lines("gpu.odd.vbios", width: 80))
        try Golden.check(lines, "explain-80")
        #expect(FindingExplanation(.standard).lines("gpu.none_such", width: 80) == nil)
        #expect(FindingExplanation(.standard).near("vbios") == ["gpu.odd.vbios"])
    }

    @Test("All codes are told once, each with meaning, source and what to do")
    func all() throws {
        let lines = try #require(FindingExplanation(.standard).lines("all", width: 80))
        #expect(lines.allSatisfy { TerminalText.width($0) <= 80 })
        let codes = FindingCatalogue.standard.all.map(\.code)
        #expect(Set(codes).count == codes.count)
        for kind in FindingCatalogue.standard.all {
            #expect(lines.contains { $0.hasPrefix(kind.code + " ") })
            #expect(!kind.meaning.isEmpty && !kind.source.isEmpty && !kind.action.isEmpty)
        }
    }
}
