import FoundationEssentials

/// Where the running program was installed, and what came with it.
package struct Installation: Hashable, Sendable {
    /// The folder that holds bin, lib and share, such as `/usr`; nil for a program that runs where it was built.
    package let prefix: String?

    /// The one of this process.
    package static let current = Installation(
        program: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? "")

    /// Tells it by the program's path: `PREFIX/lib/fleet/slurm-RELEASE/fleet` in fleet's package, `PREFIX/bin/fleet` where
    /// `make install` put it.
    package init(program: String) {
        // So the kernel names a program that was replaced meanwhile.
        let deleted = " (deleted)"
        let path = program.hasSuffix(deleted) ? String(program.dropLast(deleted.count)) : program
        let parts = path.split(separator: "/").map(String.init)
        let above: ArraySlice<String>? =
            if parts.count >= 4, parts.suffix(4).prefix(2) == ["lib", "fleet"],
                parts[parts.count - 2].hasPrefix(Self.releasePrefix)
            {
                parts.dropLast(4)
            } else if parts.count >= 2, parts[parts.count - 2] == "bin" {
                parts.dropLast(2)
            } else {
                nil
            }
        prefix = above.map { $0.isEmpty ? "" : "/" + $0.joined(separator: "/") }
    }

    private static let releasePrefix = "slurm-"

    /// The folder of the probes that came with the program; it need not be there.
    package var probes: String? { prefix.map { "\($0)/share/fleet/probes" } }

    /// The releases of Slurm that the package has a program for, in order; empty where it is no package.
    package var releases: [String] {
        guard let prefix,
            let names = try? FileManager.default.contentsOfDirectory(atPath: "\(prefix)/lib/fleet")
        else { return [] }
        return names.filter { $0.hasPrefix(Self.releasePrefix) }
            .map { String($0.dropFirst(Self.releasePrefix.count)) }.sorted()
    }

    /// The commit that the program was built from, shortened; nil where nothing tells.
    package var commit: String? {
        guard let prefix,
            let bytes = FileManager.default.contents(atPath: "\(prefix)/lib/fleet/commit")
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        return text.count >= 7 && text.allSatisfy(\.isHexDigit) ? String(text.prefix(12)) : nil
    }
}
