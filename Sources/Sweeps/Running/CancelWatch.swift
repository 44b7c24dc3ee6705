import FanOut
import FoundationEssentials
import Runs

/// Watches for `fleet cancel` in another process: it creates a file in the run directory that asks this process to
/// stop.
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
