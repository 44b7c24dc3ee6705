import Glibc
import TestSupport
import Testing

@testable import SlurmKit
import SlurmModel

@Suite struct SlurmConfigurationTests {
    private func locate(_ contents: String) throws -> SlurmConfiguration {
        let folder = try TemporaryFolder(["slurm.conf": contents])
        return try SlurmConfiguration.locate(
            environment: ["SLURM_CONF": folder.path + "/slurm.conf"])
    }

    struct Good: Sendable, CustomTestStringConvertible {
        let contents: String
        let cluster: String
        let controllers: [String]
        var testDescription: String { contents }

        init(_ contents: String, _ cluster: String, _ controllers: String...) {
            self.contents = contents
            self.cluster = cluster
            self.controllers = controllers
        }
    }

    @Test(arguments: [
        Good("ClusterName=c\nSlurmctldHost=head", "c", "head"),
        Good("CLUSTERNAME=c\nslurmctldhost=head\n", "c", "head"),
        Good("# a comment\n\n  ClusterName=c # here\n\tSlurmctldHost=head#x\n", "c", "head"),
        Good("ClusterName=\"c\"\nSlurmctldHost=\"head\"", "c", "head"),
        Good("ClusterName=c\r\nSlurmctldHost=head\r\n", "c", "head"),
        Good("ClusterName=c\nSlurmctldHost=head(10.0.0.1)", "c", "head"),
        Good("ClusterName=c\nSlurmctldHost=a(10.0.0.1)\nSlurmctldHost=b", "c", "a", "b"),
        Good("ClusterName=c\nSlurmctldPort=6820\nSlurmctldHost=head", "c", "head:6820"),
        Good("ClusterName=c\nSlurmctldPort=6817-6820\nSlurmctldHost=head", "c", "head:6817-6820"),
        Good("ClusterName=c SlurmctldHost=head SlurmctldPort=1", "c", "head:1"),
        Good("ClusterName=c\nControlMachine=head", "c", "head"),
        // Slurm's parser allows blanks around the equals sign.
        Good("ClusterName = c\nSlurmctldHost =head\nSlurmctldPort= 7", "c", "head:7"),
        Good("ClusterName = \"c\"\nSlurmctldHost\t=\thead(10.0.0.1)", "c", "head"),
        // A backslash continues the line.
        Good("ClusterName=c \\\n  SlurmctldHost=head", "c", "head"),
        // Keys of other lines that end alike.
        Good("ClusterName=c\nSlurmctldHost=head\nNodeName=x Comment=ClusterName", "c", "head"),
    ])
    func good(_ given: Good) throws {
        let configuration = try locate(given.contents)
        #expect(configuration.clusterName == given.cluster)
        #expect(configuration.controllers == given.controllers)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let contents: String
        let cause: String
        var testDescription: String { contents }

        init(_ contents: String, _ cause: String) {
            self.contents = contents
            self.cause = cause
        }
    }

    @Test(arguments: [
        Bad("", "the file is empty"),
        Bad("# nothing\n", "it sets no ClusterName"),
        Bad("SlurmctldHost=head", "it sets no ClusterName"),
        Bad("ClusterName=\nSlurmctldHost=head", "it sets no ClusterName"),
        Bad("#ClusterName=c\nSlurmctldHost=head", "it sets no ClusterName"),
        Bad("ClusterName=c", "it sets no SlurmctldHost"),
        Bad("ClusterName=c\nInclude missing.conf", "No such file or directory"),
        Bad("\u{0}\u{1}\u{ff}garbage\n", "it sets no ClusterName"),
    ])
    func bad(_ given: Bad) throws {
        let error = try #require(throws: SlurmError.self) { try locate(given.contents) }
        #expect(error.kind == .configuration)
        #expect(error.cause.hasPrefix(given.cause), "\(error)")
        #expect(error.attempt.contains("/slurm.conf"))
        #expect(error.remedy?.contains("SLURM_CONF") == true)
    }

