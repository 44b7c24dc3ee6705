import Foundation
@testable import LustreCheck
import TestSupport
import Testing
@testable import Verdicts

/// check-mount.sh itself, on a composed node.
@Suite("check-mount on a node", .timeLimit(.minutes(20)))
struct MountScriptTests {
    @Test("A healthy node is ok, whatever its shell", arguments: ["/bin/sh", "/bin/bash"])
    func healthy(shell: String) async throws {
        let node = try MountNode()
        let judgement = try await node.checked(shell: shell)
        #expect(judgement.findings == [])
        #expect(judgement.facts["state"] == .string("ok"))
        #expect(judgement.facts["client_version"] == .string("2.15.6"))
        #expect(judgement.facts["module_loaded"] == .bool(true))
        #expect(judgement.facts["next_module_installed"] == .bool(true))
        #expect(judgement.facts["kernel_log"] == .string("read"))
        #expect(judgement.mountFacts["use_percent"] == .int(67))
        // Nothing is left behind.
        #expect(judgement.facts["left_behind"] == .list([]))
        let left = try FileManager.default.contentsOfDirectory(atPath: node.point.path)
        #expect(left == [])
    }

    @Test("The last entry at the path counts: an automount above nothing, or Lustre above it")
    func lastEntry() async throws {
        let node = try MountNode()
        try node.unmount()
        try node.mount(type: "autofs", source: "systemd-1")
        let marker = node.root.path + "/touched"
        try node.program("stat", "touch \(marker)")
        try node.program(
            "systemctl",
            "printf 'LoadState=loaded\\nResult=exit-code\\nExecMount={ path=/bin/mount ; status=19 }\\n'"
        )
        try node.program("journalctl", "echo 'mount.lustre: mount S at P failed: No such device'")
        let armed = try await node.checked()
        #expect(armed.mountCodes == ["automount_armed"])
        let message = try #require(armed.findings.first?.message)
        #expect(message.contains("automount armed, nothing mounted behind it"))
        #expect(message.contains("exit 19: the kernel has no client module"))
        #expect(message.contains("failed: No such device"))
        #expect(!FileManager.default.fileExists(atPath: marker))

        try node.mount(type: "lustre", source: MountNode.source)
        try node.program("stat", "echo 4096 1000 400 300 5000 4000 bd00bd0")
        #expect(try await node.checked().findings == [])
    }

    @Test("Without a mount point named, every lustre line of the fstab is looked at")
    func fstabLines() async throws {
        let node = try MountNode()
        let second = node.point.path + "-2"
        try node.fstab(
            """
            # \(MountNode.source) /commented lustre x 0 0
            \(MountNode.source) \(node.point.path)/ lustre flock 0 0
            10.1.30.24@tcp:/other \(second) lustre flock 0 0
            10.0.0.1:/export /home nfs4 rw 0 0
            """)
        var settings = node.settings
        settings.points = []
        let judgement = try await node.checked(settings)
        #expect(judgement.findings.map(\.subject) == [second])
        #expect(judgement.mountCodes == ["not_mounted"])
        #expect(judgement.facts["mounts"]?.elements.count == 2)
        // None there: the usual mount point is missing its line, and that is told.
        try node.fstab("10.0.0.1:/export /home nfs4 rw 0 0")
        try node.unmount()
        #expect(try await node.checked(settings).mountCodes == ["no_fstab"])
    }

    /// A hand-written fstab often ends without a newline.
    @Test(
        "The last line of the fstab counts without its newline",
        arguments: ["/bin/sh", "/bin/bash"])
    func lastLine(shell: String) async throws {
        let node = try MountNode()
        let second = node.point.path + "-2"
        try node.root.write(
            """
            \(MountNode.source) \(node.point.path) lustre flock 0 0
            10.1.30.24@tcp:/other \(second) lustre flock 0 0
            """, to: "etc/fstab")
        var settings = node.settings
        settings.points = []
        let judgement = try await node.checked(settings, shell: shell)
        #expect(judgement.mountCodes == ["not_mounted"])
        #expect(judgement.findings.map(\.subject) == [second])
    }

    struct Names: Sendable {
        var fstab: String
        var mounted: String
        var addresses: String
        var code: [String]
    }

