import ArgumentParser
import FanOut
import Runs
import SlurmKit
import SlurmModel
import Terminal

/// fleet's exit codes, as documented in the README.
package enum ExitCodes {
    /// fleet itself could not work.
    package static let couldNotWork: Int32 = 3
    /// The command line is not valid.
    package static let usage: Int32 = 64
    /// A signal ended the run.
    package static let interrupted: Int32 = 130

    /// Every exit code and what it means: the table of `fleet --help`, of README.md, docs/reference.md and the manual pages.
    package static let meanings: [(code: Int32, meaning: String)] = [
        (0, "every targeted node is ok (warnings included, unless --strict)"),
        (1, "at least one node failed"),
        (
            2,
            "none failed, but a node is unknown or was not run (--ignore-not-run leaves out the latter)"
        ),
        (
            3,
            "fleet itself could not work: no slurmctld, no permission, bad configuration, output not writable"
        ),
        (64, "usage, or a file named on the command line that cannot be read"),
        (130, "interrupted, or --confirm was answered with no"),
        (141, "the reader of its output went away (fleet ... | head)"),
    ]

    /// The exit code of several runs in one call: what ended them early, then a failure, then what is not known.
    package static func worst(_ codes: [Int32]) -> Int32 {
        [interrupted, couldNotWork, 1, 2].first(where: codes.contains) ?? codes.max() ?? 0
    }

    /// ``meanings`` as a list, a line for each code.
    package static var list: String {
        meanings.map { code, meaning in
            "  \(code)" + String(repeating: " ", count: 5 - String(code).count) + meaning
        }.joined(separator: "\n")
    }

    /// The exit code for an error that ended a command.
    package static func code(for error: any Error) -> Int32 {
        switch error {
        case let error as SlurmError: error.kind == .input ? usage : couldNotWork
        case is SelectionError, is UsageError, is PayloadFileError: usage
        case let error as RunStoreError: error.kind == .notFound ? usage : couldNotWork
        default: couldNotWork
        }
    }
}

/// A file for the payload cannot be read on the head node.
package struct PayloadFileError: Error, Hashable, CustomStringConvertible {
    /// The path as the user gave it.
    let path: String
    /// Why, in words.
    let cause: String

    /// Makes a value of its parts.
    package init(path: String, cause: String) {
        self.path = path
        self.cause = cause
    }

    package var description: String { "cannot read \(path): \(cause)" }
}
