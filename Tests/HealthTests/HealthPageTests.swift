import FanOut
@testable import Health
import Reports
import SlurmModel
import Testing
import TestSupport
import Verdicts

@Suite("The page for a browser") struct HealthPageTests {
    private typealias F = HealthFixtures

    private func page(_ reports: [NodeReport], cluster: String = "demo", id: String = "r1")
        -> String
    {
        HealthPage(
            HealthCoverage(total: 1, run: 1), cluster: cluster,
            sweeps: [.init(id: "r0", ended: 1, verdicts: ["n1": .fail, "n2": Verdict?.none])]
        ).text(
            of: RunReport(
                id: id, probe: "health", launcher: "job", started: 0, ended: 60, reports: reports))
    }

    /// The names of all elements and attributes that a browser sees, in order.
    private func tags(_ page: String) -> [String] {
        page.matches(of: /<[^>]*>/).map { tag in
            // Values go: what is left are the page's own words, unless a value could end early.
            String(tag.output).replacing(/="[^"]*"/, with: "=")
        }
    }

    @Test("Whatever nodes say, the page has the same elements and attributes")
    func hostile() {
        let pieces = [
            "<script>alert(1)</script>", "\"", "'", "&", "&lt;", "</li></ul></main>", "-->", "]]>",
            "\u{0}", "\u{1b}[2J", "\u{202e}", " onload=alert(1) ", "<!--", "<style>", "javascript:",
            "`", "\\", "\n", "é", "한글", "<img src=x onerror=alert(1)>", "=", "/>",
        ]
        var random = SeededRandom(7)
        func text() -> String {
            (0..<Int.random(in: 1...5, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
        }
        func rows(_ word: () -> String) -> [NodeReport] {
            var last = F.notRun("n2", NodeState(base: .down))
            last.result.reason = word()
            return [
                F.row(
                    "n1",
                    [
                        Finding(
                            .fail, code: word(), subject: word(), message: word(), remedy: word()),
                        Finding(.warn, code: "x", message: word()),
                    ]), last,
            ]
        }
        let plain = tags(page(rows { "word" }))
        #expect(plain.count > 40)
        for _ in 0..<40 {
            let hostile = page(rows(text), cluster: text(), id: text())
            #expect(tags(hostile) == plain)
            #expect(!hostile.contains("<script") && !hostile.contains("<img"))
            #expect(
                !hostile.unicodeScalars.contains {
                    $0.value == 0x1b || $0.value == 0x202e || $0.value == 0
                })
        }
    }

    @Test("A node that was not run has its remedy below its reason")
    func notRun() {
        var row = F.notRun("n1", NodeState(base: .down))
        row.result.remedy = "look at its console"
        #expect(
            page([row]).contains("<li>not run<p class=\"remedy\">look at its console</p></li>"))
    }

    @Test("It loads nothing: no address but its own policy, no script")
    func selfContained() {
        let text = page([F.row("n1", []), F.row("n2", [])])
        #expect(text.contains("default-src 'none'"))
        for word in ["http://", "https://", "src=", "url(", "@import", "<link", "<script"] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    @Test("A strip shows the earlier sweeps and this one, equal neighbours in one piece")
    func strips() {
        let text = page([F.row("n1", []), F.row("n2", [])])
        #expect(text.contains("The last 2 sweeps"))
        #expect(
            text.contains(
                "<span>n1</span><div><i class=\"f\" style=\"flex:1\"></i><i class=\"o\" style=\"flex:1\"></i></div>"
            ))
        #expect(text.contains("<span>n2</span><div><i class=\"n\" style=\"flex:1\"></i>"))
        #expect(text.contains("failed 1 of the last 2"))
    }
}
