import Glibc
import Platform
import SlurmModel
import Synchronization

/// Whether fleet and its cluster have different releases of Slurm, which must be told from other reasons for the same
/// error numbers of libslurm.
///
/// Slurm has no number that means it: releases too far apart answer 1005, 1006 or 1008 where they see it themselves, and else
/// -1 or 1000 (22.05 asks 24.11), 5005 (24.11 asks 22.05) or 1007 (26.05 asks 24.11), which mean other things as well. So the cluster's
/// own programs are asked for their release.
package struct ReleaseMismatch: Hashable, Sendable {
    /// The release fleet was built for, such as `22.05.8`.
    let library: String
    /// The release of the cluster's own programs; nil where none could be asked.
    let cluster: String?
    /// The program that reported it.
    let program: String?

    /// Numbers that always mean another release.
    static let certain: Set<Int32> = [1_005, 1_006, 1_008]
    /// Numbers that another release answers with, and other failures too.
    static let possible: Set<Int32> = [-1, 1_000, 1_007, 5_001, 5_003, 5_005]

    /// Whether both have the same major release; nil when the cluster's release is not known.
    var isSame: Bool? {
        cluster.map { Self.major($0) == Self.major(library) }
    }

    /// Which releases differ, such as `another Slurm release: fleet is built for 26.05.5, and /usr/bin/scontrol is of 24.11.5`;
    /// nil when they do not, or when it is not known.
    var words: String? {
        guard let cluster, isSame == false else { return nil }
        return
            "another Slurm release: fleet is built for \(library), and \(program ?? "scontrol") is of \(cluster)"
    }

    /// What to do when the releases differ; nil when they do not, or when it is not known.
    var remedy: String? { isSame == false ? Self.remedy(cluster) : nil }

    /// The error for the user: it names the other release if that is the reason, and is unchanged otherwise.
    func named(_ error: SlurmError) -> SlurmError {
        guard let code = error.code else { return error }
        let isCertain = Self.certain.contains(code)
        guard isCertain || Self.possible.contains(code) else { return error }
        var named = error
        if let words {
            named.kind = .controller
            named.cause += ": \(words)"
            named.remedy = remedy
        } else if isCertain {
            named.kind = .controller
            named.cause +=
                ": slurmctld is of another Slurm release than fleet, which is built for \(library)"
            named.remedy = Self.remedy(nil)
        } else {
            named.kind = .controller
            let other =
                "slurmctld may also be of another Slurm release than fleet's, \(library): 'scontrol -V' where it runs tells."
            named.remedy = [error.remedy, other].compactMap(\.self).joined(separator: " ")
        }
        return named
    }

    private static func remedy(_ release: String?) -> String {
        let which = release.map { "Slurm \(major($0))" } ?? "the cluster's Slurm"
        return
            "Use a fleet for \(which): fleet's package chooses it by itself; else SLURM_PREFIX=... make release."
    }

    /// The major release, such as `22.05` of `22.05.8`.
    package static func major(_ release: String) -> String {
        release.split(separator: ".").prefix(2).joined(separator: ".")
    }
}

extension ReleaseMismatch {
    private static let found = Mutex<[String: ReleaseMismatch]>([:])

    /// Compares fleet with the programs of the Slurm that a slurm.conf belongs to; starts one of them, once.
    package static func of(_ configuration: SlurmConfiguration?) -> ReleaseMismatch {
        let path = configuration?.path ?? ""
        if let known = found.withLock({ $0[path] }) { return known }
        let asked = ask(programs(of: configuration))
        found.withLock { $0[path] = asked }
        return asked
    }

    /// The release of the cluster's programs; nil when none could be asked.
    package var clusterRelease: (release: String, program: String)? {
        guard let cluster, let program else { return nil }
        return (cluster, program)
    }

    private static func ask(_ programs: [String]) -> ReleaseMismatch {
        for program in programs where unsafe access(program, X_OK) == 0 {
            if let release = release(in: said(by: program)) {
                return ReleaseMismatch(
                    library: SlurmLibrary.version, cluster: release, program: program)
            }
        }
        return ReleaseMismatch(library: SlurmLibrary.version, cluster: nil, program: nil)
    }

    /// The cluster's scontrol, most certain first: beside its plugins, beside its slurm.conf, and where Slurm usually is.
    static func programs(of configuration: SlurmConfiguration?) -> [String] {
        var prefixes: [String] = []
        // .../lib/x86_64-linux-gnu/slurm-wlm or .../lib64/slurm
        if let plugins = configuration?.pluginFolder, plugins.hasPrefix("/") {
            let parts = plugins.split(separator: "/")
            if let library = parts.lastIndex(where: { $0 == "lib" || $0 == "lib64" }) {
                prefixes.append(parts[..<library].map { "/\($0)" }.joined())
            }
        }
        if let folder = configuration?.folder,
            folder.hasSuffix("/etc") || folder.hasSuffix("/etc/slurm")
        {
            let parts = folder.split(separator: "/")
            if let etc = parts.lastIndex(of: "etc"), etc > 0 {
                prefixes.append(parts[..<etc].map { "/\($0)" }.joined())
            }
        }
        prefixes += [SlurmLibrary.prefix, "/usr", "/opt/slurm", "/usr/local"].compactMap(\.self)
        var seen: Set<String> = []
        return prefixes.map { "\($0)/bin/scontrol" }.filter { seen.insert($0).inserted }
    }

    /// The release in what `scontrol -V` prints: `slurm-wlm 22.05.8`, `slurm 24.11.5`.
    static func release(in text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, words[0].hasPrefix("slurm") else { return nil }
        let release = words[1].prefix { $0.isNumber || $0 == "." }
        return release.split(separator: ".").count >= 2 ? String(release) : nil
    }

    /// The output of a program about its release, within 5 seconds; it reads no slurm.conf for that.
    private static func said(by program: String) -> String {
        let quoted = ShellQuote.word(program)
        guard let pipe = unsafe popen("timeout 5 \(quoted) -V 2>/dev/null", "re") else { return "" }
        defer { unsafe _ = pclose(pipe) }
        var line = [CChar](repeating: 0, count: 256)
        let count = line.count
        let isRead = unsafe line.withUnsafeMutableBufferPointer { buffer in
            unsafe fgets(buffer.baseAddress, Int32(count), pipe) != nil
        }
        guard isRead else { return "" }
        return String(
            decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
