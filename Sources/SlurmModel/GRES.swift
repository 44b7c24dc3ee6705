/// One generic resource of a node as Slurm prints it: name, type, count, and notes about single devices.
package struct GRES: Codable, Hashable, Sendable {
    /// The resource's name, such as `gpu` or `shard`.
    package var name: String
    /// Its type, such as `h100` or `1g.10gb`; nil without a type.
    package var type: String?
    /// How many; K, M, G, T and P suffixes are multiplied out.
    package var count: Int
    /// The numbers of the devices, in rising order, as in `IDX`; empty for `IDX:N/A`, nil when Slurm gives none.
    package var indexes: [Int]?
    /// The shards or MPS percents of each GPU; nil when Slurm does not say.
    package var shares: [GRESShare]?
    /// The sockets it is bound to, as Slurm writes them, such as `0-1`.
    package var sockets: String?

    /// Makes one resource.
    package init(
        name: String, type: String? = nil, count: Int, indexes: [Int]? = nil,
        shares: [GRESShare]? = nil, sockets: String? = nil
    ) {
        self.name = name
        self.type = type
        self.count = count
        self.indexes = indexes
        self.shares = shares
        self.sockets = sockets
    }

    /// Reads a `gres` or `gres_used` string.
    ///
    /// The grammar is `[gres:]name[:type][:no_consume]:count[K|M|G|T|P][(...)]`, with commas between entries and
    /// also inside the parentheses; a missing count means 1. Untyped GPUs read `gpu:(null):4` up to 25.11. Entries that do not
    /// fit, `(null)` and `N/A` among them, are left out.
    package static func parse(_ text: String) -> [GRES] {
        entries(of: text).compactMap(parse(entry:))
    }

    /// Splits at the commas that stand outside parentheses.
    private static func entries(of text: String) -> [Substring] {
        var entries: [Substring] = []
        var depth = 0
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case "(": depth += 1
            case ")": depth = max(0, depth - 1)
            case "," where depth == 0:
                entries.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        entries.append(text[start...])
        return entries
    }

    private static func parse(entry: Substring) -> GRES? {
        var fields = entry.split(separator: ":", omittingEmptySubsequences: false)
        // The note in parentheses may contain colons (S:0-1, IDX:0-3), so it is removed first.
        var note = Substring()
        if let open = fields.firstIndex(where: { $0.contains("(") && !$0.hasPrefix("(null)") }) {
            if let parenthesis = fields[open].firstIndex(of: "("), let end = fields.last?.endIndex {
                note = entry[entry.index(after: parenthesis)..<end].prefix { $0 != ")" }
            }
            fields[open] = fields[open].prefix { $0 != "(" }
            fields.removeSubrange((open + 1)...)
        }
        if fields.first == "gres" { fields.removeFirst() }
        fields.removeAll { $0 == "no_consume" }
        guard let name = fields.first, isName(name) else { return nil }
        var rest = fields.dropFirst()
        // slurm.conf may omit the count, and a node that never registered still shows that text: it means 1.
        var count = 1
        if let last = rest.last, let number = Self.count(of: last) {
            count = number
            rest.removeLast()
        } else if !rest.allSatisfy({ $0 == "(null)" || isName($0) })
            || rest.last.map(isNumber) == true
        {
            return nil
        }
        let type = rest.joined(separator: ":")
        var gres = GRES(
            name: String(name), type: type.isEmpty || type == "(null)" ? nil : type,
            count: count)
        gres.note(note)
        return gres
    }

    /// A valid Slurm name or type; `(null)`, `N/A` and numbers are not.
    private static func isName(_ text: Substring) -> Bool {
        text.contains { $0.isLetter }
            && text.allSatisfy { $0.isLetter || $0.isNumber || "._-+".contains($0) }
    }

    /// Digits and a suffix: a count, even one that is too large to be valid.
    private static func isNumber(_ text: Substring) -> Bool {
        text.first?.isNumber == true && text.dropLast().allSatisfy(\.isNumber)
            && text.last.map { $0.isNumber || "KMGTPkmgtp".contains($0) } == true
    }

    private static func count(of text: Substring) -> Int? {
        let factors: [Character: Int] = [
            "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50,
        ]
        let factor = text.last?.uppercased().first.flatMap { factors[$0] }
        guard let count = Int(factor == nil ? text : text.dropLast()), count >= 0 else {
            return nil
        }
        let (value, overflow) = count.multipliedReportingOverflow(by: factor ?? 1)
        return overflow ? nil : value
    }
}

/// How much of one GPU is allocated as shards or MPS percents: `3/5` in `shard:8(-/5,5/5,3/5,0/5)`.
package struct GRESShare: Codable, Hashable, Sendable {
    /// The shares allocated to jobs; nil when a job has the whole GPU and no share can be allocated (`-`).
    package var used: Int?
    /// The shares of this GPU.
    package var total: Int

    /// Makes a share.
    package init(used: Int?, total: Int) {
        self.used = used
        self.total = total
    }
}