    @Test(
        "Sources are compared with names resolved; one server in common is enough",
        arguments: [
            Names(
                fstab: "fs.test@tcp:/czrc3amv", mounted: MountNode.source,
                addresses: "10.1.30.22 10.1.30.23", code: []),
            Names(
                fstab: "fs.test@tcp0:/czrc3amv", mounted: MountNode.source,
                addresses: "10.1.30.23", code: []),
            Names(
                fstab: "10.1.30.23@tcp:10.1.30.24@tcp:/czrc3amv",
                mounted: "10.1.30.24@tcp:10.1.30.23@tcp:/czrc3amv", addresses: "", code: []),
            Names(
                fstab: "fs.test@tcp:/czrc3amv", mounted: MountNode.source,
                addresses: "10.9.9.9", code: ["wrong_source"]),
            Names(
                fstab: "fs.test@tcp:/czrc3amv", mounted: MountNode.source, addresses: "",
                code: ["source_unknown"]),
            Names(
                fstab: "fs.test@tcp:/another", mounted: MountNode.source, addresses: "",
                code: ["wrong_source"]),
            Names(
                fstab: "10.1.30.23@o2ib:/czrc3amv", mounted: MountNode.source, addresses: "",
                code: ["wrong_source"]),
        ])
    func names(_ given: Names) async throws {
        let node = try MountNode()
        try node.unmount()
        try node.mount(type: "lustre", source: given.mounted)
        try node.fstab("\(given.fstab) \(node.point.path) lustre flock 0 0")
        try node.program(
            "getent",
            given.addresses.isEmpty
                ? "exit 2"
                : "for a in \(given.addresses); do echo \"$a STREAM fs.test\"; echo \"$a DGRAM\"; done"
        )
        for shell in ["/bin/sh", "/bin/bash"] {
            #expect(try await node.checked(shell: shell).mountCodes == given.code)
        }
    }

    @Test("NFS and other types: what the fstab or --type says")
    func otherTypes() async throws {
        let node = try MountNode()
        try node.unmount()
        try node.mount(type: "nfs4", source: "10.0.1.100:/fsx/", options: "rw,hard")
        try node.program("stat", "echo 4096 1000 400 300 5000 4000 6969")
        try node.fstab("10.0.1.100:/fsx \(node.point.path) nfs hard 0 0")
        let nfs = try await node.checked()
        #expect(nfs.findings == [])
        #expect(nfs.mountFacts["type"] == .string("nfs4"))
        // A node without Lustre needs no client module.
        #expect(nfs.facts["module_installed"] == .null)
        try node.fstab("# nothing")
        #expect(try await node.checked().mountCodes == ["wrong_type"])
        var settings = node.settings
        for types in [["nfs"], ["any"], ["ext4", "nfs4"]] {
            settings.otherTypes = types
            #expect(try await node.checked(settings).findings == [])
        }
        settings.otherTypes = ["ext4"]
        #expect(try await node.checked(settings).mountCodes == ["wrong_type"])
    }

    struct Device: Sendable {
        var fstab: String
        var mounted: String
        var type = "ext4"
        var code: [String] = []
    }

