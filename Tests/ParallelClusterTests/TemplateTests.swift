import Foundation
import ParallelCluster
import Testing
import TestSupport

@Suite("a template and its variables")
struct TemplateTests {
    @Test func builtInIsTheGuides() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../examples/templates/cluster-config.yaml.template")
        #expect(try String(contentsOf: file, encoding: .utf8) == ConfigurationTemplate.builtIn.text)
        #expect(
            ConfigurationTemplate.builtIn.names.map(\.name).sorted()
                == GuideFixture.values.keys.sorted())
    }

    /// Byte for byte what a shell's here-document makes of it.
    @Test func guideIsLineTrue() throws {
        var expected = ConfigurationTemplate.builtIn.text
        for (name, value) in GuideFixture.values {
            expected = expected.replacingOccurrences(of: "${\(name)}", with: value)
        }
        #expect(try GuideFixture.configuration() == expected)
    }

    @Test(arguments: [
        nil, "", " ", "None", "null", "NA", "<your id>", "your-bucket", "REMOVE_THIS_LINE", "a\tb",
        " x",
    ])
    func unusable(_ value: String?) {
        var values = GuideFixture.values
        values["FSX_LUSTRE_ID"] = value
        let failure = #expect(throws: ConfigurationTemplate.Failure.self) {
            try ConfigurationTemplate.builtIn.configuration(
                from: VariableSources(environment: values, filePath: "~/pcluster-env.sh"))
        }
        #expect(failure?.problems.count == 1)
        let text = failure?.description ?? ""
        #expect(text.hasPrefix("FSX_LUSTRE_ID: "))
        #expect(text.contains("(template line 107)"))
        #expect(text.contains("-> export it, or fleet cluster env --save FSX_LUSTRE_ID="))
        if value == nil {
            #expect(text.contains("not set (looked in the environment and ~/pcluster-env.sh)"))
        }
    }

    @Test func everyProblemIsNamedAtOnce() {
        let failure = #expect(throws: ConfigurationTemplate.Failure.self) {
            try ConfigurationTemplate.builtIn.configuration(from: VariableSources())
        }
        #expect(failure?.problems.count == 11)
    }

    @Test(arguments: ["A: $NAME", "A: ${NAME:-x}", "A: ${", "A: ${1}"])
    func onlyBracedNames(_ line: String) {
        let template = ConfigurationTemplate(name: "t.yaml", text: line)
        let failure = #expect(throws: ConfigurationTemplate.Failure.self) {
            try template.configuration(from: VariableSources(environment: ["NAME": "x"]))
        }
        #expect(failure?.description.hasPrefix("t.yaml:1: ") == true)
    }

    /// Whatever a value is, YAML reads it back as that text, in every way a scalar can be written.
    @Test func valuesSurviveYAML() throws {
        var random = SeededRandom(3)
        let pieces = [
            "a", "1", "-", ":", " ", ": ", " #", "#", "'", "\"", "\\", "{", "}", "[", "]", ",", "&",
            "*", "!", "|", ">", "%", "@", "`", "é", "true", "no", "~", "=", "?", "$",
        ]
        for _ in 0..<500 {
            let value = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? "a"
            }.joined()
            let template = ConfigurationTemplate(
                name: "t",
                text: "A: ${X}  # ${C}\nB: '${X}'\nC: \"${X}\"\nD:\n  - ${X}\n  - Script: ${X}\n")
            guard
                let text = try? template.configuration(
                    from: VariableSources(environment: ["X": value]))
            else { continue }
            guard let root = try? ClusterDocument(text: text).root else {
                Issue.record("no YAML: \(value) -> \(text)")
                continue
            }
            let read = [
                root.at("A").text, root.at("B").text, root.at("C").text,
                root.at("D").items.first?.text, root.at("D").items.last?.at("Script").text,
            ]
            #expect(read.allSatisfy { $0 == value }, "\(value) -> \(text)")
            #expect(text.hasSuffix("\n") && text.contains("# ${C}"))
        }
    }

    @Test func strongestSourceWinsAndDisagreementIsSaid() throws {
        let file = try EnvironmentFile(text: "A=file\nB=file\nS_TOKEN=one\n", path: "env.sh")
        let sources = VariableSources(
            options: ["A": "set"], environment: ["A": "env", "B": "env", "S_TOKEN": "two"],
            file: file)
        #expect(sources.variable("A").value == "set")
        #expect(sources.variable("A").verdict == .ok)
        let disagreeing = sources.variable("B")
        #expect(disagreeing.value == "env")
        #expect(disagreeing.verdict == .warn)
        #expect(disagreeing.why == "the environment's is used; env.sh:2 has 'file'")
        let secret = sources.variable("S_TOKEN")
        #expect(!secret.why.contains("one") && secret.shown == "(not shown)")
    }

    @Test func handEditsAreSeen() throws {
        let text = WrittenConfiguration.marked("A: 1\n", template: "x")
        #expect(WrittenConfiguration.isUntouched(text))
        #expect(!WrittenConfiguration.isUntouched(text + " "))
        #expect(!WrittenConfiguration.isUntouched(text.replacing("A: 1", with: "A: 2")))
        #expect(!WrittenConfiguration.isUntouched("A: 1\n"))
        #expect(try ClusterDocument(text: text).root.at("A").number == 1)
    }
}

