@testable import FanOut
import Foundation
@testable import Platform
import SlurmModel
@testable import Sweeps
import SystemPackage
import TestSupport
import Testing

/// A process that has no descriptors left: each case is a process of its own.
@Suite("Descriptors", .timeLimit(.minutes(20)))
struct DescriptorTests {
    @Test("As many processes at once as there are descriptors for")
    func window() {
        #expect(DescriptorBudget.window(64, limit: 65_536) == 64)
        #expect(DescriptorBudget.window(4_096, limit: 65_536) == 4_096)
        #expect(DescriptorBudget.window(64, limit: 200) == 12)
        #expect(DescriptorBudget.window(64, limit: 10) == 1)
    }

    @Test("A launch that cannot be made is a row that names it, not the end of fleet")
    func launch() async throws {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let directory = try RunDirectory.create(
                base: folder.path + "/runs", id: RunID("r1"), nonce: "x")
            let launcher = SrunLauncher(
                slurmConfiguration: "/no/slurm.conf", program: "/bin/true", store: directory)
            let key = RecordKey(run: "r1", node: "n", nonce: "x", job: "direct-1")
            let step = Step(
                node: "n", launcher: .direct, jobName: "fleet-r1", partition: nil,
                options: JobOptions(), isExclusive: false, memoryMiB: nil, gres: nil,
                timeLimitMinutes: 1, wait: 1, limit: 20, environment: [], script: "",
                output: directory.streamPath(for: key))
            var taken: [FileDescriptor] = []
            try FolderCalls.setDescriptorLimit(soft: 64)
            while let file = try? FileDescriptor.open(FilePath("/dev/null"), .readOnly) {
                taken.append(file)
            }
            // Enough for the step's own files, and not for what starts a process.
            for file in taken.suffix(5) { try file.close() }
            taken.removeLast(5)
            let end = await launcher.run(step)
            for file in taken { try? file.close() }
            guard let fault = end.fault, fault.description.contains("no file descriptor left"),
                fault.remedy.contains("ulimit -n")
            else { exit(1) }
            // And with room again it runs.
            let well = await launcher.run(step)
            guard well.fault == nil, well.status == .exited(0) else { exit(2) }
        }
    }

    @Test("Too few processes are told before anything waits for one, and enough are no error")
    func processes() async throws {
        #expect(ProcessBudget.room(upTo: 5) == 5)
        try ProcessBudget.check()
        try ProcessBudget.checkStart()
        guard OtherUser.isThere else { return }
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 3, rlim_max: 3)
            // Root has no such limit.
            let processes = __rlimit_resource_t(UInt32(__RLIMIT_NPROC.rawValue))
            guard unsafe setrlimit(processes, &limit) == 0, setuid(OtherUser.id) == 0
            else { exit(1) }
            guard ProcessBudget.room(upTo: 5) < 5 else { exit(2) }
            do throws(HeadFault) {
                try ProcessBudget.check()
                exit(3)
            } catch {
                guard error.remedy.contains("ulimit -u") else { exit(4) }
            }
            do {
                try DescriptorBudget.checkStart()
                exit(5)
            } catch {
                guard
                    HeadFault(error, directory: "/r").description.hasPrefix(
                        "this machine starts no more processes")
                else { exit(6) }
            }
        }
    }

    @Test("The soft limit is raised, and what was there before is known")
    func raise() async throws {
        await #expect(processExitsWith: .success) {
            try FolderCalls.setDescriptorLimit(soft: 100)
            try DescriptorBudget.raise()
            guard DescriptorBudget.inherited == 100 else { exit(1) }
            guard FolderCalls.descriptorLimit().soft > 100 else { exit(2) }
        }
    }

    @Test("Files that were open before fleet began are no room for it")
    func inheritedFiles() async throws {
        await #expect(processExitsWith: .success) {
            let files = FolderCalls.descriptorLimit()
            guard files.soft >= 200 else { return }
            var taken: [FileDescriptor] = []
            func take(_ count: Int) throws {
                for _ in 0..<count {
                    taken.append(try FileDescriptor.open(FilePath("/dev/null"), .readOnly))
                }
            }
            try take(40)
            var limit = rlimit(rlim_cur: 160, rlim_max: 160)
            guard unsafe setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0
            else { exit(1) }
            try DescriptorBudget.raise()
            // Without those 40 it would be nine.
            guard (1...6).contains(DescriptorBudget.window(64)) else { exit(2) }
            try take(60)
            do throws(HeadFault) {
                try DescriptorBudget.raise()
                exit(3)
            } catch {
                guard error.remedy.contains("ulimit -n") else { exit(4) }
            }
        }
    }

    @Test("A srun for which this machine has no process left is not looked for in PATH")
    func noProcess() {
        let judge = StepJudge(
            step: Step(
                node: "n", launcher: .srun, jobName: "", options: JobOptions(), isExclusive: false,
                timeLimitMinutes: 1, wait: 1, limit: 9, environment: [], script: "", output: ""),
            limits: FanOutLimits(), isCancelled: false)
        for error in [Errno.resourceTemporarilyUnavailable, .noMemory] {
            let end = SrunLauncher.end(error, cause: error, "/r")
            let row = judge.result(end, record: .failure(.missing), hasBegun: false)
            #expect(row.reason?.hasPrefix("this machine starts no more processes") == true)
            #expect(row.remedy == HeadFault.moreProcesses)
        }
    }

    @Test(
        "Faults of this machine are named for what they are",
        arguments: [
            (Errno.noSpace, "no room left"), (.diskQuotaExceeded, "no room left"),
            (.noSuchFileOrDirectory, "is gone"), (.staleNFSFileHandle, "is gone"),
            (.tooManyOpenFiles, "no file descriptor left"), (.readOnlyFileSystem, "cannot write"),
        ])
    func words(_ error: Errno, _ words: String) {
        let fault = HeadFault(error, directory: "/r")
        #expect(fault.description.contains(words))
        let judge = StepJudge(
            step: Step(
                node: "n", launcher: .srun, jobName: "", options: JobOptions(), isExclusive: false,
                timeLimitMinutes: 1, wait: 1, limit: 9, environment: [], script: "", output: ""),
            limits: FanOutLimits(), isCancelled: false)
        let end = StepEnd(status: nil, messages: "\(error)", fault: fault)
        for hasBegun in [false, true] {
            let row = judge.result(end, record: .failure(.missing), hasBegun: hasBegun)
            #expect(row.reason?.contains(words) == true)
            #expect(row.code == .directory)
            #expect(row.remedy?.contains("PATH") == false)
        }
    }

    @Test("A run directory that somebody removed is told as that")
    func gone() throws {
        let folder = try TemporaryFolder()
        let directory = try RunDirectory.create(
            base: folder.path + "/runs", id: RunID("r1"), nonce: "x")
        #expect(directory.fault() == nil)
        #expect(directory.scan() == RecordScan())
        try FileManager.default.removeItem(atPath: directory.path)
        #expect(
            directory.fault()?.description
                == "the run directory \(directory.path) is gone from this machine")
    }

    @Test(
        "A full disk is told as that", .enabled(if: geteuid() == 0, "mounts a small tmpfs"))
    func full() async throws {
        let folder = try TemporaryFolder()
        let place = folder.path + "/small"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let mounted = unsafe mount("fleet", place, "tmpfs", 0, "size=64k,mode=0755")
        guard mounted == 0 else { return }
        defer { unsafe umount2(place, 2) }
        let directory = try RunDirectory.create(base: place, id: RunID("r1"), nonce: "x")
        _ = try? directory.write([UInt8](repeating: 1, count: 200_000), to: "filler")
        let rest = try FileDescriptor.open(
            FilePath(directory.path + "/records/filler"), .writeOnly, options: .create,
            permissions: .ownerReadWrite)
        while (try? rest.writeAll([UInt8](repeating: 1, count: 4_096))) != nil {}
        try rest.close()
        #expect(directory.fault()?.description.contains("no room left") == true)
    }
}