    @Test(
        "A device is the same by any of its names",
        arguments: [
            Device(fstab: "UUID=0f-1 @ ext4", mounted: "/dev/nvme1n1"),
            Device(fstab: "UUID=\"0f-1\" @ auto", mounted: "/dev/nvme1n1"),
            Device(fstab: "LABEL=data @ ext4", mounted: "/dev/nvme1n1"),
            Device(fstab: "/dev/vg/scratch @ ext4", mounted: "/dev/mapper/vg-scratch"),
            Device(fstab: "UUID=0f-1 @ ext4", mounted: "/dev/dm-0", code: ["wrong_source"]),
            Device(fstab: "LABEL=data @ ext4", mounted: "10.0.0.1:/x", code: ["wrong_source"]),
            Device(fstab: "PARTUUID=9-9 @ ext4", mounted: "/dev/dm-0", code: ["source_unknown"]),
            Device(fstab: "/home @ none", mounted: "/dev/nvme1n1", code: ["source_unknown"]),
            Device(fstab: "LABEL=data @ xfs", mounted: "/dev/nvme1n1", code: ["wrong_type"]),
            Device(fstab: "fs-0123:/ @ efs", mounted: "127.0.0.1:/", type: "nfs4"),
            Device(
                fstab: "fs-0123:/ @ efs", mounted: "/dev/dm-0", code: ["wrong_type"]),
        ])
    func devices(_ given: Device) async throws {
        let node = try MountNode()
        for (link, target) in [
            ("disk/by-uuid/0f-1", "../../nvme1n1"), ("disk/by-label/data", "../../nvme1n1"),
            ("mapper/vg-scratch", "../dm-0"), ("vg/scratch", "../dm-0"),
        ] {
            try node.root.write("", to: "dev/\(URL(fileURLWithPath: target).lastPathComponent)")
            try node.root.write("", to: "dev/\(link).folder")
            try FileManager.default.createSymbolicLink(
                atPath: node.root.path + "/dev/" + link, withDestinationPath: target)
        }
        try node.unmount()
        try node.mount(type: given.type, source: given.mounted)
        let fields = given.fstab.replacing("@", with: node.point.path)
        try node.fstab("\(fields) defaults 0 2")
        try node.program("stat", "echo 4096 1000 400 300 5000 4000 ef53")
        for shell in ["/bin/sh", "/bin/bash"] {
            let judgement = try await node.checked(shell: shell)
            #expect(judgement.mountCodes == given.code)
            if given.code == ["source_unknown"] {
                #expect(judgement.findings.first?.message.contains("which device") == true)
            }
        }
    }

    @Test("What statfs answers must be Lustre too")
    func magic() async throws {
        let node = try MountNode()
        try node.program("stat", "echo 4096 1000 400 300 5000 4000 ef53")
        let judgement = try await node.checked()
        #expect(judgement.mountCodes == ["wrong_type"])
        #expect(judgement.findings.first?.message.contains("ef53") == true)
    }

    @Test("The kernel that boots next: the newest, or the saved entry; DKMS counts")
    func nextBoot() async throws {
        let node = try MountNode()
        try node.root.write("", to: "boot/vmlinuz-6.8.0-1043-aws")
        try node.root.write("", to: "boot/vmlinuz-6.8.0-999-aws")
        let newest = try await node.checked()
        #expect(newest.mountCodes == ["next_boot"])
        #expect(newest.findings.first?.message.contains("6.8.0-1043-aws") == true)
        #expect(newest.verdict == .warn && newest.facts["state"] == .string("ok"))
        #expect(newest.facts["next_kernel"] == .string("6.8.0-1043-aws"))

        try node.root.write("", to: "boot/loader/entries/x.conf")
        try node.root.write(
            "saved_entry=0123-\(MountNode.kernel)\n", to: "boot/grub2/grubenv")
        #expect(try await node.checked().findings == [])

        try node.root.write("saved_entry=0\n", to: "boot/grub2/grubenv")
        try node.module("6.8.0-1043-aws", at: "updates/dkms/lustre.ko.zst")
        #expect(try await node.checked().findings == [])
    }

    struct Entry: Sendable {
        var grub: String
        var saved = ""
        /// What is said of the next kernel; nil where the running one is the next.
        var words: String?
    }

