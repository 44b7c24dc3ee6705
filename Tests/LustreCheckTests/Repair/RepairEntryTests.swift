import LustreCheck
import TestSupport
import Testing

/// What is sent to a node's shell: lines of an fstab, and the names of packages.
@Suite("Entries and packages that are sent to a node")
struct RepairEntryTests {
    private static let line = "10.1.30.23@tcp:/proj /scratch lustre flock,_netdev 0 0"

    @Test("A Lustre line, in all ways to write one")
    func forms() {
        let entry = RepairEntry(
            source: "10.1.30.23@tcp:/proj", mountPoint: "/scratch", options: "flock,_netdev")
        let parts = Self.line.split(separator: " ")
        for text in [
            Self.line, parts.joined(separator: "\t"), "  " + parts.joined(separator: " \t "),
            parts.prefix(4).joined(separator: " "), Self.line + "\r\n",
            Self.line.replacing("/scratch", with: "//scratch/"), "# comment\n\n\(Self.line)\n#",
            "/dev/sda1 / ext4 defaults 0 1\n" + Self.line,
        ] {
            #expect(RepairEntry.lines(ofTable: text) == [entry], "\(text)")
        }
    }

    @Test(
        "A line that is not Lustre's, not whole, or could not be sent, is passed over",
        arguments: [
            "", "#\(line)", "# \(line)", "10.1.30.23@tcp:/proj /scratch lustre",
            "10.1.30.23@tcp:/proj /scratch nfs4 flock 0 0",
            "10.1.30.23@tcp:/proj scratch lustre flock 0 0",
            "10.1.30.23@tcp:/proj none lustre flock 0 0",
            "10.1.30.23@tcp:/proj /my\\040scratch lustre flock 0 0",
            "10.1.30.23@tcp:/proj /s;reboot lustre flock 0 0",
            "10.1.30.23@tcp:/proj /s$(reboot) lustre flock 0 0",
            "10.1.30.23@tcp:/proj /s`reboot` lustre flock 0 0",
            "10.1.30.23@tcp:/proj /s* lustre flock 0 0", "a'b@tcp:/proj /s lustre flock 0 0",
            "10.1.30.23@tcp:/proj /s lustre flock;ro 0 0",
        ])
    func passedOver(_ text: String) {
        #expect(RepairEntry.lines(ofTable: text) == [])
        // Its neighbours are taken all the same.
        let table = [Self.line, text, Self.line].joined(separator: "\n")
        #expect(RepairEntry.lines(ofTable: table).map(\.mountPoint) == ["/scratch", "/scratch"])
    }

    @Test("Cut at every character, a table gives no line that it does not have")
    func cuts() {
        let table = Self.line + "\n" + Self.line.replacing("/scratch", with: "/data")
        let all = RepairEntry.lines(ofTable: table)
        #expect(all.map(\.mountPoint) == ["/scratch", "/data"])
        for length in 0...table.count {
            for (cut, whole) in zip(RepairEntry.lines(ofTable: String(table.prefix(length))), all) {
                #expect(cut.source == whole.source && cut.mountPoint == whole.mountPoint)
                #expect(whole.options.hasPrefix(cut.options))
            }
        }
    }

    @Test(
        "Every character that a shell, or the list of entries, would take wrongly",
        arguments: [" ", "\t", "\n", "\u{a0}", ";", "*", "?", "[", "\\", "'", "\"", "$", "`"])
    func plain(_ character: String) {
        #expect(RepairEntry.isPlain("10.0.0.1@tcp:/fs"))
        for word in [character, "a" + character, character + "a", "a\(character)b"] {
            #expect(!RepairEntry.isPlain(word) && !RepairEntry.isPlainSource(word))
            #expect(!RepairEntry.isPlainSource("[fd00::1]@tcp:/fs" + word))
        }
    }

    @Test(
        "Brackets are an IPv6 address's alone",
        arguments: [
            ("[fd00::1]@tcp:/fs", true), ("[::]@tcp:/fs", true), ("[FD00:A::1]@tcp:/fs", true),
            ("[fd00::1]@tcp:[fd00::2]@tcp:/fs", true), ("[]@tcp:/fs", false),
            ("[10]@tcp:/fs", false), ("[g::1]@tcp:/fs", false), ("[[fd00::1]]@tcp:/fs", false),
            ("[fd00::1", false), ("fs[fd00:$x]", false),
        ])
    func brackets(_ source: String, _ isPlain: Bool) {
        #expect(RepairEntry.isPlainSource(source) == isPlain)
    }

    // MARK: Packages

    @Test(
        "A distribution's row takes from the table what it does not say",
        arguments: [
            ("debian=my-modules", "apt", "my-modules", "lustre-client-utils"),
            ("debian-12=my-modules", "apt", "my-modules", "lustre-client-utils"),
            ("rhel-9.4=kmod", "dnf", "kmod", "lustre-client"),
            ("centos=kmod/own-tools", "dnf", "kmod", "own-tools"),
            ("sles=dnf:kmod", "dnf", "kmod", "lustre-client"),
            ("devuan=apt:m-{kernel}", "apt", "m-{kernel}", "lustre-client-utils"),
            ("devuan=apt:m+1.2_x/t", "apt", "m+1.2_x", "t"),
        ])
    func families(_ text: String, _ manager: String, _ module: String, _ tools: String) throws {
        let family = try #require(PackageFamily(text))
        #expect(family.id == text.prefix { $0 != "=" })
        #expect(family.manager.rawValue == manager)
        #expect(family.module == module && family.tools == tools)
    }

    @Test(
        "What would be another word to the shell, or a distribution without a manager, is refused",
        arguments: [
            "ubuntu=a b", "ubuntu=a;reboot", "ubuntu=a|b", "ubuntu=a&b", "ubuntu=a$b", "ubuntu=`a`",
            "ubuntu=a\nb", "ubuntu=a\u{0}", "ubuntu=a/b/c", "ubuntu=a/", "ubuntu=/a", "ubuntu=é",
            "ub untu=a", "=a", "ubuntu==a", "ubuntu=zypper:a", "sles=a", "rhelly=a", "ubuntu=apt:",
            " ubuntu=a", "ubuntu=a ",
        ])
    func refused(_ text: String) {
        #expect(PackageFamily(text) == nil)
    }

    @Test("Rows of a configuration come before the table's, in their order, and replace theirs")
    func overridden() throws {
        var random = SeededRandom(9)
        let ids = PackageFamily.table.map(\.id)
        for _ in 0..<50 {
            let chosen = ids.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))
            let own = try (chosen + ["devuan"]).map { try #require(PackageFamily("\($0)=apt:own")) }
            let table = PackageFamily.table(overriddenBy: own)
            #expect(table.prefix(own.count).elementsEqual(own))
            #expect(Set(table.map(\.id)) == Set(ids + ["devuan"]) && table.count == ids.count + 1)
            // The others stay as they were.
            let rest = table.dropFirst(own.count)
            #expect(rest.elementsEqual(PackageFamily.table.filter { !chosen.contains($0.id) }))
        }
    }
}
