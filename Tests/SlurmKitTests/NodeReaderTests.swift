import CSlurm
import Glibc
import SlurmModel
import TestSupport
import Testing

@testable import SlurmKit

/// Nodes as libslurm's records give them, thousands by one reader that keeps what repeats.
@Suite struct NodeReaderTests {
    /// What a record says; nil is NULL.
    private struct Given {
        var name: String? = "n"
        var gres: String?
        var gresUsed: String?
        var features: String?
        var activeFeatures: String?
        var version: String?
        var system: String?
        var reason: String?
        var reasonTime = 0
        var reasonUser: UInt32 = 0
        var state = cslurm_node_idle
        var load: UInt32 = 0
        var free: UInt64 = 0
        var owner = cslurm_no_val
        var boot = 0
        var weight: UInt32 = 1
    }

    /// Has a record read, whose texts live no longer than the call: as libslurm's do when an answer is freed.
    @safe private func read(
        _ given: Given, _ reader: inout NodeReader, keeping: inout [UnsafeMutablePointer<CChar>]
    ) -> Node? {
        func copy(_ text: String?) -> UnsafeMutablePointer<CChar>? {
            guard let text, let pointer = unsafe strdup(text) else { return nil }
            unsafe keeping.append(pointer)
            return unsafe pointer
        }
        var record = unsafe node_info_t()
        unsafe record.name = copy(given.name)
        unsafe record.gres = copy(given.gres)
        unsafe record.gres_used = copy(given.gresUsed)
        unsafe record.features = copy(given.features)
        unsafe record.features_act = copy(given.activeFeatures)
        unsafe record.version = copy(given.version)
        unsafe record.os = copy(given.system)
        unsafe record.reason = copy(given.reason)
        unsafe record.reason_time = given.reasonTime
        unsafe record.reason_uid = given.reasonUser
        unsafe record.node_state = given.state
        unsafe record.cpu_load = given.load
        unsafe record.free_mem = given.free
        unsafe record.owner = given.owner
        unsafe record.boot_time = given.boot
        unsafe record.weight = given.weight
        unsafe record.next_state = cslurm_no_val
        return unsafe withUnsafePointer(to: record) { unsafe reader.node($0) }
    }

    /// Reads records one after the other by one reader.
    private func nodes(_ given: [Given]) -> [Node?] {
        var reader = NodeReader { "user-\($0)" }
        var kept: [UnsafeMutablePointer<CChar>] = unsafe []
        defer { for index in unsafe kept.indices { unsafe free(kept[index]) } }
        var nodes: [Node?] = []
        for record in given { nodes.append(read(record, &reader, keeping: &kept)) }
        return nodes
    }

