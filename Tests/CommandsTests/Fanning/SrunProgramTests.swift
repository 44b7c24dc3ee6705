@testable import FanOut
import Foundation
import SlurmModel
@testable import Sweeps
import TestSupport
import Testing

@Suite struct SrunProgramTests {
    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder([
            "a/srun": "no program", "b/srun": "", "c/srun": "", "d/srun/x": "",
        ])
        for name in ["b", "c"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/\(name)/srun")
        }
        return folder
    }

    @Test("srun is the first program of that name in the caller's PATH, then in Slurm's folders")
    func found() throws {
        let folder = try Self.folder()
        let path = folder.path
        func find(_ variable: String?, _ folders: [String] = []) -> String? {
            SrunProgram.find(
                environment: variable.map { ["PATH": $0] } ?? [:], folders: folders)
        }
        // Neither a folder nor a file that cannot be run.
        #expect(find("\(path)/none:\(path)/a:\(path)/d:\(path)/b:\(path)/c") == path + "/b/srun")
        #expect(find("\(path)/a", ["\(path)/c", "\(path)/b"]) == path + "/c/srun")
        #expect(find(nil, ["\(path)/b"]) == path + "/b/srun")
        #expect(find("b:.:", []) == nil)
        #expect(find("") == nil)
    }

    @Test("Without srun a run that asks for it is refused, before anything is sent")
    func refused() throws {
        func check(_ via: LauncherChoice) throws {
            try SrunProgram.check(via: via, environment: ["PATH": "/none"], folders: ["/no/bin"])
        }
        for via in [LauncherChoice.srun, .direct] {
            let error = try #require(throws: SlurmError.self) { try check(via) }
            #expect(ExitCodes.code(for: error) == ExitCodes.couldNotWork)
            #expect(error.cause == "there is no srun in PATH, nor in /no/bin")
            #expect(error.remedy?.isEmpty == false)
        }
        // The few nodes that auto reaches through srun have their rows.
        for via in [LauncherChoice.job, .auto] { try check(via) }
    }
}
