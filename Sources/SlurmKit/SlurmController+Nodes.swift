internal import CSlurm
import Platform
package import SlurmModel

/// The requests that change a node's state in Slurm, and the checks before them.
extension SlurmController {
    /// Whether this release of libslurm can drain a node for a limited time (ResumeAfter, since 23.02).
    package static var canResumeLater: Bool { cslurm_has_resume_after }

    /// Loads the present state of one node, without its partitions.
    ///
    /// - Parameter name: The node's name.
    /// - Returns: The node; nil when slurmctld no longer knows a node of that name.
    /// - Throws: A ``SlurmError``.
    package func node(named name: String) throws(SlurmError) -> Node? {
        do throws(SlurmError) {
            let answer = try unsafe SlurmMessage<node_info_msg_t>(
                attempt: "load node \(name) from slurmctld"
            ) { unsafe cslurm_load_node(&$0, name) }
            var reader = NodeReader(userName: Users.name(of:))
            var found: Node?
            unsafe answer.forEach { record in
                guard let node = unsafe reader.node(record), node.name == name else { return }
                found = node
            }
            return found
        } catch {
            if error.code == cslurm_no_such_node { return nil }
            throw error
        }
    }

    /// Drains a node: its jobs continue, and no new ones start.
    ///
    /// - Parameters:
    ///   - name: The node's name.
    ///   - reason: Its reason; replaces the one it has.
    ///   - resumeAfter: Seconds after which slurmctld resumes it; nil for never.
    /// - Throws: A ``SlurmError``; of kind `permission` without the right.
    package func drain(
        node name: String, reason: String, resumeAfter: Int? = nil
    ) throws(SlurmError) {
        try update("drain node \(name)") {
            unsafe cslurm_update_node(
                name, cslurm_node_drain, reason, UInt32(clamping: resumeAfter ?? 0))
        }
    }

    /// Resumes a node that is drained, failing or down, and removes its reason.
    ///
    /// - Parameter name: The node's name.
    /// - Throws: A ``SlurmError``; of kind `permission` without the right.
    package func resume(node name: String) throws(SlurmError) {
        try update("resume node \(name)") {
            unsafe cslurm_update_node(name, cslurm_node_resume, nil, 0)
        }
    }

    /// Sends a request that changes nothing, to learn whether this user may change nodes: slurmctld checks it like
    /// any other.
    ///
    /// - Parameter name: A node's name.
    /// - Throws: A ``SlurmError``; of kind `permission` without the right.
    package func checkRight(onNode name: String) throws(SlurmError) {
        try update("change the state of nodes") {
            unsafe cslurm_update_node(name, cslurm_no_val, nil, 0)
        }
    }

    /// The program that reboots a node (RebootProgram); nil where slurm.conf names none.
    ///
    /// - Throws: A ``SlurmError``.
    package func rebootProgram() throws(SlurmError) -> String? {
        try controllerFacts().rebootProgram
    }

    /// Facts about slurmctld itself.
    ///
    /// - Throws: A ``SlurmError``.
    package func controllerFacts() throws(SlurmError) -> ControllerFacts {
        var answer: UnsafeMutablePointer<slurm_conf_t>? = nil
        let code = unsafe cslurm_load_configuration(&answer)
        guard code == 0, let answer = unsafe answer else {
            throw SlurmError(code: code, attempt: "load the configuration from slurmctld")
        }
        defer { unsafe cslurm_free_configuration(answer) }
        return unsafe ControllerFacts(
            version: String(slurm: answer.pointee.version),
            slurmUser: answer.pointee.slurm_user_id,
            clock: Int(answer.pointee.last_update),
            rebootProgram: String(slurm: answer.pointee.reboot_program))
    }

    private func update(_ attempt: String, _ call: () -> Int32) throws(SlurmError) {
        let code = call()
        guard code == 0 else { throw SlurmError(code: code, attempt: attempt) }
    }
}
