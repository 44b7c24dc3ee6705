package import Terminal
package import Verdicts

/// What `fleet doctor` found.
package struct DoctorReport: Hashable, Sendable {
    private let lines: [DoctorLine]

    /// Makes a report.
    package init(_ lines: [DoctorLine]) {
        self.lines = lines
    }

    /// The table for people: what to do stands below what is wrong.
    package func lines(width: Int?) -> [String] {
        var table = Table([
            Table.Column("CHECK"), Table.Column("VERDICT"), Table.Column("DETAIL"),
        ])
        for line in lines {
            table.add([line.name, line.verdict.rawValue, line.text])
            if let fix = line.fix { table.add(["", "", "-> \(fix)"]) }
        }
        return table.lines(width: width)
    }

    /// The document `fleet.doctor/1`.
    package var json: JSONValue {
        .object([
            "schema": .string("fleet.doctor/1"),
            "verdict": .string((lines.map(\.verdict).max() ?? .ok).rawValue),
            "checks": .array(
                lines.map { line in
                    .object([
                        "check": .string(line.name), "verdict": .string(line.verdict.rawValue),
                        "detail": .string(line.text), "fix": JSONValue(line.fix),
                    ])
                }),
        ])
    }

    /// The exit code: 1 where something is broken, 2 where something could not be told.
    package var exitCode: Int32 {
        switch lines.map(\.verdict).max() {
        case .fail: 1
        case .unknown: 2
        case .ok, .warn, nil: 0
        }
    }
}

/// One thing that fleet needs, and whether it is there.
package struct DoctorLine: Hashable, Sendable {
    /// What is looked at.
    package var name: String
    /// What came of it.
    package var verdict: Verdict
    /// What was seen, with the evidence, in one line.
    package var text: String
    /// What to do; nil where nothing is to be done.
    package var fix: String?

    /// Makes a line.
    package init(_ name: String, _ verdict: Verdict, _ text: String, fix: String? = nil) {
        self.name = name
        self.verdict = verdict
        self.text = text
        self.fix = fix
    }
}
