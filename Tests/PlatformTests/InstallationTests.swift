import Foundation
import Platform
import TestSupport
import Testing

@Suite struct InstallationTests {
    @Test(
        arguments: [
            ("/usr/lib/fleet/slurm-24.11/fleet", "/usr"), ("/usr/bin/fleet", "/usr"),
            ("/usr/bin/fleet (deleted)", "/usr"), ("/opt/x/lib/fleet/slurm-22.05/fleet", "/opt/x"),
            ("/lib/fleet/slurm-22.05/fleet", ""), ("/usr/local/bin/fleet", "/usr/local"),
            ("/home/a/fleet/.build/debug/fleet", nil), ("/x/lib/fleet/other/fleet", nil),
            ("fleet", nil), ("", nil),
        ] as [(String, String?)])
    func prefixes(_ program: String, _ prefix: String?) {
        #expect(Installation(program: program).prefix == prefix)
    }

    @Test func package() throws {
        let folder = try TemporaryFolder([
            "lib/fleet/slurm-26.05/fleet": "", "lib/fleet/slurm-22.05/fleet": "",
            "lib/fleet/other": "", "lib/fleet/commit": "0123456789abcdef0123\n",
        ])
        let installation = Installation(program: folder.path + "/lib/fleet/slurm-22.05/fleet")
        #expect(installation.releases == ["22.05", "26.05"])
        #expect(installation.commit == "0123456789ab")
        #expect(installation.probes == folder.path + "/share/fleet/probes")
    }

    /// A file that holds no commit is none.
    @Test(arguments: ["unknown", "", "012", "$(rm)"])
    func noCommit(_ text: String) throws {
        let folder = try TemporaryFolder(["lib/fleet/commit": text])
        #expect(Installation(program: folder.path + "/bin/fleet").commit == nil)
        #expect(Installation(program: "/x/.build/fleet").commit == nil)
    }
}
