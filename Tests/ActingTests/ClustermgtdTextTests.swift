@testable import Acting
import SlurmModel
import TestSupport
import Testing

/// clustermgtd's configuration as Python reads it, and what fleet says where it runs.
@Suite struct ClustermgtdTextTests {
    @Test(
        "A switch is what Python's configparser takes for one; anything else leaves it on",
        arguments: [
            ("1", true), ("yes", true), ("TRUE", true), ("On", true), ("0", false), ("no", false),
            ("False", false), ("OFF", false), ("", true), ("2", true), ("nein", true),
            ("false ; x", true),
        ])
    func switches(_ value: String, _ isOn: Bool) {
        for line in ["terminate_drain_nodes=\(value)", "\t terminate_drain_nodes \t=  \(value) \r"]
        {
            let read = Clustermgtd(text: "[clustermgtd]\n\(line)\nx = y")
            #expect(read.endsDrained == isOn && read.endsDown)
        }
        #expect(Clustermgtd(text: "#terminate_drain_nodes = \(value)").endsDrained)
    }

    @Test(
        "A number that cannot be is not taken",
        arguments: [
            ("60", 60), ("1", 1), ("0", 60), ("-5", 60), ("1e3", 60),
            ("99999999999999999999999", 60), ("", 60),
            ("9223372036854775807", .max),
        ])
    func numbers(_ value: String, _ seconds: Int) {
        #expect(Clustermgtd(text: "loop_time = \(value)").loopSeconds == seconds)
    }

    @Test("A value may hold '='; the last line of a key counts; line ends of any kind end one")
    func lines() {
        let read = Clustermgtd(
            text: "cluster_name = a=b\r\nloop_time = 5\rloop_time = 7\n\n=\ncluster_name")
        #expect(read.clusterName == "a=b" && read.loopSeconds == 7)
        #expect(Clustermgtd(text: "cluster_name =").clusterName == nil)
        #expect(Clustermgtd(text: "") == Clustermgtd(text: "[x]\n\u{0}\u{feff}"))
    }

    @Test("Where there is no such file, or a folder, nobody manages")
    func files() throws {
        let folder = try TemporaryFolder(["c.conf": "cluster_name = ml"])
        #expect(Clustermgtd.read(folder.path + "/nosuch.conf") == nil)
        #expect(Clustermgtd.read(folder.path) == nil)
        #expect(Clustermgtd.read("relative.conf") == nil)
    }

    private func note(_ verb: Bool, _ text: String, _ base: NodeState.Base = .idle) -> String? {
        let manager = Clustermgtd(text: text)
        let node = Node(name: "gpu-st-a10g-1", state: NodeState(base: base))
        return verb ? manager.drainNote(node) : manager.rebootNote(node)
    }

    @Test("How long an instance has left is the loop's time, or its jobs'")
    func pace() throws {
        for (loop, words) in [
            ("", "within about a minute"), ("loop_time = 90", "within about a minute"),
            ("loop_time = 91", "within about 91 s"),
        ] {
            #expect(try #require(note(true, loop)).contains(" \(words) and starts a new one"))
        }
        for base: NodeState.Base in [.mixed, .allocated] {
            #expect(try #require(note(true, "", base)).contains(" once its jobs have ended "))
        }
        #expect(note(true, "terminate_drain_nodes = no\nterminate_down_nodes = yes") == nil)
        // A reboot looks like a drained or a down node: either switch is enough.
        for other in ["drain", "down"] {
            #expect(note(false, "terminate_\(other)_nodes = no") != nil)
        }
        #expect(note(false, "terminate_drain_nodes = no\nterminate_down_nodes = no") == nil)
    }

    @Test(
        "Names of ParallelCluster's nodes, and those that only look like them",
        arguments: [
            ("q-st-r-1", true), ("a-b-c-dy-x-y-10", true), ("Q-st-r-1", false),
            ("1q-st-r-1", false),
            ("q-st-r-1a", false), ("q-st--1", false), ("q-st-r-", false), ("q-xx-r-1", false),
            ("", false),
            ("q-st-r-1\n", false), ("q-st-dy-st-r-1", true),
            (String(repeating: "a-st-", count: 200), false),
        ])
    func names(_ name: String, _ isManaged: Bool) {
        #expect(Clustermgtd.manages(name) == isManaged)
    }

    @Test(
        "Without a protected mode an inactive partition is no PROTECTED one",
        arguments: ["0", "-1"])
    func unprotected(_ count: String) {
        let manager = Clustermgtd(text: "protected_failure_count = \(count)")
        let rules = AttentionRules(AttentionContext(now: 0, manager: manager))
        let found = rules.attention(for: Partition(name: "gpu", state: .inactive))
        #expect(found?.what == "partition inactive: it takes no jobs and starts none")
        #expect(found?.remedies == ["scontrol update partitionname=gpu state=up"])
    }

    @Test(
        "Before instances go: evidence first, then what is kept, how to keep one, how to have a new one"
    )
    func advice() {
        let manager = Clustermgtd(text: "", path: "/etc/x.conf")
        let lines = manager.advice("'gpu-st-a-[1-2]'")
        #expect(lines.count == 4 && lines[0].contains("--evidence FOLDER (nvidia-bug-report"))
        #expect(lines[1].hasSuffix("fleet history 'gpu-st-a-[1-2]'"))
        #expect(lines[2].contains("terminate_drain_nodes = False in /etc/x.conf"))
        #expect(lines[3].contains("nodename='gpu-st-a-[1-2]' state=power_down_asap"))
        #expect(Clustermgtd(text: "").protectedRemedies.allSatisfy { $0.contains("CLUSTER") })
    }
}