    private func node(_ given: Given) throws -> Node { try #require(nodes([given])[0]) }

    @Test("Whatever was read before it, a node is read as by a reader that has read nothing")
    func repeated() {
        var random = SeededRandom(61)
        func pick<Value>(_ values: [Value]) -> Value {
            values[Int.random(in: 0..<values.count, using: &random)]
        }
        let records = (0..<400).map { number in
            Given(
                name: pick(["n\(number)", nil, ""]),
                gres: pick([nil, "", "gpu:h100:8", "gpu:a100:4", "gpu:h100:8,nic:2"]),
                gresUsed: pick([nil, "", "gpu:h100:8(IDX:0-7)", "gpu:h100:0(IDX:N/A)"]),
                features: pick([nil, "", "a", "a,b"]), activeFeatures: pick([nil, "", "a"]),
                version: pick([nil, "24.11.5", "26.05.5"]), system: pick([nil, "", "Linux 6"]),
                reason: pick([nil, "", "broken"]), reasonTime: pick([0, 5]),
                reasonUser: pick([0, 7, cslurm_no_val]),
                state: pick([cslurm_node_idle, cslurm_node_down | cslurm_node_drain]),
                load: pick([0, 150, cslurm_no_val]), free: pick([0, 9, cslurm_no_val64]),
                owner: pick([cslurm_no_val, 7]), boot: pick([0, 5]), weight: pick([1, 2]))
        }
        let together = nodes(records)
        for (record, node) in zip(records, together) {
            #expect(node == nodes([record])[0])
            #expect((node == nil) == (record.name ?? "").isEmpty)
            guard let node else { continue }
            #expect(node.version == record.version && node.details.weight == Int(record.weight))
        }
    }

    @Test("A load and free memory that were never reported are none, and zeros are zeros")
    func neverReported() throws {
        let none = try node(Given(load: cslurm_no_val, free: cslurm_no_val64))
        #expect(none.cpus.load == nil && none.memory.free == nil)
        let zero = try node(Given())
        #expect(zero.cpus.load == 0 && zero.memory.free == 0)
        #expect(try node(Given(load: 12_345)).cpus.load == 123.45)
        let bare = try node(Given())
        #expect(bare.bootTime == nil && bare.slurmdStart == nil && bare.lastBusy == nil)
        #expect(bare.reason == nil && bare.gpus.isEmpty && bare.gres.isEmpty && bare.version == nil)
        #expect(bare.details.owner == nil && bare.details.nextState == nil)
    }

    @Test(
        "A reason has its user only where somebody set it: one of slurm.conf has no time, and so no user"
    )
    func reasons() throws {
        #expect(try node(Given(reason: "bad\u{1b}[m")).reason == NodeReason(text: "bad\u{1b}[m"))
        #expect(
            try node(Given(reason: "r", reasonTime: 9, reasonUser: 7)).reason
                == NodeReason(text: "r", user: "user-7", time: 9))
        #expect(
            try node(Given(reason: "r", reasonTime: 9)).reason
                == NodeReason(text: "r", user: "user-0", time: 9))
        #expect(
            try node(Given(reason: "r", reasonTime: 9, reasonUser: cslurm_no_val)).reason
                == NodeReason(text: "r", user: nil, time: 9))
        #expect(try node(Given(reason: "", reasonTime: 9)).reason == nil)
        #expect(try node(Given(reason: "r", reasonTime: -1)).reason?.time == nil)
    }

    @Test("Active features are those that are, where slurmctld says so, else all that a node has")
    func features() throws {
        #expect(try node(Given(features: "a,b", activeFeatures: "b")).features == ["b"])
        #expect(try node(Given(features: "a,b")).features == ["a", "b"])
        #expect(try node(Given(features: "a,b", activeFeatures: "")).features == ["a", "b"])
        #expect(try node(Given()).features.isEmpty)
    }

    @Test("Nodes that are alike share one object of details, and a different one keeps its own")
    func sharing() throws {
        let all = nodes([Given(weight: 1), Given(weight: 1), Given(weight: 2), Given(weight: 1)])
        let found = all.compactMap(\.self)
        try #require(found.count == 4)
        #expect(found[0].hasDetails(of: found[1]) && !found[1].hasDetails(of: found[2]))
        #expect(found.map(\.details.weight) == [1, 1, 2, 1])
    }

    @Test(
        "A job is handed to libslurm with each of its texts, and NULL only where nothing was asked for"
    )
    func batchJob() {
        var job = BatchJob(
            name: "fleet-r1", node: "n1", partition: nil, script: "#!/bin/sh\n'한글'\n",
            outputPath: "/dev/null", environment: ["A=1", "B= x"], timeLimitMinutes: Int.max,
            memoryMiB: nil, gres: nil)
        func text(_ pointer: UnsafePointer<CChar>?) -> String? {
            unsafe pointer.map { unsafe String(cString: $0) }
        }
        let bare = unsafe job.withCStructure { request in
            unsafe [
                text(request.name), text(request.node), text(request.script),
                text(request.output_path), text(request.environment[0]),
                text(request.environment[1]), text(request.work_directory), text(request.partition),
                text(request.gres), text(request.account), text(request.qos),
                text(request.reservation), "\(request.environment_count)",
                "\(request.time_limit_minutes)", "\(request.deadline)", "\(request.memory_mib)",
                "\(request.exclusive)",
            ]
        }
        #expect(
            bare == [
                "fleet-r1", "n1", "#!/bin/sh\n'한글'\n", "/dev/null", "A=1", "B= x", "/", nil, nil,
                nil, nil, nil, "2", "\(UInt32.max)", "0", "0", "false",
            ])
        (job.partition, job.gres, job.account) = ("gpu", "gpu:8", "ops")
        (job.qos, job.reservation, job.isExclusive) = ("high", "maint", true)
        (job.deadline, job.memoryMiB, job.environment) = (1_800_000_000, 64, [])
        let full = unsafe job.withCStructure { request in
            unsafe [
                text(request.partition), text(request.gres), text(request.account),
                text(request.qos), text(request.reservation), "\(request.deadline)",
                "\(request.memory_mib)", "\(request.exclusive)", "\(request.environment_count)",
                "\(request.user == geteuid() && request.group == getegid())",
            ]
        }
        #expect(
            full == [
                "gpu", "gpu:8", "ops", "high", "maint", "1800000000", "64", "true", "0", "true",
            ])
    }
}
