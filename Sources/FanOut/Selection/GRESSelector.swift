package import SlurmModel

/// One word of `--gres`: a resource that a node must be configured with, such as `gpu`, `gpu:h100` or `gpu:h100:8`.
package struct GRESSelector: Hashable, Sendable {
    /// The resource, with the minimum count.
    package var least: GRES

    /// Makes a selector.
    package init(_ least: GRES) {
        self.least = least
    }

    /// Reads a word in Slurm's own syntax; without a count 1 is enough, without a type any will do.
    ///
    /// - Throws: ``SelectionError/malformed(flag:word:hint:)``.
    package init(_ word: String) throws(SelectionError) {
        let entries = GRES.parse(word)
        guard let only = entries.first, entries.count == 1, only.count > 0,
            word.split(separator: ":", omittingEmptySubsequences: false)
                .allSatisfy({ !$0.isEmpty && !$0.contains("(") })
        else {
            throw .malformed(flag: "--gres", word: word, hint: "as in gpu, gpu:h100 or gpu:h100:8")
        }
        least = only
    }

    /// Whether a node configured with these resources has enough of it, in use or not.
    func holds(for resources: [GRES]) -> Bool {
        var missing = least.count
        for resource in resources where resource.name == least.name {
            guard least.type == nil || resource.type == least.type else { continue }
            if resource.count >= missing { return true }
            missing -= resource.count
        }
        return false
    }
}
