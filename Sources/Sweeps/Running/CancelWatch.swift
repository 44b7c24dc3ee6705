import FanOut
import FoundationEssentials
import Runs

/// `fleet cancel` in another process: a file in the run directory asks this one to stop.
struct CancelWatch {
    let run: StoredRun
    let control: FanOutControl

    /// The file's path.
    static func path(of run: StoredRun) -> String { run.directory.path + "/cancel" }

    /// Watches until its task is cancelled.
    func watch() async {
        while !Task.isCancelled {
            if FileManager.default.fileExists(atPath: Self.path(of: run)) { control.cancel() }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }
}
