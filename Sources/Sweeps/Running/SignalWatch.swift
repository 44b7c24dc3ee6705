package import FanOut
import Glibc
package import Terminal
import UnixSignals

/// Signals during a run: the first Ctrl-C or TERM ends the jobs, the second exits at once; losing the terminal ends
/// nothing.
package struct SignalWatch {
    let console: Console
    let control: FanOutControl

    /// Makes a value of its parts.
    package init(console: Console, control: FanOutControl) {
        self.console = console
        self.control = control
    }

    /// Watches until its task is cancelled.
    package func run() async {
        for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
            // The run continues without a terminal to its last row; 'fleet attach' shows it.
            if signal == .sighup { continue }
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
