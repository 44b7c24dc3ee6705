import Foundation
import TestSupport

extension TemporaryFolder {
    /// The names in a folder, sorted.
    func contents(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + name).sorted()
    }

    /// A new folder in it; its path.
    func made(_ name: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: path + "/" + name, withIntermediateDirectories: true)
        return path + "/" + name
    }

    /// A file's mode.
    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions]
            as? Int
    }

    /// A file's bytes.
    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
    }

    /// Replaces a file's bytes in place.
    func put(_ data: Data, to name: String) throws {
        try data.write(to: URL(fileURLWithPath: path + "/" + name))
    }
}