@Suite("the guide's three edits for a reservation")
struct ReservationEditTests {
    private static let id = "cr-0a1f6b92ded769450"

    @Test(arguments: [false, true])
    func editedGuidePasses(isBlock: Bool) throws {
        let text = try ReservationEdit(id: Self.id, count: 4, isBlock: isBlock)
            .applied(to: ConfigurationTemplate.builtIn.text)
        // The counts are the reservation's, so their variables are not needed.
        var values = GuideFixture.values
        values["COMPUTE_MIN_COUNT"] = nil
        values["COMPUTE_MAX_COUNT"] = nil
        let filled = try ConfigurationTemplate(name: "t", text: text)
            .configuration(from: VariableSources(environment: values))
        let document = try ClusterDocument(text: filled)
        let shape = try #require(document.compute.first)
        #expect(shape.minimum == 4 && shape.maximum == 4 && shape.reservationID == Self.id)
        #expect(shape.placement.flag == false && shape.isBlock == isBlock)
        #expect(
            OfflineRules.findings(in: filled).map(\.rule).sorted() == ["script.pin", "time.head"])
        let before = ConfigurationTemplate.builtIn.text.split(separator: "\n")
        let after = text.split(separator: "\n")
        #expect(after.count == before.count + 2)
        // Comments stay.
        #expect(
            before.filter { $0.contains("#") && !$0.contains("Enabled: true  #") }.allSatisfy(
                after.contains))
        // A second time changes the id and nothing else.
        let other = "cr-0123456789abcdef0"
        let again = try ReservationEdit(id: other, count: 4, isBlock: isBlock).applied(to: text)
        let changed = zip(text.split(separator: "\n"), again.split(separator: "\n")).filter {
            $0 != $1
        }
        #expect(changed.count == 1 && changed.first?.1.contains(other) == true)
    }

    @Test func whichQueueMustBeSaid() throws {
        let text = """
            Scheduling:
              SlurmQueues:
                - Name: a
                  ComputeResources:
                    - Name: x
                      MinCount: 1
                - Name: b
                  ComputeResources:
                    - Name: y

            """
        #expect(throws: ReservationEdit.Failure.self) {
            try ReservationEdit(id: Self.id, count: 1, isBlock: false).applied(to: text)
        }
        let edited = try ReservationEdit(id: Self.id, count: 3, isBlock: true, queue: "b").applied(
            to: text)
        let shapes = try ClusterDocument(text: edited).compute
        #expect(shapes.map(\.minimum) == [1, 3])
        #expect(shapes.map(\.isBlock) == [false, true])
        #expect(shapes.last?.maximum == 3)
    }
}
