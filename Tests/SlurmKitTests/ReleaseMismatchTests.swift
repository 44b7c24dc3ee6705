import Foundation
import SlurmModel
import TestSupport
import Testing

@testable import SlurmKit

@Suite struct ReleaseMismatchTests {
    private static let releases = ["22.05.8", "24.11.5", "26.05.5"]

    /// What was seen live between releases that cannot talk, and what their number says by itself.
    private static let seen: [(fleet: String, cluster: String, code: Int32)] = [
        ("22.05.8", "24.11.5", -1), ("22.05.8", "24.11.5", 1_000), ("22.05.8", "26.05.5", 1_008),
        ("24.11.5", "22.05.8", 5_005),
        ("26.05.5", "24.11.5", 1_007), ("26.05.5", "22.05.8", 5_005),
    ]

    private func error(_ code: Int32, _ mismatch: ReleaseMismatch) -> SlurmError {
        mismatch.named(SlurmError(kind: .other, attempt: "try", cause: "It said so", code: code))
    }

    @Test(arguments: seen)
    func named(_ fleet: String, _ cluster: String, _ code: Int32) {
        let error = error(
            code, ReleaseMismatch(library: fleet, cluster: cluster, program: "/usr/bin/scontrol"))
        #expect(error.kind == .controller)
        #expect(error.cause.contains("another Slurm release: fleet is built for \(fleet)"))
        #expect(error.cause.contains("/usr/bin/scontrol is of \(cluster)"))
        #expect(error.remedy?.contains("SLURM_PREFIX") == true)
    }

    /// Every number that another release answers with, for every pair of releases: only a pair of two blames the release.
    @Test func pairs() {
        for fleet in Self.releases {
            for cluster in Self.releases {
                let mismatch = ReleaseMismatch(
                    library: fleet, cluster: cluster, program: "/usr/bin/scontrol")
                for code in ReleaseMismatch.possible {
                    let cause = error(code, mismatch).cause
                    #expect(cause.contains("another Slurm release") == (fleet != cluster))
                }
                for code in ReleaseMismatch.certain {
                    #expect(error(code, mismatch).cause.contains("another Slurm release"))
                }
            }
        }
    }

    /// Where nobody tells the cluster's release, a doubtful number names both possibilities.
    @Test func unknown() {
        let mismatch = ReleaseMismatch(library: "22.05.8", cluster: nil, program: nil)
        #expect(error(5_005, mismatch).cause == "It said so")
        #expect(error(5_005, mismatch).remedy?.contains("another Slurm release") == true)
        #expect(error(1_008, mismatch).cause.contains("another Slurm release"))
    }

    /// libslurm also ends fleet over a plugin of another release: the release is named then, and else the file.
    @Test func exit() {
        let other = ExitGuard.remedy(
            ReleaseMismatch(
                library: "26.05.5", cluster: "24.11.5", program: "/usr/bin/scontrol"))
        #expect(other.contains("fleet is built for 26.05.5, and /usr/bin/scontrol is of 24.11.5"))
        #expect(other.contains("Use a fleet for Slurm 24.11"))
        for cluster in ["26.05.1", nil] {
            let same = ExitGuard.remedy(
                ReleaseMismatch(library: "26.05.5", cluster: cluster, program: nil))
            #expect(same.contains("SLURM_CONF") && !same.contains("another Slurm release"))
        }
    }

    /// Numbers that have nothing to do with releases stay as they are.
    @Test(arguments: [0, 1_001, 1_800, 2_002, 2_010, 5_004, 6_000] as [Int32])
    func others(_ code: Int32) {
        let plain = SlurmError(kind: .other, attempt: "try", cause: "It said so", code: code)
        let mismatch = ReleaseMismatch(library: "22.05.8", cluster: "24.11.5", program: "scontrol")
        #expect(mismatch.named(plain).description == plain.description)
    }

    @Test(arguments: [
        ("slurm-wlm 22.05.8\n", "22.05.8"), ("slurm 24.11.5", "24.11.5"),
        ("slurm 25.11.7-1amzn", "25.11.7"), ("slurm-wlm 26.05.5~rc1", "26.05.5"), ("", nil),
        ("scontrol: fatal: no", nil), ("slurm", nil), ("slurm x.y", nil),
    ])
    func versions(_ text: String, _ release: String?) {
        #expect(ReleaseMismatch.release(in: text) == release)
    }

    private func configuration(_ folder: TemporaryFolder, at path: String, _ lines: String) throws
        -> SlurmConfiguration
    {
        try folder.write("ClusterName=c\nSlurmctldHost=h\n\(lines)\n", to: path)
        return try SlurmConfiguration.locate(environment: ["SLURM_CONF": "\(folder.path)/\(path)"])
    }

    /// The plugins tell better than the place of slurm.conf, and that better than the usual places.
    @Test func places() throws {
        let folder = try TemporaryFolder()
        let plugins = try configuration(
            folder, at: "a/etc/slurm.conf", "PluginDir=/sw/slurm-24/lib64/slurm:/other")
        let found = ReleaseMismatch.programs(of: plugins)
        #expect(found.first == "/sw/slurm-24/bin/scontrol")
        #expect(found.dropFirst().first == folder.path + "/a/bin/scontrol")
        #expect(found.contains("/usr/bin/scontrol") && found.contains("/opt/slurm/bin/scontrol"))
        #expect(Set(found).count == found.count)
        #expect(ReleaseMismatch.programs(of: nil).first?.hasSuffix("/bin/scontrol") == true)
    }

    /// The cluster's own program is started, its path taken as it is.
    @Test func asks() throws {
        let folder = try TemporaryFolder()
        let slurm = try configuration(folder, at: "it's/etc/slurm.conf", "")
        let program = "it's/bin/scontrol"
        try folder.write("#!/bin/sh\n[ \"$1\" = -V ] && echo slurm 23.11.4\n", to: program)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/\(program)")
        #expect(ReleaseMismatch.of(slurm).clusterRelease?.release == "23.11.4")
    }
}
