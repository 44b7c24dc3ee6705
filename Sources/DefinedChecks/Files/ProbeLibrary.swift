package import Configuration
import FoundationEssentials
package import Platform
import SlurmKit
import Terminal

/// The folders that hold probes for `fleet check`, in order of priority.
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

    /// Names the folders: the user's own, the cluster's beside slurm.conf, the machine's, the configured one, and that of
    /// the probes which fleet was installed with.
    package init(
        environment: [String: String], slurmFolder: String?, configuration: FleetConfiguration,
        installation: Installation = .current
    ) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let home = value("XDG_CONFIG_HOME") ?? value("HOME").map { "\($0)/.config" }
        folders =
            [
                home.map { "\($0)/fleet/probes" }, slurmFolder.map { "\($0)/fleet-probes" },
                "/etc/fleet/probes", configuration.probesDirectory, installation.probes,
            ].compactMap(\.self)
    }

    /// The files, by name; when two have the same name, the one in the folder with priority.
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

    /// Finds a probe by its name, or reads it from a file if the word contains a slash or ends like a YAML file.
    ///
    /// - Throws: A ``UsageError`` where there is none, a ``ConfigurationError`` for a file that cannot be used.
    package func probe(_ word: String) throws -> ProbeDefinition {
        if word.contains("/") || Self.endings.contains(where: word.hasSuffix) {
            guard FileManager.default.fileExists(atPath: word) else {
                throw UsageError(
                    "there is no file \(word); 'fleet checks' lists the probes that have a name, and 'fleet check --init NAME' begins one."
                )
            }
            return try ProbeFile.read(path: word)
        }
        // The wanted probe may be in a folder that could not be used.
        if let problem = problems.first { throw problem }
        guard let entry = entries.first(where: { $0.name == word }) else {
            throw UsageError(
                "there is no probe '\(word)' in \(folders.joined(separator: ", ")); 'fleet checks' lists them; a file is named with its path, nodes with -n."
            )
        }
        return try ProbeFile.read(path: entry.path)
    }
}
