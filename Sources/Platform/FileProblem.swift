import FoundationEssentials
import Glibc
import SystemPackage

/// Puts errors of the file system into words.
package enum FileProblem {
    /// Why a call of Foundation or System failed, as in `no space left on the device`.
    package static func words(_ error: any Error) -> String {
        if let error = error as? CocoaError {
            if let posix = error.underlying as? POSIXError {
                return Errno(rawValue: posix.code.rawValue).description
            }
            switch error.code {
            case .fileWriteNoPermission, .fileReadNoPermission: return "permission denied"
            case .fileWriteOutOfSpace: return "no space left on the device"
            case .fileNoSuchFile, .fileReadNoSuchFile: return "no such file or directory"
            case .fileWriteFileExists: return "a file is in the way"
            case .fileWriteVolumeReadOnly: return "the file system is read-only"
            default: break
            }
        }
        return "\(error)"
    }
}
