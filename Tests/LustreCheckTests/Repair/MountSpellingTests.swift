@testable import LustreCheck
import Testing
import Verdicts

/// What tools of other releases and languages of option say, for every cause; and what none of them is.
@Suite("Spellings of failures")
struct MountSpellingTests {
    struct Said: Sendable, CustomTestStringConvertible {
        var step: String
        var cause: String
        var message: String
        var testDescription: String { "\(cause): \(message.prefix(60))" }

        init(_ step: String, _ cause: String, _ message: String) {
            (self.step, self.cause, self.message) = (step, cause, message)
        }
    }

    private static func failed(_ cause: String, _ words: String) -> Said {
        Said("mount", cause, "mount.lustre: mount mgs@o2ib1:/work at /mnt/w failed: \(words)")
    }

    private static func systemd(_ cause: String, _ exit: Int) -> Said {
        Said(
            "mount", cause,
            "Job for mnt-w.mount failed. See \"systemctl status mnt-w.mount\" for details. (exit 1); Result=exit-code ExecMainStatus=\(exit) "
        )
    }

    private static let module = [
        Said(
            "module-load", "secure-boot",
            "modprobe: ERROR: could not insert 'lustre': Required key not available (exit 1)"),
        Said(
            "module-load", "secure-boot",
            "insmod: ERROR: could not insert module lustre.ko: Key was rejected by service"),
        Said(
            "module-load", "lockdown",
            "modprobe: ERROR: could not insert 'lustre': Operation not permitted (exit 1)"),
        Said(
            "module-load", "module-format",
            "modprobe: ERROR: could not insert 'lustre': Exec format error (exit 1)"),
        Said(
            "module-load", "module-format",
            "lustre: disagrees about version of symbol class_register_type"),
        Said(
            "module-load", "module-symbol",
            "modprobe: ERROR: could not insert 'lustre': Unknown symbol in module, or unknown parameter (see dmesg) (exit 1)"
        ),
        Said(
            "module-load", "module-missing",
            "modprobe: FATAL: Module lustre not found in directory /lib/modules/5.14.0-503.el9.x86_64 (exit 1)"
        ),
        Said(
            "module-package", "dkms-headers",
            "DKMS did not build the module for kernel 6.8.0-9-x: Error! Your kernel headers for kernel 6.8.0-9-x cannot be found at /lib/modules/6.8.0-9-x/build or /lib/modules/6.8.0-9-x/source. dkms autoinstall on 6.8.0-9-x/x86_64 failed for lustre-client(21)"
        ),
        Said(
            "package-fetch", "dkms-headers",
            "Please install the linux-headers-6.8.0-9-x package: kernel headers (exit 21)"),
        Said(
            "module-package", "dkms-build",
            "DKMS did not build the module for kernel 6.8.0-9-x: ERROR (dkms apport): binary package for lustre-client: 2.15.5 not found; llite/file.c:12:3: error: implicit declaration"
        ),
        Said(
            "module-package", "dkms",
            "lustre-client-modules-dkms is installed, and DKMS has not built its lustre module for kernel 6.8.0-9-x"
        ),
        Said("package-fetch", "disk-full", "cp: error writing '/lib/m': No space left on device"),
        Said(
            "directory", "read-only", "mkdir: cannot create directory '/w': Read-only file system"),
        Said("module-load", "memory", "sh: fork: Cannot allocate memory (exit 254)"),
        Said("module-package", "memory", "Out of memory: Killed process 91 (dpkg-deb) (exit 137)"),
    ]

