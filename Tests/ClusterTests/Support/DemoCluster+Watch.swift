import Testing

extension DemoCluster {
    /// Starts fleet without a terminal, beside the test.
    func start(_ arguments: String...) async throws -> StartedFleet {
        try await start(
            #""$@" >out 2>err </dev/null & echo $! >pid; wait $!; echo $? >status"#, arguments)
    }

    /// Starts fleet on a terminal of its own, which script(1) makes; what it is sent is in its `out`.
    func startOnTerminal(_ arguments: String...) async throws -> StartedFleet {
        try await start(
            #"""
            export TERM=xterm SHELL=/bin/sh
            script -qefc "echo \$\$ >pid; exec $*" out >/dev/null 2>err </dev/null; echo $? >status
            """#, arguments)
    }

    private func start(_ line: String, _ arguments: [String]) async throws -> StartedFleet {
        let folder = program + "-started-\(UInt32.random(in: 0...UInt32.max))"
        let ran = try await Ran.run(
            "/bin/bash",
            [
                "-c",
                """
                line=$1 && mkdir "$2" && cd "$2" && shift 2
                setsid bash -c "$line" sh "$@" >/dev/null 2>&1 </dev/null &
                for try in $(seq 250); do [ -s pid ] && exit 0; sleep 0.02; done; cat err; exit 1
                """, "sh", line, folder, program,
            ] + arguments, environment: ["SLURM_CONF": slurmConf])
        try #require(ran.status == 0, "\(ran.out)\(ran.err)")
        return StartedFleet(folder: folder)
    }
}
