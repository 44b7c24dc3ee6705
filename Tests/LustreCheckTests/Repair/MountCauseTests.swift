@testable import LustreCheck
@testable import SlurmModel
import Testing
@testable import Verdicts

/// The cause of what tools say, in words of our own composition: other numbers, hosts, packages and orders.
@Suite("Causes of failures")
struct MountCauseTests {
    struct Said: Sendable, CustomTestStringConvertible {
        var step: String
        var message: String
        /// The cause's name; nil for none.
        var cause: String?
        /// A part of the remedy.
        var remedy: String
        var testDescription: String { "\(cause ?? "none"): \(message.prefix(60))" }

        init(_ step: String, _ cause: String?, _ message: String, _ remedy: String = "") {
            (self.step, self.cause, self.message, self.remedy) = (step, cause, message, remedy)
        }
    }

    private static func mount(_ words: String) -> String {
        "mount.lustre: mount 10.9.0.1@o2ib:/proj at /scratch failed: \(words)"
    }

    private static let errors = [
        Said("mount", "refused-client", mount("Permission denied (exit 13)"), "nodemap"),
        Said("mount", "refused-client", mount("Operation not permitted (exit 1)")),
        Said("mount", "busy", mount("Device or resource busy (exit 16)"), "fuser"),
        Said("mount", "stale-client", mount("File exists (exit 17)"), "reboot"),
        Said("mount", "stale-client", mount("Stale file handle (exit 116)")),
        Said(
            "mount", "stale-mtab",
            "mount.lustre: according to /etc/mtab 10.9.0.1@tcp:/proj is already mounted on /scratch (exit 17)"
        ),
        Said("mount", "name-too-long", mount("File name too long (exit 36)"), "correct the name"),
        Said("mount", "no-route", mount("No route to host (exit 113)"), "ip route get"),
        Said("mount", "no-route", mount("Network is unreachable (exit 101)")),
        Said("mount", "in-progress", mount("Operation already in progress (exit 114)"), "wait"),
        Said(
            "mount", "in-progress",
            mount(
                "Operation already in progress The target service is already running. (work) (exit 114)"
            )),
        Said("mount", "key", mount("Required key not available (exit 126)"), "skpath"),
        Said("mount", "key", mount("Key has expired (exit 127)")),
        Said("mount", "key", mount("Key was rejected by service (exit 129)")),
        Said("mount", "release", mount("Protocol error (exit 71)"), "release"),
        Said("mount", "server-read-only", mount("Read-only file system (exit 30)"), "ro"),
        Said("mount", "no-folder", mount("Not a directory (exit 20)")),
        Said("mount", "not-ready", mount("Resource temporarily unavailable (exit 11)")),
        Said("mount", "connection-refused", mount("Connection refused (exit 111)")),
        Said("mount", "no-route", mount("No route to host (exit 113); 10.9.0.1 port 988 answers")),
        Said("mount", "shut-down", mount("Transport endpoint is not connected (exit 107)")),
        Said("mount", "memory", mount("Cannot allocate memory (exit 12)")),
        // As systemd tells it, without mount's own words.
        Said(
            "mount", "refused-client",
            "Job for x.mount failed. (exit 1); Result=exit-code ExecMainStatus=13 "),
        Said(
            "mount", "no-route",
            "Job for x.mount failed. (exit 1); Result=exit-code ExecMainStatus=113 "),
        // A number is no other number that begins so.
        Said("mount", nil, mount("Value too large for defined data type (exit 1130)")),
    ]

    private static let ports = [
        Said(
            "mount", "mgs",
            mount("Input/output error Is the MGS running? (exit 5); 10.9.0.1 port 6988 answers")),
        Said(
            "mount", "mgs",
            mount(
                "Input/output error Is the MGS running? (exit 5); 10.9.0.1 port 988 refuses; 10.9.0.2 port 988 answers"
            )),
        Said(
            "mount", "port-refused",
            mount("Input/output error Is the MGS running? (exit 5); 10.9.0.1 port 6988 refuses")),
        Said(
            "mount", "port-closed",
            mount("Connection timed out (exit 110); fd00::1 port 7001 does not answer"),
            "open TCP 7001 and 1018-1023"),
        Said("mount", "timeout", mount("Connection timed out (exit 110)"), "open TCP 988 and"),
        Said(
            "mount", "port-unreachable",
            mount(
                "Input/output error Is the MGS running? (exit 5); 10.9.0.1 port 6988 cannot be reached: No route to host"
            ),
            "TCP 6988"),
        Said(
            "mount", "lnet-route",
            mount(
                "Input/output error Is the MGS running? (exit 5); the kernel says: LNetError: 7:0:(lib-move.c:1:f()) No route to 10.9.0.1@o2ib"
            ),
            "lnetctl"),
    ]

