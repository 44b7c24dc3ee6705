import Foundation
import TestSupport
import Testing

@testable import Commands
@testable import Verdicts

@Suite struct DoctorBundleTests {
    /// Whatever the environment and slurm.conf hold, wherever a message quotes it: no value of a variable, no password, key or
    /// token gets into the report.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func noSecretLeaves(_ seed: UInt64) {
        var random = SeededRandom(seed)
        func secret() -> String {
            let length = Int.random(in: 10...40, using: &random)
            return String(
                (0..<length).compactMap { _ in
                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJK0123456789+/=_-".randomElement(
                        using: &random)
                })
        }
        var environment: [String: String] = [:]
        for name in [
            "AWS_SECRET_ACCESS_KEY", "SLURM_JWT", "FLEET_TOKEN", "LC_ALL", "PATH", "HOME", "A",
        ] {
            environment[name] = secret()
        }
        // A value that holds another one.
        environment["SLURM_CONF"] = "/x/" + (environment["HOME"] ?? "") + "/slurm.conf"
        let hidden = [
            "StoragePass", "AccountingStoragePass", "AuthInfo", "AuthAltParameters", "JobCompPass",
            "SlurmctldParameters", "Comment", "Epilog", "MunKey", secret(),
        ].map { (key: $0, value: secret()) }
        let conf =
            hidden.map { "\($0.key) = \($0.value)" } + [
                "SelectType=select/cons_tres", "selecttypeparameters = CR_Core # \(secret())",
                "SchedulerType=\(environment["FLEET_TOKEN"] ?? "")",
                "RebootProgram=/sbin/reboot --key=\(secret())",
            ]
        let quoted = environment.values.map { value in
            DoctorLine(
                "settings", .fail, "cannot read \(value)/x: \(value)", fix: "look at '\(value)'")
        }
        let text = DoctorBundle(
            environment: environment, facts: [("program", "fleet of \(environment["HOME"] ?? "")")],
            lines: quoted, slurmConf: conf.joined(separator: "\n")
        ).text
        for (name, value) in environment { #expect(!text.contains(value), "\(name)") }
        for (key, value) in hidden { #expect(!text.contains(value), "\(key)") }
        #expect(
            text.contains("SelectType=select/cons_tres")
                && text.contains("selecttypeparameters=CR_Core\n"))
        #expect(text.contains("SLURM_JWT") && !text.contains("--key="))
        #expect(text.contains("cannot read $HOME/x: $HOME -> look at '$HOME'"))
    }

    /// Each key that is let through is one whose value is a name or a number in Slurm's own manual.
    @Test func keys() {
        for word in ["pass", "key", "secret", "token", "user", "info", "alt"] {
            #expect(!DoctorBundle.keys.contains { $0.contains(word) }, "\(word)")
        }
    }
}
