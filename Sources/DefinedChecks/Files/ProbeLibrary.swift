package import Configuration
import FoundationEssentials
import SlurmKit
import Terminal

/// The folders that hold probes for `fleet check`, the strongest first.
package struct ProbeLibrary: Sendable {
    /// One file.
    package struct Entry: Hashable, Sendable {
        /// The probe's name.
        package var name: String
        /// The file.
        package var path: String
    }

    /// The folders; they need not be there.
    package let folders: [String]

    /// Names the folders: the user's own, the cluster's beside slurm.conf, the machine's, and the configured one.
    package init(
        environment: [String: String], slurmFolder: String?, configuration: FleetConfiguration
    ) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let home = value("XDG_CONFIG_HOME") ?? value("HOME").map { "\($0)/.config" }
        folders =
            [
                home.map { "\($0)/fleet/probes" }, slurmFolder.map { "\($0)/fleet-probes" },
                "/etc/fleet/probes", configuration.probesDirectory,
            ].compactMap(\.self)
    }

    /// The files, by name; of two with the same name the stronger folder's.
    package var entries: [Entry] {
        var entries: [String: Entry] = [:]
        for folder in folders {
            let names = (try? SettingsText.names(in: folder)) ?? []
            for file in names.sorted() {
                guard let dot = file.lastIndex(of: "."), dot > file.startIndex,
                    Self.endings.contains(String(file[dot...]))
                else { continue }
                let name = String(file[..<dot])
                entries[name] = entries[name] ?? Entry(name: name, path: "\(folder)/\(file)")
            }
        }
        return entries.values.sorted { $0.name < $1.name }
    }

    /// Why folders that are there are not used.
    package var problems: [ConfigurationError] {
        folders.compactMap { folder in
            do throws(ConfigurationError) {
                _ = try SettingsText.names(in: folder)
                return nil
            } catch {
                return error
            }
        }
    }

    /// The probes that are a part of `fleet health`, by name.
    ///
    /// - Throws: A ``ConfigurationError`` for a file that cannot be used: it may be one of them.
    package func healthProbes() throws -> [ProbeDefinition] {
        if let problem = problems.first { throw problem }
        return try entries.map { try ProbeFile.read(path: $0.path) }
            .filter { $0.isPartOfHealth == true }
    }

    private static let endings = [".yaml", ".yml"]

    /// The probe of a name, or of a file: what holds a slash or ends as YAML does is a file.
    ///
    /// - Throws: A ``UsageError`` where there is none, a ``ConfigurationError`` for a file that cannot be used.
    package func probe(_ word: String) throws -> ProbeDefinition {
        if word.contains("/") || Self.endings.contains(where: word.hasSuffix) {
            return try ProbeFile.read(path: word)
        }
        // A folder that is not used may have held the one that is meant.
        if let problem = problems.first { throw problem }
        guard let entry = entries.first(where: { $0.name == word }) else {
            throw UsageError(
                "there is no probe '\(word)' in \(folders.joined(separator: ", ")); 'fleet checks' lists them; a file is named with its path."
            )
        }
        return try ProbeFile.read(path: entry.path)
    }
}