    private static let packages = [
        Said(
            "module-package", "no-package-at-all",
            "no package kmod-lustre-client in the repositories; there is one for: no kernel"),
        Said(
            "module-package", "no-package",
            "no package lustre-client-modules-6.9.1-1-x in the repositories; there is one for: 6.8.0-9-x"
        ),
        Said(
            "module-package", "no-module-inside",
            "lustre-client-modules-6.8.0-9-x is installed, but holds no module for kernel 6.8.0-9-x"
        ),
        Said(
            "module-package", "index-stale",
            "E: Package 'lustre-client-modules-6.8.0-9-x' has no installation candidate (exit 100)"),
        Said("module-package", "index-stale", "No match for argument: kmod-lustre-client (exit 1)"),
        Said("module-package", "index-stale", "E: Couldn't find any package by glob 'lustre-x'"),
        Said(
            "package-repair", "dpkg-interrupted",
            "dpkg was interrupted, and left unfinished: lustre-client-utils"),
        Said(
            "package-index", "package-lock",
            "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?"
        ),
        Said("module-package", "package-lock", "Waiting for process with pid 4711 to finish."),
        Said(
            "module-package", "refused",
            "refused: installing kmod-lustre-client would Remove 1 Package: other-fs"),
        Said(
            "module-package", "other-kernel",
            "Problem: nothing provides 'kernel(complete) = 0x1' needed by kmod-lustre-client"),
        Said(
            "module-package", "dependencies-dnf",
            "Error: Protected multilib versions: libnl3-3.9-1.el9.x86_64 != libnl3-3.7-1.el9.i686"),
        Said(
            "module-package", "dependencies",
            "lustre-client-utils : Depends: libyaml-0-2 but it is not installable (exit 100)"),
        Said("package-fetch", "damaged", "the package arrived damaged from /shared/packages"),
        Said(
            "package-index", "key-expired",
            "Error: OpenPGP key is expired: Expired on 2024-01-01 by r.site"),
        Said(
            "package-index", "signature",
            "repomd.xml GPG signature verification error: Bad GPG signature (exit 1)"),
        Said(
            "package-index", "no-release",
            "Err:5 https://r.site/apt plucky Release 404 Not Found [IP: 10.0.0.9 443]"),
        Said(
            "package-index", "clock",
            "E: Release file for http://r.site/x is expired (invalid since 400d). Updates will not be applied."
        ),
        Said(
            "package-index", "certificate",
            "Curl error (60): SSL certificate problem: unable to get local issuer certificate"),
        Said(
            "package-index", "repository-refuses",
            "https://r.site/el7/repodata/repomd.xml: [Errno 14] HTTP Error 401 - Unauthorized"),
        Said(
            "package-index", "repository-refuses",
            "https://r.site/el7/repodata/repomd.xml: [Errno 14] HTTP Error 407 - Proxy Authentication Required"
        ),
        Said(
            "package-index", "repository-refuses", "Status code: 403 for https://r.site/repomd.xml"),
        Said(
            "package-fetch", "file-gone",
            "https://r.site/kmod-lustre.rpm: [Errno 14] HTTP Error 404 - Not Found"),
        Said(
            "package-index", "mirror",
            "Curl error (28): Timeout was reached for https://r.site/repomd.xml [Connection timed out after 30000 milliseconds]"
        ),
        Said("package-index", "mirror", "Cannot find a valid baseurl for repo: site/7/x86_64"),
        Said(
            "module-package", "package-script",
            "E: Sub-process /usr/bin/dpkg returned an error code (1) (exit 100)"),
        Said(
            "package-fetch", "fetch-folder",
            "/shared/packages is writable for others: root does not install from there"),
    ]

    private static let mounts = [
        failed("wrong-name", "No such file or directory Is the MGS specification correct?"),
        failed(
            "configuration",
            "Invalid argument (exit 22); the kernel says: MGC10.0.0.1@tcp: Confguration from log work-client failed from MGS -2."
        ),
        failed(
            "option", "Invalid argument (exit 22); the kernel says: lustre: Unknown mount option"),
        Said("mount", "ipv6", "Can't parse NID '[fd00::1]@tcp'; an IPv6 NID needs release 2.16"),
        Said("mount", "dns", "mount.lustre: Cannot resolve hostname 'mgs.site'."),
        Said("name", "dns", "mgs.site does not resolve on this node"),
        failed(
            "lnet-route", "Input/output error (exit 5); the kernel says: no route to 10.1.0.1@o2ib2"
        ),
        Said("mount", "port-refused", "mount did not return within 9 s; fd00::1 port 988 refuses"),
        Said("mount", "port-closed", "mount did not return within 9 s; a port 988 does not answer"),
        failed("no-route", "Host is down (exit 112)"), systemd("no-route", 101),
        Said(
            "mount", "port-unreachable",
            "mount did not return within 9 s; a port 989 cannot be reached: Network is unreachable"),
        failed("timeout", "Connection timed out"),
        failed("mgs", "Input/output error Is the MGS running?"),
        Said(
            "mount", "no-helper",
            "mount: /mnt/w: unknown filesystem type 'lustre'. dmesg(1) may have more information after failed mount system call. (exit 32)"
        ),
        Said("module-package", "no-helper", "mount.lustre is not on this node, and no package is"),
        Said("mount", "no-directory", "mount: /mnt/w: mount point does not exist. (exit 32)"),
        Said("directory", "link", "/w is a link, or lies below one: it is /data/w"),
        Said("directory", "directory-hangs", "a look at /mnt/w did not end within 10 s"),
        Said("mount", "stale-mtab", "mount: mgs@tcp:/work is already mounted on /mnt/w. (exit 32)"),
        Said("mount", "not-in-fstab", "mount: /mnt/w: can't find in /etc/fstab. (exit 1)"),
        failed("shut-down", "Connection reset by peer (exit 104)"),
        Said("lnet", "network-down", "LNET configure error 99: network is down (exit 100)"),
        failed("network-down", "Cannot assign requested address (exit 99)"),
        Said("mount", "silent", "mount did not return within 200 s; its process is still there"),
        Said("mount", "no-trigger", "stat: cannot statx '/mnt/w': No such device (exit 1)"),
        failed("input-output", "Input/output error (exit 5)"), systemd("refused-client", 13),
        failed("refused-client", "Operation not permitted (exit 1)"),
        systemd("connection-refused", 111), failed("busy", "Device or resource busy"),
        systemd("stale-client", 17), systemd("name-too-long", 36), systemd("in-progress", 114),
        failed("in-progress", "Operation now in progress (exit 115)"), systemd("key", 127),
        systemd("key", 129), failed("key", "Key has been revoked (exit 128)"),
        failed("release", "Protocol not supported (exit 93)"),
        failed("release", "x. The client and server must run compatible versions"),
        failed("server-read-only", "Read-only file system"), failed("no-folder", "x (exit 20)"),
        failed("not-ready", "Interrupted system call (exit 4)"),
        failed("not-ready", "x; the kernel says: LustreError: lmv needs at least 1 OST"),
    ]

