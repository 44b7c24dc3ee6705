import Foundation
@testable import Platform
import SystemPackage
import TestSupport
import Testing

/// Who called sudo, and what root may see with that user's rights.
@Suite struct SudoUserTests {
    @Test("Who called sudo is only ever a user, and only for root")
    func current() {
        let id = ["SUDO_UID": "\(OtherUser.id)", "SUDO_GID": "\(OtherUser.id)"]
        let found = SudoUser.current(environment: id)
        #expect((found != nil) == (geteuid() == 0))
        #expect(found.map { $0.user == OtherUser.id && $0.group == OtherUser.id } ?? true)
        for (user, group) in [
            ("0", "0"), ("", "1"), ("1", ""), ("-1", "1"), ("1", "-1"), ("ann", "ann"),
            ("1.0", "1"),
            ("4294967296", "1"), ("1", "4294967296"), (" 1", "1"), ("0x1", "1"), ("1\u{301}", "1"),
        ] {
            #expect(SudoUser.current(environment: ["SUDO_UID": user, "SUDO_GID": group]) == nil)
        }
        #expect(SudoUser.current(environment: [:]) == nil)
        #expect(SudoUser.current(environment: ["SUDO_UID": "1"]) == nil)
        #expect(SudoUser.current(environment: ["SUDO_GID": "1", "SUDO_USER": "ann"]) == nil)
    }

    @Test(
        "A user without an entry is its number, and has no home",
        .enabled(if: OtherUser.isThere, OtherUser.whyNot))
    func strangers() {
        let found = SudoUser.current(environment: ["SUDO_UID": "4000000123", "SUDO_GID": "7"])
        #expect(found?.name == "4000000123" && found?.home == nil && found?.group == 7)
    }

    @Test(
        "What the user may not read is not read with root's rights, and root is root again after it",
        .enabled(if: OtherUser.isThere, OtherUser.whyNot), .timeLimit(.minutes(20)))
    func reading() async {
        // Rights are a whole process's.
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder(["open": "1"])
            let secret = try folder.secret()
            let path = folder.path
            let user = try #require(
                SudoUser.current(
                    environment: [
                        "SUDO_UID": "\(OtherUser.id)", "SUDO_GID": "\(OtherUser.id)",
                    ]))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            for round in 0..<3 {
                let seen = try user.reading {
                    guard geteuid() == OtherUser.id, getegid() == OtherUser.id else { exit(1) }
                    return try FileRange.contents(of: "\(path)/open", limit: 9)
                }
                guard seen == Array("1".utf8), geteuid() == 0, getegid() == getgid() else {
                    exit(2)
                }
                do {
                    _ = try user.reading { try FileRange.contents(of: secret, limit: 99) }
                    exit(3)
                } catch Errno.permissionDenied {
                    // An error leaves no fewer rights behind than an answer.
                    guard geteuid() == 0, try FileRange.contents(of: secret, limit: 99).count > 0
                    else { exit(Int32(10 + round)) }
                }
            }
        }
    }

    @Test(
        "Who may not become the user is told so, and nothing is read",
        .enabled(if: OtherUser.isThere, OtherUser.whyNot), .timeLimit(.minutes(20)))
    func refused() async {
        await #expect(processExitsWith: .success) {
            let user = try #require(
                SudoUser.current(
                    environment: ["SUDO_UID": "4242", "SUDO_GID": "4242"]))
            guard setgid(OtherUser.id) == 0, setuid(OtherUser.id) == 0 else { exit(1) }
            do {
                try user.reading { exit(2) }
            } catch {
                guard "\(error)".contains("may not take the rights of the user who called sudo")
                else { exit(3) }
            }
        }
    }

    @Test(
        "A shell with too few files to be open is told what is missing, before anything is begun",
        .timeLimit(.minutes(20)))
    func descriptors() async {
        await #expect(processExitsWith: .success) {
            try FolderCalls.setDescriptorLimit(soft: 256)
            try DescriptorBudget.raise()
            // What fleet starts gets back what fleet was given.
            guard DescriptorBudget.inherited == 256 else { exit(1) }
            guard FolderCalls.descriptorLimit().soft > 256 else { exit(2) }
        }
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 40, rlim_max: 40)
            let files = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
            guard unsafe setrlimit(files, &limit) == 0 else { exit(1) }
            do {
                try DescriptorBudget.raise()
                exit(2)
            } catch let error as HeadFault {
                guard error.description == "the limit of open files is 40, and fleet needs 60",
                    error.remedy == "raise it: ulimit -n"
                else { exit(3) }
            }
        }
    }

    @Test("However many processes are asked for, at least one and never more than asked may run")
    func window() {
        for limit in [Int.min / 2, -1, 0, 47, 48, 60, 72, 1_024, 65_536, .max] {
            for asked in [1, 2, 64, 4_096, .max] {
                let window = DescriptorBudget.window(asked, limit: limit)
                #expect((1...asked).contains(window), "\(asked) \(limit)")
                #expect(window == 1 || window * DescriptorBudget.perProcess <= limit)
            }
        }
    }
}