    private static let invalid = [
        // The general words say nothing.
        Said(
            "mount", nil,
            mount(
                "Invalid argument This may have multiple causes. Is 'work' the correct filesystem name? Are the mount options correct? Check the syslog for more info. (exit 22)"
            ), "dmesg"),
        Said(
            "mount", "configuration",
            mount(
                "Invalid argument This may have multiple causes. Are the mount options correct? (exit 22); the kernel says: LustreError: 15c-8: MGC10.9.0.1@o2ib: Confguration from log work-client failed from MGS -22. x"
            ),
            "mount name"),
        Said(
            "mount", "configuration",
            mount(
                "Invalid argument (exit 22); the kernel says: LustreError: 15c-8: MGC10.9.0.1@o2ib: The configuration from log 'work-client' failed (-2). This may be the result"
            )),
        Said(
            "mount", "option",
            mount(
                "Invalid argument Are the mount options correct? (exit 22); the kernel says: LustreError: 8:0:(llite_lib.c:9:ll_options()) Unknown option 'flocks', won't mount."
            )),
        Said(
            "mount", "option",
            mount("Invalid argument (exit 22); the kernel says: lustre: Unknown parameter 'flocks'")
        ),
        Said(
            "mount", nil,
            mount(
                "Invalid argument (exit 22); the kernel says: LustreError: 15c-8: MGC10.9.0.1@o2ib: Confguration from log work-client failed from MGS -5. x"
            )),
        Said("mount", "dns", "Can't parse NID 'mgs.site@tcp' (exit 22)"),
        Said(
            "mount", "ipv6",
            "Can't parse NID 'fd00:9::1@tcp' (exit 22); an IPv6 NID needs a client of release 2.16",
            "2.16"),
    ]

    private static let apt = [
        Said(
            "package-index", "key-expired",
            "W: GPG error: http://r.site jammy InRelease: The following signatures were invalid: EXPKEYSIG 99 Site E: The repository 'http://r.site jammy InRelease' is not signed. (exit 100)",
            "renewed key"),
        Said(
            "package-index", "key-expired",
            "W: An error occurred during the signature verification. W: Failed to fetch http://r.site/InRelease The following signatures were invalid: KEYEXPIRED 1700000000 W: Some index files failed to download."
        ),
        Said(
            "package-index", "signature",
            "W: Failed to fetch http://r.site/InRelease  The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 99",
            "repository's key"),
        Said(
            "package-index", "signature",
            "W: GPG error: http://r.site x InRelease: The following signatures were invalid: BADSIG 99 Site"
        ),
        Said(
            "package-index", "signature",
            "E: The repository 'http://r.site x InRelease' is not signed."),
        Said(
            "package-index", "no-release",
            "E: The repository 'http://r.site/ubuntu oracular Release' does not have a Release file. (exit 100)",
            "release"),
        Said(
            "package-index", "no-release",
            "E: The repository 'http://r.site focal Release' no longer has a Release file."),
        Said(
            "package-index", "no-release",
            "E: Failed to fetch http://r.site/dists/x/Release  404  Not Found [IP: 10.0.0.9 80]"),
        Said(
            "package-index", "clock",
            "E: Release file for http://r.site/InRelease is not valid yet (invalid for another 2h 3min)."
        ),
        Said(
            "package-index", "clock",
            "E: Release file for http://r.site/InRelease is expired (invalid since 3d 2h)."),
        Said(
            "package-index", "certificate",
            "E: Failed to fetch https://r.site/InRelease  Certificate verification failed: The certificate is NOT trusted."
        ),
        Said(
            "package-index", "repository-refuses",
            "E: Failed to fetch https://r.site/InRelease  403  Forbidden [IP: 10.0.0.9 443]"),
        Said(
            "package-fetch", "file-gone",
            "E: Failed to fetch http://r.site/pool/l/lustre_2_amd64.deb  404  Not Found"),
        Said(
            "package-index", "mirror",
            "E: Failed to fetch http://r.site/InRelease Temporary failure resolving 'r.site'"),
        Said(
            "package-index", "mirror",
            "W: Failed to fetch http://r.site/InRelease  Could not connect to r.site:80 (10.0.0.9), connection timed out"
        ),
        Said(
            "module-package", "dependencies",
            "lustre-client-modules-6.8.0-1 : Depends: lustre-client-utils (= 2.15) but 2.14 is to be installed E: Unable to correct problems, you have held broken packages.",
            "apt-mark showhold"),
        Said(
            "module-package", "dkms-build",
            "DKMS did not build the module for kernel 6.11.0-9-x: Error! Bad return status for module build on kernel: 6.11.0-9-x (x86_64) (exit 100)",
            "make.log"),
        Said(
            "module-package", "dkms-headers",
            "DKMS did not build the module for kernel 6.11.0-9-x: Error! Your kernel headers for kernel 6.11.0-9-x cannot be found at /lib/modules/6.11.0-9-x/build",
            "headers"),
    ]

