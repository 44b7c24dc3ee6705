import FoundationEssentials
import Verdicts

/// The results of `dcgmi diag -j`, in the layouts of DCGM 2 to 4.
///
/// DCGM 3 nests them as `DCGM GPU Diagnostic`, `test_categories`, `tests`, `results` with `gpu_ids`; DCGM 4 as
/// `DCGM Diagnostic` with `entity_group` and `entity_id`, or with the categories at the top. So the document is walked
/// for what looks like a test: an object with a name and a list of results that have a status.
struct DiagAnswer: Hashable, Sendable {
    /// How one test ended on some GPUs.
    struct Result: Hashable, Sendable {
        var test: String
        /// What it is about, such as `GPU 3`; nil for the node.
        var subject: String?
        var status: Status
        /// DCGM's messages about it.
        var messages: [String]
        /// DCGM's severities of its warnings; ``unknown`` for one without.
        var severities: [Int]

        /// DCGM's severity of an error of which it knows no more: DCGM_ERROR_UNKNOWN.
        static let unknown = 3
    }

    /// How a test ended, in all spellings; an unknown word does not count as a pass.
    enum Status: Hashable, Sendable {
        case pass, fail, warn, skip
        case other(String)

        init(_ word: String) {
            switch word.lowercased() {
            case "pass", "passed": self = .pass
            case "fail", "failed": self = .fail
            case "warn", "warning": self = .warn
            case "skip", "skipped": self = .skip
            default: self = .other(word)
            }
        }
    }

    private(set) var results: [Result] = []
    /// DCGM's error message, when it has no results.
    private(set) var runtimeError: String?
    /// DCGM's own version; nil where it does not say.
    private(set) var version: String?
    /// Whether there was a JSON document.
    private(set) var isDocument = false

    /// Reads dcgmi's standard output, which may have messages before and after the document.
    init(_ bytes: [UInt8]) {
        guard let first = bytes.firstIndex(of: UInt8(ascii: "{")),
            let last = bytes.lastIndex(of: UInt8(ascii: "}")), first < last,
            let document = try? JSONDecoder().decode(
                FactValue.self, from: Data(bytes[first...last]))
        else { return }
        isDocument = true
        walk(document)
    }

    private mutating func walk(_ value: FactValue) {
        for element in value.elements { walk(element) }
        let fields = value.fields
        if let name = fields["name"]?.text, case .list(let results)? = fields["results"] {
            self.results += results.map { Self.result($0.fields, test: name) }
            return
        }
        runtimeError = runtimeError ?? fields["runtime_error"]?.text
        version = version ?? fields["version"]?.text
        for (_, inner) in fields.sorted(by: { $0.key < $1.key }) { walk(inner) }
    }

    private static func result(_ fields: [String: FactValue], test: String) -> Result {
        let said = ["warnings", "errors", "info"].map { notes(fields[$0]) }
        return Result(
            test: test, subject: subject(of: fields),
            status: Status(fields["status"]?.text ?? "no status"),
            // DCGM's measurements are shown only when it gives no reason for the failure.
            messages: (said[0] + said[1]).isEmpty ? said[2] : said[0] + said[1],
            severities: (fields["warnings"]?.elements ?? []).map {
                $0.fields["error_severity"]?.integer ?? Result.unknown
            })
    }

    private static func subject(of fields: [String: FactValue]) -> String? {
        if let entity = fields["entity_id"]?.integer {
            return "\(fields["entity_group"]?.text ?? "GPU") \(entity)"
        }
        let ids = (fields["gpu_ids"] ?? fields["gpu_id"])?.word ?? ""
        return ids.isEmpty ? nil : (ids.contains(",") ? "GPUs " : "GPU ") + ids
    }

    /// Reads texts, or objects that contain a text; a single one, or a list.
    private static func notes(_ value: FactValue?) -> [String] {
        guard let value else { return [] }
        let parts = value.elements.isEmpty ? [value] : value.elements
        return parts.compactMap { part in
            let text = part.text ?? (part.fields["warning"] ?? part.fields["msg"])?.text
            return text.flatMap { $0.isEmpty ? nil : $0 }
        }
    }
}
