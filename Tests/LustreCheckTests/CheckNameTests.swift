@testable import LustreCheck
import Testing
@testable import Verdicts

/// Under which names the verdicts of the mount commands are kept.
@Suite struct CheckNameTests {
    private static func settings(
        _ points: [String] = [], expect: [String] = [], canary: MountCanary? = nil
    ) -> LustreSettings {
        var settings = LustreSettings()
        settings.points = points
        settings.expectedFolders = expect
        settings.canary = canary
        return settings
    }

    @Test(
        arguments: [
            (settings(), "check-mount"), (settings(["/a"]), "check-mount /a"),
            (settings(["/a", "/b"]), "check-mount /a,/b"),
            (settings(expect: ["data", "logs"]), "check-mount --expect data,logs"),
            (settings(["/a"], canary: MountCanary()), "check-mount /a --canary"),
            (
                settings(canary: MountCanary(sample: 20, folder: "tmp")),
                "check-mount --canary --canary-sample 20 --canary-dir tmp"
            ),
        ] as [(LustreSettings, String)])
    func whatWasLookedAt(_ settings: LustreSettings, _ name: String) {
        let check = CheckMountSpecification(settings, timeout: 30)
        #expect(check.checkName == name && check.scope?.name == name)
    }

    /// What mount-lustre ends with takes back what check-mount said of the same mounts.
    @Test func repair() {
        var repair = RepairSettings()
        #expect(
            MountLustreSpecification(Self.settings(), repair: repair, timeout: 60)
                .scope?.name
                == "check-mount")
        repair.entries = [
            RepairEntry(source: "10.1.1.1@tcp:/fs", mountPoint: "/a", options: "flock")
        ]
        let specification = MountLustreSpecification(
            Self.settings(), repair: repair, timeout: 60)
        #expect(specification.scope?.name == "check-mount /a")
        #expect(specification.checkName == "mount-lustre")
    }
}
