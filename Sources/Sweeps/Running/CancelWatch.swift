import FanOut
import FoundationEssentials
import Runs

/// `fleet cancel` in another process: a file in the run directory asks this one to stop.
struct CancelWatch {
    let run: StoredRun
    let control: FanOutControl

    /// Watches until its task is cancelled.
    func watch() async {
        while !Task.isCancelled {
            if run.directory.has("cancel") { control.cancel() }
            try? await Task.sleep(for: .milliseconds(500))
        }
    }
}
