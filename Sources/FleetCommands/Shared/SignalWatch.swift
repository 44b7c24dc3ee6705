import FleetCore
import Glibc
import UnixSignals

/// Ctrl-C and TERM during a run: the first ends the jobs, the second leaves at once.
///
/// HUP is not caught: a lost terminal ends fleet, and the jobs go on to their records.
struct SignalWatch {
    let console: Console
    let control: FanOutControl

    /// Watches until its task is cancelled.
    func run() async {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
            if control.isCancelled {
                console.say(
                    "\nfleet: leaving; jobs that Slurm was not yet asked to end will end at their own limit"
                )
                _exit(ExitCodes.interrupted)
            }
            control.cancel()
        }
    }
}
