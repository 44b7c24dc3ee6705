import ArgumentParser
@testable import Commands
@testable import Configuration
@testable import LustreCheck
import Testing
@testable import Verdicts

@Suite struct MountTableTests {
    private static let healthy = """
        step=fstab done wrote 'a@tcp:/b /lustre lustre flock 0 0'
        step=module-load done loaded lustre
        step=mount done mounted 10.1.30.23@tcp:/b
        mount_table=yes
        mount=/lustre
        types=lustre
        fstab_options=flock
        fstab_source=10.1.30.23@tcp:/b
        mount_type=lustre
        mount_source=10.1.30.23@tcp:/b
        mount_options=OPTIONS
        statfs=4096 1000 400 300 5000 4000 bd00bd0
        touched=1
        end=1

        """

    @Test("What mount-lustre did is told whether or not the mount has a warning")
    func steps() {
        let probe = MountLustreProbe(settings: LustreSettings(), timeout: 600)
        for options in ["rw,flock", "ro,flock", "rw"] {
            let report = Fixtures.finished(
                "gpu-1", Self.healthy.replacing("OPTIONS", with: options), probe: probe)
            let rows = MountTable().rows(for: report).compactMap(\.last)
            let words =
                "wrote 'a@tcp:/b /lustre lustre flock 0 0'; loaded lustre; mounted 10.1.30.23@tcp:/b"
            #expect(report.verdict == (options == "rw,flock" ? .ok : .warn))
            #expect(rows.last?.hasSuffix(words) == true, "\(rows)")
            #expect(rows.count == (options == "rw,flock" ? 1 : 2))
        }
    }

    @Test(
        "Sources with IPv6 addresses are taken, and nothing else in brackets",
        arguments: [
            ("fd00:9::1@tcp:/proj", true), ("[fd00:9::1]@tcp:/proj/data", true),
            ("[fd00:9::1]@tcp,10.0.0.1@tcp:[fd00:9::2]@tcp:/proj", true),
            ("[fd00:9::1@tcp:/proj", false), ("[x*]@tcp:/proj", false), ("a@tcp:/w[a]", false),
            ("fd00:9::1@tcp", false),
        ])
    func sources(_ source: String, isTaken: Bool) {
        let settings = try? MountOptions.parse(["--source", source])
            .settings(configuration: FleetConfiguration())
        #expect((settings != nil) == isTaken)
        let line = "\(source) /lustre lustre flock 0 0\n"
        if isTaken { #expect(RepairEntry.lines(ofTable: line).map(\.source) == [source]) }
    }
}
