import ArgumentParser
package import Configuration
import FoundationEssentials
import Platform
import Yams

/// Reads the file that describes a probe.
///
/// ```yaml
/// description: Clock and kernel of every node.
/// output: key=value
/// payload: |
///   echo "kernel=$(uname -r)"
/// rules:
///   - field: kernel
///     missing: true
///     severity: fail
/// baseline: [kernel]
/// ```
package enum ProbeFile {
    private static let keys = [
        "name", "description", "mode", "root", "timeout", "output", "subject", "payload", "script",
        "rules", "baseline", "health",
    ]

    /// Reads a file; a script that it names is searched in the same folder.
    ///
    /// - Throws: A ``ConfigurationError`` that names file, line and key.
    package static func read(path: String) throws(ConfigurationError) -> ProbeDefinition {
        try parse(try text(of: path, for: path), origin: path)
    }

    private static func text(
        of path: String, for origin: String, line: Int? = nil
    ) throws(ConfigurationError) -> String {
        guard let text = try SettingsText.read(path, for: origin, line: line) else {
            throw ConfigurationError(
                origin: origin, line: line, cause: "cannot read \(path): no such file or directory")
        }
        return text
    }

    /// Reads the text of a file.
    package static func parse(
        _ contents: String, origin: String
    ) throws(ConfigurationError) -> ProbeDefinition {
        guard let root = try YAMLText.root(of: contents, origin: origin) else {
            throw ConfigurationError(origin: origin, cause: "is empty")
        }
        let file = try YAMLMapping(root, name: "the file", origin: origin, keys: keys)
        var probe = ProbeDefinition(
            name: try name(file), summary: try file.required("description"),
            script: try script(file))
        probe.mode = try file.choice("mode", ProbeDefinition.Mode.self) ?? probe.mode
        probe.output = try file.choice("output", ProbeDefinition.Output.self) ?? probe.output
        probe.wantsRoot = try file.flag("root") ?? false
        probe.isPartOfHealth = try file.flag("health")
        if probe.isPartOfHealth == true, probe.mode != .reads {
            throw file.problem(
                "health", "is for probes of mode reads: a health check changes nothing")
        }
        probe.subject = try file.text("subject")
        if let text = try file.text("timeout") {
            guard let seconds = Seconds(argument: text) else {
                throw file.problem(
                    "timeout", "must be \(SettingKind.time.expectation), not '\(text)'")
            }
            probe.timeout = seconds.count
        }
        for node in try file.list("rules") {
            probe.rules.append(try ProbeRuleReader.rule(node, origin: origin))
        }
        for node in try file.list("baseline") {
            probe.baseline.append(try ProbeRuleReader.common(node, origin: origin))
        }
        guard !probe.rules.isEmpty || !probe.baseline.isEmpty else {
            throw ConfigurationError(
                origin: origin, cause: "rules and baseline are missing: such a probe finds nothing")
        }
        return probe
    }

    /// The file's own name without its extension; a `name` in the file must be the same.
    private static func name(_ file: YAMLMapping) throws(ConfigurationError) -> String {
        let base = file.origin.split(separator: "/").last.map(String.init) ?? file.origin
        let own = base.lastIndex(of: ".").map { String(base[..<$0]) } ?? base
        if let said = try file.text("name"), said != own {
            throw file.problem("name", "must be the file's own, '\(own)', not '\(said)'")
        }
        guard own.wholeMatch(of: /[a-z][a-z0-9_\-]{0,63}/) != nil else {
            throw ConfigurationError(
                origin: file.origin,
                cause: "'\(own)' is no name of a probe: lower-case letters, digits, '-' and '_'")
        }
        return own
    }

    private static func script(_ file: YAMLMapping) throws(ConfigurationError) -> String {
        let inline = try file.text("payload")
        let path = try file.text("script")
        guard (inline == nil) != (path == nil) else {
            throw file.problem(
                "payload", inline == nil ? "or script is missing" : "and script exclude each other")
        }
        var script = inline ?? ""
        if let path {
            let folder = file.origin.lastIndex(of: "/").map { String(file.origin[...$0]) } ?? ""
            script = try text(
                of: path.hasPrefix("/") ? path : folder + path, for: file.origin,
                line: file.node("script")?.mark?.line)
        }
        let key = path == nil ? "payload" : "script"
        // The script is one argument of the node's shell: the kernel's limit for an argument, minus what fleet adds.
        guard script.utf8.count <= 100_000 else {
            throw file.problem(key, "is longer than 100,000 bytes")
        }
        // An argument ends there: the rest would never run, and nobody be told.
        guard !script.utf8.contains(0) else {
            throw file.problem(key, "has a NUL byte, where the node's shell would end it")
        }
        return script
    }
}
