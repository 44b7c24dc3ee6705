@testable import Sweeps
import Testing

/// cgroup.conf, as far as fleet reads it.
@Suite struct DeviceConfinementTests {
    @Test(
        arguments: [
            ("", false), ("ConstrainDevices=yes", true), ("constraindevices = YES # all\n", true),
            ("#ConstrainDevices=yes\n", false), ("ConstrainDevices=no\n", false),
            ("ConstrainDevices=no\nConstrainDevices=yes\n", true),
            ("ConstrainCores=yes\nConstrainRAMSpace=yes\n", false), ("ConstrainDevices\n", false),
        ])
    func lines(_ text: String, _ isSet: Bool) {
        #expect(DeviceConfinement.isSet(text: text) == isSet)
    }

    @Test func absent() {
        #expect(!DeviceConfinement.isSet(in: "/nowhere"))
    }
}