    @Test(
        "The entry that GRUB was told counts before the newest kernel",
        arguments: [
            Entry(grub: "GRUB_DEFAULT=0", words: "brings"),
            Entry(grub: "#GRUB_DEFAULT=0", words: "may bring"),
            // As mount-lustre --to-kernel writes it.
            Entry(
                grub:
                    "GRUB_DEFAULT=\"Advanced options for Ubuntu>Ubuntu, with Linux 6.8.0-1021-aws\""
            ),
            Entry(
                grub:
                    "GRUB_DEFAULT='gnulinux-advanced-0f1>gnulinux-6.8.0-1021-aws-advanced-0f1'"),
            Entry(
                grub:
                    "GRUB_DEFAULT=\"Advanced options for Ubuntu>Ubuntu, with Linux 6.8.0-1043-aws\"",
                words: "brings"),
            Entry(grub: "GRUB_DEFAULT=\"1>2\"", words: "may bring"),
            // A name that only ends like a kernel's.
            Entry(grub: "GRUB_DEFAULT=\"Linux 16.8.0-1021-aws\"", words: "may bring"),
            Entry(grub: "GRUB_DEFAULT=saved # by grub-set-default", words: "brings"),
            Entry(
                grub: "GRUB_DEFAULT=saved",
                saved: "saved_entry=CentOS Linux (6.8.0-1021-aws) 7 (Core)"),
            Entry(
                grub: "GRUB_DEFAULT=saved",
                saved: "saved_entry=gnulinux-6.8.0-1021-aws-advanced-0f1"),
            Entry(
                grub: "GRUB_DEFAULT=0",
                saved: "next_entry=Advanced options for Ubuntu>Ubuntu, with Linux 6.8.0-1021-aws"),
        ])
    func defaultEntry(_ given: Entry) async throws {
        let node = try MountNode()
        try node.root.write("", to: "boot/vmlinuz-6.8.0-1043-aws")
        // Without a newline, as an editor may leave it; the later file's word counts.
        try node.root.write("GRUB_DEFAULT=5\n", to: "etc/default/grub")
        try node.root.write(given.grub, to: "etc/default/grub.d/50-site.cfg")
        try node.root.write("# GRUB Environment Block\n\(given.saved)\n", to: "boot/grub/grubenv")
        for shell in ["/bin/sh", "/bin/bash"] {
            let judgement = try await node.checked(shell: shell)
            #expect(judgement.mountCodes == (given.words == nil ? [] : ["next_boot"]))
            guard let words = given.words else { continue }
            #expect(
                judgement.findings.first?.message.hasPrefix("the next boot \(words) kernel") == true
            )
        }
    }

    @Test("Automatic upgrades with nothing held are told, and warn nobody")
    func upgrades() async throws {
        let node = try MountNode()
        try node.root.write(
            "APT::Periodic::Unattended-Upgrade \"1\";\n", to: "etc/apt/apt.conf.d/20auto-upgrades")
        try node.root.write(
            "Package: vim\nStatus: hold ok installed\n", to: "var/lib/dpkg/status")
        let open = try await node.checked()
        #expect(open.mountCodes == ["unheld"] && open.verdict == .ok)
        try node.root.write(
            "Package: linux-aws\nStatus: hold ok installed\n\nPackage: x\nStatus: install ok installed\n",
            to: "var/lib/dpkg/status")
        let held = try await node.checked()
        #expect(held.findings == [] && held.facts["held"] == .string("linux-aws "))
        // The last file's word counts.
        try node.root.write("", to: "var/lib/dpkg/status")
        try node.root.write(
            "APT::Periodic::Unattended-Upgrade \"0\";\n", to: "etc/apt/apt.conf.d/99-off")
        #expect(try await node.checked().findings == [])
    }

    @Test("Expected folders: there, missing, a file")
    func folders() async throws {
        let node = try MountNode()
        for index in 0..<3 { try node.point.write("", to: "data/\(index)") }
        try node.point.write("", to: "logs")
        var settings = node.settings
        settings.expectedFolders = ["data", "logs", "results"]
        let judgement = try await node.checked(settings)
        #expect(judgement.mountCodes == ["folder_missing", "folder_missing"])
        #expect(
            judgement.findings.map(\.message) == [
                "logs is no folder", "the folder results is missing",
            ])
        let answer = MountAnswer(try await node.output(settings))
        guard case .ok(let entries, _)? = answer.mounts.first?.folders.first?.state else {
            Issue.record("data is there")
            return
        }
        #expect(entries == 3)
    }

    /// mawk ends when a task is gone between being opened and being read: what it had not said by then is not known, and
    /// a mount that it did not mention is not missing.
    @Test(
        "Tables that were read in part are never bad news",
        arguments: [0, 10, 40, 80, 120, 160, 200, 240, 280, 320, 400])
    func cutSurvey(bytes: Int) async throws {
        let node = try MountNode()
        try node.program("awk", "/usr/bin/awk \"$@\" | head -c \(bytes)")
        let judgement = try await node.checked()
        #expect(judgement.findings == [] || judgement.mountCodes == ["incomplete"])
        #expect(judgement.verdict == .ok || judgement.verdict == .unknown)
    }
}
