import FanOut
package import Reports
import SlurmKit
import Terminal
package import Verdicts

/// A health check as one page for a browser: counts, a grid of nodes, findings with remedies, and the last sweeps.
///
/// It needs nothing beside itself, runs no script, and asks no network for anything.
package struct HealthPage: Sendable {
    /// An earlier sweep, as a place in each node's strip.
    package struct Sweep: Hashable, Sendable {
        /// The run's name.
        var id: String
        /// When it ended, in seconds since 1970.
        var ended: Int
        /// The verdicts by node; nil for a node that was not run.
        var verdicts: [String: Verdict?]

        /// Makes a sweep.
        package init(id: String, ended: Int, verdicts: [String: Verdict?]) {
            self.id = id
            self.ended = ended
            self.verdicts = verdicts
        }
    }

    private let coverage: HealthCoverage
    private let cluster: String
    private let sweeps: [Sweep]

    /// How many sweeps a strip shows, this one among them.
    static let mostSweeps = 30

    /// Makes a page.
    ///
    /// - Parameters:
    ///   - coverage: How many of all checks were made.
    ///   - cluster: The cluster's name; empty where there is none.
    ///   - sweeps: The sweeps before, newest last.
    package init(_ coverage: HealthCoverage, cluster: String, sweeps: [Sweep]) {
        self.coverage = coverage
        self.cluster = cluster
        self.sweeps = sweeps
    }

    /// The page.
    package func text(of report: RunReport) -> String {
        var page = Markup()
        page.literal("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        // Whatever may stand in it: a browser loads and runs nothing.
        page.literal(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        )
        page.literal(
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">"
        )
        page.element("title", words: title)
        page.literal(HealthPageStyle.sheet)
        page.literal("</head>\n<body><main>\n")
        head(report, &page)
        grid(report, &page)
        findings(report, &page)
        strips(report, &page)
        page.literal("</main></body></html>\n")
        return page.text
    }

    private var title: String { cluster.isEmpty ? "Fleet health" : "Fleet health: \(cluster)" }

    private func head(_ report: RunReport, _ page: inout Markup) {
        page.element("h1", words: title)
        let time = UTCTime.text(report.ended)
        page.element(
            "p", [("class", "when")],
            words: "\(time), run \(report.id), \(report.ended - report.started) s"
                + (coverage.words.map { ", \($0)" } ?? ""))
        let summary = report.summary
        page.element("ul", [("class", "counts")]) { page in
            for (word, count) in [
                ("fail", summary.fail), ("unknown", summary.unknown), ("warn", summary.warn),
                ("ok", summary.ok), ("not run", summary.notRun),
            ] {
                page.element("li", [("class", Self.style(word))]) { page in
                    page.element("b", words: "\(count)")
                    page.words(" \(word)")
                }
            }
        }
        page.literal("\n")
    }

    private func grid(_ report: RunReport, _ page: inout Markup) {
        page.element("h2", words: "Nodes")
        page.element("ul", [("class", "grid")]) { page in
            for row in report.reports.sorted(by: { $0.rank < $1.rank }) {
                let word = row.verdictWord
                let why = row.verdict == .ok ? "" : ": " + row.why.joined(separator: "; ")
                page.element(
                    "li",
                    [("class", Self.style(word)), ("title", "\(row.result.node): \(word)\(why)")],
                    words: row.result.node)
            }
        }
        page.literal("\n")
    }

    /// Rows that say the same are one.
    private struct Group {
        var nodes: [String]
        let row: NodeReport
    }

    private func findings(_ report: RunReport, _ page: inout Markup) {
        var groups: [Group] = []
        var places: [[String]: Int] = [:]
        for row in report.reports.sorted(by: { $0.rank < $1.rank }) where row.verdict != .ok {
            let key = [row.verdictWord] + row.why
            if let place = places[key] {
                groups[place].nodes.append(row.result.node)
            } else {
                places[key] = groups.count
                groups.append(Group(nodes: [row.result.node], row: row))
            }
        }
        page.element("h2", words: "Findings")
        guard !groups.isEmpty else {
            page.element("p", words: "Nothing was found on \(report.reports.count) nodes.")
            return
        }
        for group in groups { section(group, &page) }
        page.literal("\n")
    }

    private func section(_ group: Group, _ page: inout Markup) {
        let word = group.row.verdictWord
        page.element("section", [("class", Self.style(word))]) { page in
            page.element("h3") { page in
                page.words(Hostlist.fold(group.nodes) + " ")
                page.element("span", words: word)
            }
            page.element("ul") { page in
                let findings = group.row.judgement?.findings.filter { $0.severity > .info } ?? []
                for finding in findings {
                    let subject = finding.subject.map { "\($0): " } ?? ""
                    item(subject + finding.message, finding.remedy, &page)
                }
                if findings.isEmpty {
                    item(group.row.result.reason ?? word, group.row.result.remedy, &page)
                }
            }
        }
    }

    private func item(_ words: String, _ remedy: String?, _ page: inout Markup) {
        page.element("li") { page in
            page.words(words)
            if let remedy { page.element("p", [("class", "remedy")], words: remedy) }
        }
    }

    /// A strip per node: what was said of it in the last sweeps, this one at the right end.
    private func strips(_ report: RunReport, _ page: inout Markup) {
        let earlier = sweeps.filter { $0.id != report.id }.suffix(Self.mostSweeps - 1)
        let count = earlier.count + 1
        page.element("h2", words: count == 1 ? "This sweep" : "The last \(count) sweeps")
        page.element("ul", [("class", "strips")]) { page in
            for row in report.reports.sorted(by: { $0.rank < $1.rank }) {
                let name = row.result.node
                let words =
                    earlier.map { sweep in
                        sweep.verdicts[name].map { $0?.rawValue ?? "not run" } ?? "none"
                    } + [row.verdictWord]
                strip(name, words, &page)
            }
        }
        if let first = earlier.first {
            page.element(
                "p", [("class", "when")],
                words: "from \(UTCTime.text(first.ended)) to \(UTCTime.text(report.ended))")
        }
    }

    private func strip(_ name: String, _ words: [String], _ page: inout Markup) {
        let bad = words.count { $0 == "fail" }
        let label = bad == 0 ? "" : "failed \(bad) of the last \(words.count)"
        page.element("li", [("title", label)]) { page in
            page.element("span", words: name)
            page.element("div") { page in
                // Equal neighbours are one piece: a healthy node is one in all.
                for (word, count) in Self.runs(of: words) {
                    page.element("i", [("class", Self.style(word)), ("style", "flex:\(count)")])
                }
            }
        }
    }

    private static func runs(of words: [String]) -> [(String, Int)] {
        words.reduce(into: []) { runs, word in
            if runs.last?.0 == word {
                runs[runs.count - 1].1 += 1
            } else {
                runs.append((word, 1))
            }
        }
    }

    /// A verdict as a class of the style sheet.
    private static func style(_ word: String) -> String {
        switch word {
        case "ok": "o"
        case "warn": "w"
        case "unknown": "u"
        case "fail": "f"
        case "not run": "n"
        default: "x"
        }
    }
}

/// How the page looks: light or dark as the browser has it, from a phone's width on.
enum HealthPageStyle {
    /// The style sheet, with its element.
    static let sheet: StaticString = """
        <style>
        :root{--back:#fff;--text:#1b1f24;--soft:#59636e;--line:#d1d9e0;--o:#2da44e;--w:#d4a72c;--u:#8250df;--f:#cf222e;--n:#6e7781;--on:#fff}
        @media (prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--soft:#9198a1;--line:#3d444d;--o:#238636;--w:#9e6a03;--u:#8957e5;--f:#da3633;--n:#59636e}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--text);font:16px/1.45 system-ui,sans-serif}
        main{max-width:1100px;margin:0 auto;padding:16px}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:28px 0 8px}h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
        .when{color:var(--soft);margin:4px 0;font-size:.9rem}
        ul{list-style:none;margin:0;padding:0}
        .counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(96px,1fr));gap:8px;margin-top:12px}
        .counts li{border:1px solid var(--line);border-left:6px solid;border-radius:6px;padding:8px 10px}
        .counts b{font-size:1.5rem;display:block}
        li.o,section.o{border-color:var(--o)}li.w,section.w{border-color:var(--w)}li.u,section.u{border-color:var(--u)}li.f,section.f{border-color:var(--f)}li.n,section.n{border-color:var(--n)}
        .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(84px,1fr));gap:4px}
        .grid li{color:var(--on);border-radius:4px;padding:3px 6px;font-size:.8rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .grid .f::before{content:"\\2715\\a0 "}.grid .u::before{content:"?\\a0 "}.grid .w::before{content:"!\\a0 "}.grid .n::before{content:"\\2013\\a0 "}
        .grid .o,i.o{background:var(--o)}.grid .w,i.w{background:var(--w)}.grid .u,i.u{background:var(--u)}.grid .f,i.f{background:var(--f)}.grid .n,i.n{background:var(--n)}
        .grid .w{color:#1b1f24}
        section{border:1px solid var(--line);border-left-width:6px;border-radius:6px;padding:10px 12px;margin:8px 0}
        section h3 span{color:var(--soft);font-weight:400}
        section li{margin-top:8px;overflow-wrap:anywhere}
        .remedy{margin:2px 0 0;color:var(--soft)}.remedy::before{content:"\\2192\\a0 "}
        .strips li{display:grid;grid-template-columns:minmax(80px,160px) 1fr;gap:10px;align-items:center;font-size:.85rem;margin:2px 0}
        .strips span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .strips div{display:flex;height:14px;gap:1px;border-radius:3px;overflow:hidden}
        </style>
        """
}