    private static let dnf = [
        Said(
            "module-package", "other-kernel",
            "Error: Problem: conflicting requests - nothing provides kernel(ib_query_port) = 0x1234 needed by kmod-lustre-client-2.15.4-1.el8.x86_64 from site (exit 1)",
            "boot a kernel"),
        Said(
            "module-package", "other-kernel",
            "Problem: package lustre-client-2.15 requires kmod-lustre-client - nothing provides ksym(default:f) = 1 needed by kmod-lustre-client-2.15"
        ),
        Said(
            "module-package", "other-kernel",
            "- nothing provides kernel-uname-r = 5.14.0-1.el9 needed by kmod-lustre-client-2.15"),
        Said(
            "module-package", "other-kernel",
            "Error: Package: kmod-lustre-client-2.12.9-1.el7.x86_64 (site) Requires: kernel(f) = 0x9 (exit 1)"
        ),
        Said(
            "module-package", "dependencies-dnf",
            "- nothing provides libzfs.so.5()(64bit) needed by lustre-2.15", "dnf repolist"),
        Said(
            "module-package", "dependencies-dnf",
            "- nothing provides kernel-devel needed by lustre-client-dkms-2.15"),
        Said(
            "module-package", "dependencies-dnf",
            "Problem: package kmod-lustre-client-2.15 is filtered out by exclude filtering"),
        Said("module-package", "index-stale", "Error: Unable to find a match: kmod-lustre-client"),
        Said(
            "package-index", "no-release",
            "Errors during downloading metadata for repository 'site': - Status code: 404 for https://r.site/el9/repodata/repomd.xml (IP: 10.0.0.9)"
        ),
        Said(
            "package-index", "no-release",
            "https://r.site/el7/repodata/repomd.xml: [Errno 14] HTTPS Error 404 - Not Found"),
        Said(
            "package-fetch", "file-gone",
            "[MIRROR] kmod-lustre.rpm: Status code: 404 for https://r.site/kmod-lustre.rpm (IP: 10.0.0.9)"
        ),
        Said(
            "package-index", "certificate",
            "Curl error (60): SSL peer certificate or SSH remote key was not OK for https://r.site/ [SSL certificate problem: certificate has expired]"
        ),
        Said(
            "package-index", "mirror",
            "Error: Failed to download metadata for repo 'site': Cannot download repomd.xml: All mirrors were tried"
        ),
        Said(
            "package-index", "mirror",
            "Curl error (6): Couldn't resolve host name for https://r.site/"),
        Said("module-package", "signature", "Error: GPG check FAILED"),
        Said(
            "module-package", "signature",
            "Public key for kmod-lustre-client-2.15.rpm is not installed"),
        Said(
            "package-lock", "package-lock",
            "Another app is currently holding the yum lock; waiting for it to exit..."),
    ]

    @Test(arguments: errors + ports + invalid + apt + dnf)
    func known(_ said: Said) {
        let step = RepairStep(
            name: said.step, succeeded: false, message: said.message, mountPoint: nil)
        #expect(MountFailureCatalogue.cause(of: said.message, in: said.step)?.name == said.cause)
        let finding = MountStepFailure(step: step, subject: nil).finding
        let remedy = finding.remedy ?? ""
        #expect(remedy.contains(said.remedy), "\(remedy)")
        #expect(!remedy.contains("PORT") && !remedy.contains("KERNEL"))
    }

    /// apt's words for apt, dnf's for dnf.
    @Test(arguments: dnf)
    func dnfRemedies(_ said: Said) {
        let cause = MountFailureCatalogue.cause(of: said.message, in: said.step)
        #expect(cause?.remedy.contains("apt-mark") != true)
    }

    @Test("Exit codes of a mount that systemd tried", arguments: [13, 16, 17, 36, 113, 114, 126])
    func exits(_ code: Int) {
        #expect(MountExit.meaning(code) != nil)
    }
}
