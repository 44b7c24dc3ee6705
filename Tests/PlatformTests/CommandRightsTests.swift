import Platform
import Testing

/// What is printed can be done by whoever reads it.
@Suite struct CommandRightsTests {
    private static let user: UInt32 = 4_242

    private static func rights(
        _ user: UInt32 = user, slurmUser: String = "root", sudo: Bool = true, loses: Bool = false
    ) -> CommandRights {
        CommandRights(user: user, slurmUser: slurmUser, hasSudo: sudo, losesSlurmConf: loses)
    }

    @Test(
        "A command that takes the right begins with sudo, no other, and nothing inside its words",
        arguments: [
            ("fleet drain --from r", "sudo fleet drain --from r"),
            (
                "it still takes jobs; drain it: fleet drain -n x --reason 'y; fleet resume -n z'",
                "it still takes jobs; drain it: sudo fleet drain -n x --reason 'y; fleet resume -n z'"
            ),
            (
                "look at the BMC's log; then: fleet resume -n x --force",
                "look at the BMC's log; then: sudo fleet resume -n x --force"
            ),
            ("fleet history x; fleet reboot -n x", "fleet history x; sudo fleet reboot -n x"),
            (
                "check again: fleet health -n x --include-drained",
                "check again: sudo fleet health -n x --include-drained"
            ),
            (
                "fleet health -n x; then --include-drained",
                "fleet health -n x; then --include-drained"
            ),
            (
                "  fleet drain --from r  # 1 node failed; drain it",
                "  sudo fleet drain --from r  # 1 node failed; drain it"
            ),
            (
                "scontrol update partitionname=cpu state=up",
                "sudo scontrol update partitionname=cpu state=up"
            ), ("scontrol show node x", "scontrol show node x"),
            ("sudo fleet drain x", "sudo fleet drain x"), ("fleet status", "fleet status"),
            ("fleet mount-lustre", "fleet mount-lustre"),
            ("the fleet drained it", "the fleet drained it"),
            ("/opt/fleet drain x", "/opt/fleet drain x"), ("", ""),
        ])
    func texts(_ text: String, _ expected: String) {
        #expect(Self.rights().text(text) == expected)
        #expect(Self.rights().concerns(text) == (text != expected))
        for whole in [Self.rights(0), Self.rights(slurmUser: "4242"), .whole] {
            #expect(whole.text(text) == text && !whole.concerns(text) && whole.note == nil)
        }
    }

    @Test(
        "sudo keeps SLURM_CONF where it is needed; where there is no sudo, only the note says who may"
    )
    func shapes() {
        let loses = Self.rights(loses: true)
        #expect(
            loses.text("fleet resume x") == "sudo --preserve-env=SLURM_CONF fleet resume x")
        #expect(
            loses.text("fleet resume x").count - "fleet resume x".count
                == "sudo --preserve-env=SLURM_CONF ".count)
        let bare = Self.rights(sudo: false)
        #expect(bare.text("fleet resume x") == "fleet resume x")
        #expect(bare.concerns("fleet resume x") && bare.note?.hasPrefix("as root") == true)
    }
}
