import CSlurm
import Glibc
import SlurmModel
import Testing

@testable import SlurmKit

/// libslurm's records become fleet's values: what Slurm has no number for is nil, and no sign is lost.
@Suite struct RecordCopyTests {
    @Test("No value, no limit and numbers are three different things")
    func numbers() {
        #expect(Int(slurm: UInt32(0)) == 0 && Int(slurm: UInt16(0)) == 0)
        #expect(Int(slurm: cslurm_no_val) == nil && Int(slurm: cslurm_infinite) == nil)
        #expect(Int(slurm: cslurm_no_val16) == nil && Int(slurm: cslurm_infinite16) == nil)
        // What means nothing in 16 bits is a number in 32.
        #expect(Int(slurm: UInt32(cslurm_no_val16)) == Int(cslurm_no_val16))
        #expect(
            SlurmLimit(slurm: UInt32(7)) == .value(7) && SlurmLimit(slurm: UInt16(7)) == .value(7))
        #expect(SlurmLimit(slurm: cslurm_infinite) == .unlimited)
        #expect(SlurmLimit(slurm: cslurm_infinite16) == .unlimited)
        #expect(
            SlurmLimit(slurm: cslurm_no_val) == nil && SlurmLimit(slurm: cslurm_no_val16) == nil)
    }

    /// Lends C strings to a record while `body` runs.
    @safe private func lend<Value>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = unsafe texts.map { unsafe strdup($0) }
        defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
        return unsafe body(copies)
    }

    @safe private func job(_ change: (inout job_info_t) -> Void) -> Job {
        var record = unsafe job_info_t()
        unsafe record.array_task_id = cslurm_no_val
        unsafe change(&record)
        return unsafe Job(slurm: record) { "user-\($0)" }
    }

    @Test(
        "A job's state is its base state, whatever flags it has; one that no release has is unknown",
        arguments: [
            (cslurm_job_pending, .pending), (cslurm_job_running, .running),
            (cslurm_job_suspended, .suspended), (cslurm_job_complete, .completed),
            (cslurm_job_cancelled, .cancelled), (cslurm_job_failed, .failed),
            (cslurm_job_timeout, .timeout), (cslurm_job_node_fail, .nodeFail),
            (cslurm_job_preempted, .preempted), (cslurm_job_boot_fail, .bootFail),
            (cslurm_job_deadline, .deadline), (cslurm_job_out_of_memory, .outOfMemory),
            (cslurm_job_out_of_memory + 1, .unknown), (cslurm_job_base_mask, .unknown),
        ] as [(UInt32, Job.State)])
    func jobStates(_ base: UInt32, _ state: Job.State) {
        let flags = [0, cslurm_job_completing, cslurm_job_configuring, ~cslurm_job_base_mask]
        for flag in flags {
            let job = job { record in
                unsafe record.job_state = base | flag
                unsafe record.exit_code = 0x100
            }
            #expect(job.state == state)
            #expect(job.isCompleting == (flag & cslurm_job_completing != 0))
            #expect(job.isConfiguring == (flag & cslurm_job_configuring != 0))
            // A job that goes on has no end, whatever its record says.
            #expect(job.exit == (state.isFinal ? .exited(1) : nil))
        }
    }

    @Test(
        "A job without a limit has no end before it ended, and none of slurmctld's zeros is a time")
    func jobTimes() {
        func end(_ state: UInt32, limit: UInt32, end: Int) -> Int? {
            job { record in
                unsafe record.job_state = state
                unsafe record.time_limit = limit
                unsafe record.end_time = end
            }.end
        }
        #expect(end(cslurm_job_running, limit: 60, end: 5_000) == 5_000)
        #expect(end(cslurm_job_running, limit: cslurm_infinite, end: 5_000) == nil)
        #expect(end(cslurm_job_complete, limit: cslurm_infinite, end: 5_000) == 5_000)
        #expect(end(cslurm_job_running, limit: 60, end: 0) == nil)
        let bare = job { _ in }
        #expect(bare.start == nil && bare.end == nil && bare.name == nil && bare.nodes.isEmpty)
        #expect(bare.account == nil && bare.partition == nil && bare.requestedNode == nil)
        let killed = job { record in
            unsafe record.job_state = cslurm_job_cancelled
            unsafe record.exit_code = 9
        }
        #expect(killed.exit == .signalled(9))
        let unknown = job { record in
            unsafe record.job_state = cslurm_job_failed
            unsafe record.exit_code = cslurm_no_val
        }
        #expect(unknown.exit == nil)
    }

    @Test("A task belongs to its array, a part to its heterogeneous job, and any other job to none")
    func jobGroups() {
        func job(_ array: UInt32, _ task: UInt32, _ heterogeneous: UInt32) -> Job {
            self.job { record in
                unsafe record.array_job_id = array
                unsafe record.array_task_id = task
                unsafe record.het_job_id = heterogeneous
            }
        }
        #expect(job(0, cslurm_no_val, 0).group == nil)
        #expect(job(7, 0, 0).group == 7 && job(7, 0, 0).arrayTask == 0)
        #expect(job(7, cslurm_no_val, 0).arrayTask == nil)
        #expect(job(0, 3, 9).group == 9 && job(0, 3, 9).arrayTask == nil)
    }

    @Test("A job's user is the name that slurmctld sent, else the one that the number has here")
    func jobTexts() {
        lend(["ann", "n[1-3],m1", "gpu,cpu", ""]) { texts in
            let named = job { record in
                unsafe record.user_name = texts[0]
                unsafe record.nodes = texts[1]
                unsafe record.partition = texts[2]
                unsafe record.account = texts[3]
                unsafe record.user_id = 12
            }
            #expect(named.user == "ann" && named.nodes == ["n1", "n2", "n3", "m1"])
            #expect(named.partition == "gpu,cpu" && named.account == nil)
        }
        #expect(job { unsafe $0.user_id = 12 }.user == "user-12")
    }

    @safe private func partition(_ change: (inout partition_info_t) -> Void) -> Partition? {
        lend(["gpu"]) { texts in
            var record = unsafe partition_info_t()
            unsafe record.name = texts[0]
            unsafe change(&record)
            return unsafe withUnsafePointer(to: record) { unsafe Partition(slurm: $0) }
        }
    }

    @Test(
        "How jobs share a partition reads as scontrol writes it",
        arguments: [
            (0, "EXCLUSIVE"), (1, "NO"), (2, "YES:2"), (4, "YES:4"),
            (cslurm_shared_force | 1, "FORCE:1"), (cslurm_shared_force | 8, "FORCE:8"),
            (cslurm_shared_force, "EXCLUSIVE"),
        ] as [(UInt16, String)])
    func oversubscribe(_ share: UInt16, _ words: String) {
        #expect(partition { unsafe $0.max_share = share }?.oversubscribe == words)
    }

    @Test("A partition without a name is none, one with a state that is unknown takes no jobs")
    func partitions() throws {
        #expect(partition { unsafe $0.name = nil } == nil)
        for (bits, state) in [
            (cslurm_partition_up, Partition.State.up), (cslurm_partition_down, .down),
            (cslurm_partition_drain, .drain), (cslurm_partition_inactive, .inactive),
            (0xff, .inactive),
        ] {
            let found = partition { unsafe $0.state_up = UInt16(bits) }
            #expect(found?.state == state)
        }
        let limits = try #require(
            partition { record in
                unsafe record.max_time = cslurm_infinite
                unsafe record.default_time = cslurm_no_val
                unsafe record.max_nodes = cslurm_infinite
                unsafe record.min_nodes = 1
                unsafe record.def_mem_per_cpu = cslurm_mem_per_cpu | 2_048
                unsafe record.max_mem_per_cpu = 512_000
                unsafe record.over_time_limit = cslurm_infinite16
                unsafe record.suspend_time = cslurm_no_val
            })
        #expect(limits.maxMinutes == nil && limits.limits.defaultMinutes == nil)
        #expect(limits.limits.minNodes == 1 && limits.limits.maxNodes == nil)
        #expect(limits.limits.defaultMemory == .perCPU(2_048))
        #expect(limits.limits.maxMemory == .perNode(512_000))
        #expect(limits.limits.overTimeMinutes == .unlimited && limits.suspendSeconds == nil)
        // Slurm's "unlimited" is 0, with or without the bit.
        for memory in [0, cslurm_mem_per_cpu, cslurm_no_val64] {
            let found = partition { unsafe $0.max_mem_per_cpu = memory }
            #expect(found != nil && found?.limits.maxMemory == nil)
        }
    }

    @Test(
        "The numbers of a partition's nodes end at the first that is none, and no range is backwards"
    )
    func nodeIndexes() {
        func ranges(_ numbers: [Int32]) -> [ClosedRange<Int>] {
            var numbers = numbers
            return unsafe numbers.withUnsafeMutableBufferPointer { space in
                var record = unsafe partition_info_t()
                unsafe record.node_inx = space.baseAddress
                return unsafe Partition.nodeIndexes(slurm: record)
            }
        }
        #expect(ranges([-1]) == [] && ranges([0, 0, -1]) == [0...0])
        #expect(ranges([0, 3, 7, 9, -1, 12, 13]) == [0...3, 7...9])
        #expect(ranges([5, 4, 6, 6, -1]) == [6...6])
        #expect(unsafe Partition.nodeIndexes(slurm: partition_info_t()) == [])
    }
}
