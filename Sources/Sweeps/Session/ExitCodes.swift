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
    static let usage: Int32 = 64
    /// A signal ended the run.
    package static let interrupted: Int32 = 130

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