    private static let all = module + packages + mounts

    @Test("Each is known by its cause, with a next step that names no variable", arguments: all)
    func known(_ said: Said) {
        let cause = MountFailureCatalogue.cause(of: said.message, in: said.step)
        #expect(cause?.name == said.cause)
        let remedy = cause?.remedy(for: said.message) ?? "KERNEL"
        #expect(!remedy.contains("KERNEL") && !remedy.contains("PORT"))
        // Spaces, tabs and line ends are how a tool lays out its words.
        let laidOut = said.message.replacing(" ", with: " \r\n\t ")
        #expect(MountFailureCatalogue.cause(of: laidOut, in: said.step)?.name == said.cause)
        // What else a tool said, before or after, is no other cause.
        let wordy = "Reading state... \(said.message) Done; see 17 lines above."
        #expect(MountFailureCatalogue.cause(of: wordy, in: said.step)?.name == said.cause)
    }

    @Test("Every cause has a spelling here beside its example")
    func complete() {
        let names = Set(Self.all.map(\.cause))
        #expect(names == Set(MountFailureCatalogue.all.map(\.name)))
        let examples = Set(MountFailureCatalogue.all.map(\.example))
        #expect(Self.all.allSatisfy { !examples.contains($0.message) })
    }

    @Test(
        "What no tool means by it stays unknown, and has the step's own next step",
        arguments: [
            "", " ", "Segmentation fault (exit 139)", "Killed (exit 137)", "Terminated",
            "mount said nothing, but nothing is mounted at /lustre",
            "10.0.0.1 port 988 answers", "port  refuses", "port x does not answer",
            "(exit 1)", "(exit 130)", "(exit 1130)", "ExecMainStatus=1", "ExecMainStatus=1137 ",
            "no route", "route to nowhere", "kernel", "DKMS", "lustre", "\u{1b}[31m", "\u{0}",
        ])
    func unknown(_ message: String) {
        for step in ["mount", "module-load", "lnet", "module-package", "package-index", "dance"] {
            #expect(MountFailureCatalogue.cause(of: message, in: step) == nil)
            let failure = MountStepFailure(
                step: RepairStep(name: step, succeeded: false, message: message, mountPoint: nil),
                subject: nil)
            #expect(failure.finding.remedy == MountFailureCatalogue.remedy(of: step))
            #expect(failure.finding.message == "\(step) failed: \(message)")
        }
    }

    @Test("A cause of one step is not read into another's message")
    func steps() {
        for said in Self.all {
            guard let cause = MountFailureCatalogue.all.first(where: { $0.name == said.cause }),
                !cause.steps.isEmpty
            else { continue }
            #expect(MountFailureCatalogue.cause(of: said.message, in: "dance")?.name != said.cause)
        }
    }

    @Test(
        "The kernel that a command is told with is a release, and nothing else of the message",
        arguments: [
            ("6.8.0-1035-aws 6.8.0-1039-aws", "6.8.0-1039-aws"),
            ("6.8.0-1039-aws (exit 100)", "6.8.0-1039-aws"),
            ("6.8.0-1039-aws: 3 errors", "6.8.0-1039-aws"),
            ("5.14.0-503.11.1.el9_5.x86_64, and 2 more", "5.14.0-503.11.1.el9_5.x86_64"),
            ("6.8.0-1039-aws/x86_64 failed", "6.8.0-1039-aws"),
            ("6.8.0-9$(reboot)", "6.8.0-9"), ("6.8.0-9;reboot", "6.8.0-9"), ("6.", "VERSION"),
            ("linux-6.8.0", "VERSION"), ("21 of 30", "VERSION"), ("", "VERSION"),
        ])
    func kernels(_ words: String, _ kernel: String) throws {
        let cause = try #require(MountFailureCatalogue.all.first { $0.name == "no-package" })
        let remedy = cause.remedy(
            for: "no package x in the repositories; there is one for: \(words)")
        #expect(
            remedy.hasPrefix(
                "boot a kernel that has a package: fleet mount-lustre --to-kernel \(kernel) prints")
        )
    }
}
