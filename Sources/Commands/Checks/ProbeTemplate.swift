import FoundationEssentials
import Platform
import Terminal

/// `fleet check --init NAME`: a probe to begin with, each key with a comment.
enum ProbeTemplate {
    /// Whether a name can be a probe's and a file's.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.count <= 64
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
            && !name.hasPrefix("-")
    }

    /// Writes the file into the folder one is in; a file that is there is left alone.
    ///
    /// - Throws: A ``UsageError`` where it cannot be written.
    static func write(_ name: String) throws {
        let path = "./\(name).yaml"
        guard !FileManager.default.fileExists(atPath: path) else {
            throw UsageError("--init: \(path) is there already, and is left as it is.")
        }
        do {
            try AtomicFile.write(Array(text(name).utf8), to: path)
        } catch {
            throw UsageError("--init: cannot write \(path): \(FileProblem.words(error))")
        }
        let console = Console(environment: [:])
        try console.print(path)
        console.say("fleet: next: fleet check \(path)")
        console.say("fleet: as 'fleet check \(name)', from anywhere: move it to /etc/fleet/probes")
    }

    /// The file's text.
    static func text(_ name: String) -> String {
        """
        # \(name): what this probe is for. Try it: fleet check ./\(name).yaml
        # All keys: docs/reference.md, "fleet check".
        description: Load and root file system of every node.

        # reads: changes nothing, and so may run beside jobs. changes: waits for the whole node.
        mode: reads
        # How long the payload may take on a node.
        timeout: 30s
        # key=value: a line per field. table: a heading and rows. json: an object.
        output: key=value

        # Plain sh; it runs as you, or with 'root: true' as root. 'script: FILE' takes a file beside this one instead.
        payload: |
          echo "kernel=$(uname -r)"
          echo "load=$(cut -d' ' -f1 /proc/loadavg)"
          echo "root_used_percent=$(df -P / | awk 'NR == 2 { sub("%", "", $5); print $5 }')"

        # A rule that matches is a finding. One of: is, is_not, above, below, matches, missing.
        rules:
          - field: root_used_percent
            above: 90
            severity: fail
            message: "/ is {root_used_percent} % full"
            remedy: look for what fills it with du -xh / on the node
          - field: load
            above: 500
            severity: warn
            message: "load {load}"

        # What all nodes should have in common: who differs from most is told. 'fleet check --diff' shows it.
        baseline:
          - kernel

        # true: a part of 'fleet health' as well, once the file lies in one of the folders of 'fleet checks'.
        health: false

        """
    }
}
