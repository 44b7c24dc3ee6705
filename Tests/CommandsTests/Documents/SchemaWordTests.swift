import Acting
import DefinedChecks
import FanOut
import Foundation
import History
import LustreCheck
import SlurmModel
import Testing
import Verdicts

@Suite("Schemas know every word that a field may have") struct SchemaWordTests {
    /// The words that a schema allows, at a path such as `common/$defs/outcome`; null left out.
    private func words(_ path: String) throws -> [String] {
        let parts = path.split(separator: "/").map(String.init)
        let file = Document.root.appending(path: "docs/schemas/\(parts[0]).json")
        var value: Any = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        for part in parts.dropFirst() {
            value = try #require((value as? [String: Any])?[part], "\(path): no \(part)")
        }
        return try #require((value as? [String: Any])?["enum"] as? [Any]).compactMap {
            $0 as? String
        }
    }

    private func check<Word: RawRepresentable<String> & CaseIterable>(
        _ type: Word.Type, _ path: String
    ) throws {
        #expect(try Set(words(path)) == Set(type.allCases.map(\.rawValue)), "\(path)")
    }

    /// What a new case of the program's would otherwise be missing from.
    @Test func words() throws {
        try check(Outcome.self, "common/$defs/outcome")
        try check(Launcher.self, "common/$defs/launcher")
        try check(ReasonCode.self, "common/$defs/reason_code")
        try check(Verdict.self, "common/$defs/verdict")
        try check(Severity.self, "common/$defs/severity")
        try check(NodeAction.Verb.self, "common/$defs/verb")
        try check(MountState.self, "run-1/$defs/mount_state")
        try check(KeptCode.self, "action-1/$defs/node/properties/code")
        try check(NodeAction.Outcome.self, "history-1/$defs/action/properties/outcome")
        try check(HistoryChange.Kind.self, "history-1/$defs/change/properties/change")
        let state = "status-1/$defs/node/properties/state/properties"
        try check(NodeState.Base.self, "\(state)/base")
        try check(NodeState.Flag.self, "\(state)/flags/items")
        try check(Partition.Flag.self, "status-1/$defs/partition/properties/flags/items")
        let checks = "checks-1/properties/checks/items/properties"
        try check(ProbeDefinition.Mode.self, "\(checks)/mode")
        try check(ProbeDefinition.Output.self, "\(checks)/output")
        try check(
            FindingPolicy.Level.self, "config-1/properties/checks/items/properties/severity")
    }
}
