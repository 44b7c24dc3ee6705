/// The wrapper that runs a payload on a node and writes its record; the same for every launcher.
package enum JobScript {
    /// The script for one node.
    ///
    /// - Parameters:
    ///   - payload: What to run.
    ///   - key: What the record must carry; the job is filled in on the node.
    ///   - directory: The run directory, as an absolute path that the node shares.
    /// - Returns: A POSIX shell script.
    package static func text(payload: Payload, key: RecordKey, directory: String) -> String {
        """
        #!/bin/sh
        run=\(ShellQuote.word(key.run))
        node=\(ShellQuote.word(key.node))
        nonce=\(ShellQuote.word(key.nonce))
        directory=\(ShellQuote.word(directory))
        limit=\(payload.timeout)
        grace=\(Payload.killGrace)
        wants_root=\(payload.wantsRoot ? 1 : 0)
        begin_in=\(payload.beginsAtHome ? "${HOME:-/}" : "/")
        set -- \(ShellQuote.line(payload.arguments))
        \(wrapper)
        """
    }

    private static let wrapper = String(decoding: PackageResources.wrapper_sh, as: UTF8.self)
}