    @Test func missing() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/none.conf"
        let error = try #require(throws: SlurmError.self) {
            try SlurmConfiguration.locate(environment: ["SLURM_CONF": path])
        }
        #expect(error.attempt == "read \(path) (named by SLURM_CONF)")
        #expect(error.cause == "No such file or directory")
    }

    @Test(
        "What is no regular file is told, and neither waited for nor read to its end",
        .timeLimit(.minutes(20)))
    func noFile() throws {
        let folder = try TemporaryFolder(["slurm.conf": "ClusterName=c\nInclude pipe"])
        let pipe = folder.path + "/pipe"
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        for path in [folder.path, pipe, "/dev/zero", folder.path + "/slurm.conf"] {
            let error = try #require(throws: SlurmError.self) {
                try SlurmConfiguration.locate(environment: ["SLURM_CONF": path])
            }
            #expect(error.cause == "it is no regular file", "\(path)")
        }
    }

    @Test func folderOfFile() throws {
        let folder = try TemporaryFolder(["slurm.conf": "ClusterName=c\nSlurmctldHost=h"])
        let found = try SlurmConfiguration.locate(
            environment: ["SLURM_CONF": folder.path + "/slurm.conf"])
        #expect(found.folder == folder.path)
    }

    /// An empty SLURM_CONF names nothing: the known places are tried, and all named where none is there.
    @Test func unset() {
        do {
            let found = try SlurmConfiguration.locate(environment: ["SLURM_CONF": ""])
            #expect(SlurmConfiguration.defaultPaths().contains(found.path))
        } catch {
            #expect(SlurmConfiguration.defaultPaths().allSatisfy(error.cause.contains))
        }
    }

    /// Whether a slurm.conf is where fleet looks, so that no look for one fails.
    static var isFound: Bool {
        SlurmConfiguration.defaultPaths().contains { unsafe access($0, R_OK) == 0 }
    }

    @Test(
        "Where sudo took SLURM_CONF away, the remedy says how it is kept",
        .disabled(if: SlurmConfigurationTests.isFound, "this machine has a slurm.conf"))
    func sudo() throws {
        func remedy(_ environment: [String: String]) throws -> String {
            let error = try #require(throws: SlurmError.self) {
                try SlurmConfiguration.locate(environment: environment)
            }
            return error.remedy ?? ""
        }
        let set = "Set SLURM_CONF to the cluster's slurm.conf, "
        let plain = try remedy([:])
        #expect(plain.hasPrefix(set), "\(plain)")
        let lost = try remedy(["SUDO_USER": "ann"])
        #expect(
            lost.hasPrefix(
                "sudo takes SLURM_CONF away; where your own shell has it: "
                    + "sudo --preserve-env=SLURM_CONF fleet ... Else: " + set), "\(lost)")
    }

    @Test func include() throws {
        let folder = try TemporaryFolder([
            "slurm.conf": "ClusterName=c\nInclude etc/a.conf\ninclude %c-%x.conf\n",
            // A relative name begins at the file that includes it.
            "etc/a.conf": "INCLUDE b.conf\n",
            "etc/b.conf": "SlurmctldHost=one\n",
            "c-%x.conf": "SlurmctldHost=two\n",
        ])
        let found = try SlurmConfiguration.locate(
            environment: ["SLURM_CONF": folder.path + "/slurm.conf"])
        #expect(found.controllers == ["one", "two"])
    }

    @Test func includeMissing() throws {
        let folder = try TemporaryFolder(["slurm.conf": "Include gone.conf"])
        let error = try #require(throws: SlurmError.self) {
            try SlurmConfiguration.locate(environment: ["SLURM_CONF": folder.path + "/slurm.conf"])
        }
        #expect(
            error.attempt
                == "read \(folder.path)/gone.conf (included by \(folder.path)/slurm.conf)")
    }

    /// A file that includes itself must not take the stack.
    @Test(.timeLimit(.minutes(20))) func includeItself() throws {
        let folder = try TemporaryFolder([
            "slurm.conf": "ClusterName=c\nInclude slurm.conf\nSlurmctldHost=h"
        ])
        let found = try SlurmConfiguration.locate(
            environment: ["SLURM_CONF": folder.path + "/slurm.conf"])
        #expect(found.clusterName == "c")
        #expect(Set(found.controllers) == ["h"])
    }
}
