import SlurmModel
import TestSupport
import Testing

@testable import SlurmKit

/// What Slurm's numbers mean, as a whole: no reader is left without a next step, and none is sent the wrong way.
@Suite struct SlurmErrorMeaningTests {
    private static let every = [
        "22.05", "23.02", "23.11", "24.05", "24.11", "25.05", "25.11", "26.05",
    ]

    @Test("Every meaning of every release says what to do, in whole sentences", arguments: every)
    func remedies(_ release: String) {
        let table = SlurmErrorMeaning.table(for: release)
        #expect(table.count > 50)
        for (code, meaning) in table {
            let words = meaning.remedy
            #expect(words.hasSuffix(".") || words.hasSuffix("?"), "\(code): \(words)")
            #expect(
                words.first?.isUppercase == true || words.hasPrefix("'") || words.hasPrefix("slurm")
            )
            let quotes = words.replacing("'s ", with: "").count { $0 == "'" }
            #expect(quotes.isMultiple(of: 2), "a quote is open: \(words)")
            #expect(!words.contains { $0.isNewline || $0 == "\t" } && !words.contains("  "))
            #expect(meaning.codes.contains(code) && (meaning.since ?? release) <= release)
        }
    }

    @Test("A later release forgets no number that an earlier one has")
    func releases() {
        for (old, new) in zip(Self.every, Self.every.dropFirst()) {
            let lost = Set(SlurmErrorMeaning.table(for: old).keys)
                .subtracting(SlurmErrorMeaning.table(for: new).keys)
            #expect(lost.isEmpty, "\(old) to \(new): \(lost)")
        }
    }

    @Test("A request that slurmctld may have done is no refusal: it is never simply sent again")
    func lostAnswers() {
        for release in Self.every {
            for (code, meaning) in SlurmErrorMeaning.table(for: release) {
                let error = SlurmError(kind: meaning.kind, attempt: "a", cause: "b", code: code)
                #expect(!error.mayHaveSucceeded || meaning.kind == .controller, "\(code)")
            }
        }
        for code in [Int32.min, -1, 0, 999, 1_001, 1_005, 1_019, 1_021, 1_024, 1_800, .max] {
            let error = SlurmError(kind: .other, attempt: "a", cause: "b", code: code)
            #expect(!error.mayHaveSucceeded, "\(code)")
        }
        #expect(!SlurmError(kind: .controller, attempt: "a", cause: "b").mayHaveSucceeded)
    }

    @Test("Only the user's own lack of rights is one: no number of a connection is taken for it")
    func kinds() {
        let table = SlurmErrorMeaning.byCode
        #expect(Set(table.filter { $1.kind == .permission }.keys) == [2_002, 2_010])
        #expect(Set(table.filter { $1.kind == .limit }.keys) == [2_050])
        #expect(Set(table.filter { $1.kind == .input }.keys) == [2_018])
        // What may be tried again must not be something that stays as it is.
        let again = table.filter { $1.kind == .temporary }
        #expect(again.values.allSatisfy { !$0.remedy.contains("administrator") })
        #expect(!table.values.contains { $0.kind == .configuration })
    }

    @Test("The text that a command of Slurm prints leads back to its number's meaning")
    func texts() throws {
        for (code, meaning) in SlurmErrorMeaning.byCode {
            let printed = SlurmError(code: code, attempt: "start a step on n1").cause
            // Some numbers have no text of their own in some releases, and share "Unknown error N".
            let found = try #require(SlurmError(text: printed, attempt: "start a step on n1"))
            #expect(found.cause == printed && found.remedy?.isEmpty == false)
            #expect(found.attempt == "start a step on n1")
            if found.code == code { #expect(found.kind == meaning.kind) }
        }
        for text in ["", " ", "error", "Unspecified", "srun: error: ", "permission denied\n"] {
            #expect(SlurmError(text: text, attempt: "a") == nil, "\(text)")
        }
    }

    @Test(
        "The error names what was tried, Slurm's own words and number, and the step, in two lines")
    func shape() {
        let lines = SlurmError(code: 2_015, attempt: "submit to 'a b'").description
            .split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("cannot submit to 'a b': ") && lines[0].hasSuffix(" (2015)"))
        #expect(lines[1] == "'scontrol show partition' tells what the partition allows.")
    }
}
