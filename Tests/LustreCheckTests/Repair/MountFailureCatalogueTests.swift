import TestSupport
import Foundation
import LustreCheck
import Testing

@Suite struct MountFailureCatalogueTests {
    @Test(
        "Every example is known by its cause, and by no other before it",
        arguments: MountFailureCatalogue.all)
    func examples(_ cause: MountFailureCause) {
        let step = cause.steps.first ?? "mount"
        #expect(MountFailureCatalogue.cause(of: cause.example, in: step)?.name == cause.name)
        #expect(!cause.cause.isEmpty && !cause.remedy.isEmpty)
        #expect(!cause.remedy(for: cause.example).contains("KERNEL"))
    }

    @Test func namesAreUnique() {
        let names = MountFailureCatalogue.all.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test("The documentation has every failure with its cause and its remedy, and no other")
    func documented() throws {
        let package = SharedData.checkout
        let file = package.appendingPathComponent("docs/mount-lustre.md")
        var page = try String(contentsOf: file, encoding: .utf8)
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] != nil {
            let head = "| name | message | cause | remedy |\n|---|---|---|---|\n"
            let from = try #require(page.firstRange(of: head)).upperBound
            let to = try #require(page.firstRange(of: "<!-- end of the causes -->")).lowerBound
            let rows = MountFailureCatalogue.all.map { cause in
                "| `\(cause.name)` | `\(cause.example)` | \(cause.cause) | \(cause.remedy) |\n"
            }.joined()
            if page[from..<to] != rows {
                page.replaceSubrange(from..<to, with: rows)
                try page.write(to: file, atomically: true, encoding: .utf8)
                Issue.record("docs/mount-lustre.md was written anew")
            }
        }
        let part = try #require(page.split(separator: "## Each failure").last)
        let rows = part.split(separator: "\n").filter { $0.hasPrefix("| `") }
        for cause in MountFailureCatalogue.all {
            let row = "| `\(cause.name)` | `\(cause.example)` | \(cause.cause) | \(cause.remedy) |"
            #expect(rows.contains { $0 == row }, "\(row)")
        }
        #expect(rows.count == MountFailureCatalogue.all.count)
    }

    /// A step that the script can fail in has a remedy even where its message is not known.
    @Test func everyStepHasARemedy() throws {
        let package = SharedData.checkout
        let folder = package.appendingPathComponent("Sources/LustreCheck/Scripts")
        var steps: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            for match in text.matches(of: /(fail_step|fail_mount) ([a-z][a-z-]+)/) {
                steps.insert(String(match.2))
            }
        }
        #expect(steps.count > 10)
        for step in steps { #expect(MountFailureCatalogue.remedy(of: step) != nil, "\(step)") }
    }
}
