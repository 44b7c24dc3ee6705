import FanOut
import LustreCheck
import SlurmModel
import Verdicts

extension Fixtures {
    /// A `fleet run` with every outcome.
    static let runReports: [NodeReport] = {
        let probe = CommandProbe(payload: Payload(arguments: ["uptime"], timeout: 60))
        var binary = finished("gpu-5", "", probe: probe)
        binary.result.stdout = [0xff, 0x00, 0x41, 0x0a]
        return [
            finished("gpu-1", " 14:02:11 up 10 days, load average: 95.25\n", probe: probe),
            notRun(drained, probe: probe),
            ended("gpu-3", .timedOut, "still running after 60 s", probe: probe),
            notRun(asleep, probe: probe),
            binary,
            finished(
                "gpu-6", "", exit: 127, stderr: "env: 'uptim': No such file or directory\n",
                probe: probe),
            finished("gpu-7", "\nfirst\nsecond\nthird", exit: 3, probe: probe),
            finished("gpu-8", "", exit: 137, probe: probe),
            finished("gpu-9", String(repeating: "long ", count: 200), probe: probe),
            ended("gpu-10", .nodeFailed, "Slurm says the node failed under it", probe: probe),
            ended(
                "gpu-11", .launchFailed,
                WrapperFailure.noDirectory.reason(directory: "/home/u/.fleet/runs/x"),
                remedy: WrapperFailure.noDirectory.remedy, probe: probe),
            ended("gpu-12", .garbled, "its record is cut off", probe: probe),
            ended("gpu-13", .cancelled, nil, probe: probe),
            finished("한글-1", "안녕 \u{1b}[2J 🚀 \u{202e}evil\tx\r\n", probe: probe),
        ]
    }()

    /// A complete answer of a healthy node.
    static let mounted = """
        kernel=6.8.0-1021-aws
        mount_table=yes
        module_installed=yes
        module_loaded=yes
        filesystem_registered=yes
        client_version=2.15.6
        log=read
        tasks=read
        mount=/lustre
        fstab_source=10.1.30.23@tcp:/czrc3amv
        fstab_options=noatime,flock,_netdev
        expected_source=10.1.30.23@tcp:/czrc3amv
        mount_type=lustre
        mount_source=10.1.30.23@tcp:/czrc3amv
        mount_options=rw,noatime,flock
        statfs=4096 589000000 323950000 294500000 120000000 119000000 bd00bd0
        took_statfs=10
        end=1

        """

    private static let armed = """
        kernel=6.8.0-1021-aws
        mount_table=yes
        module_installed=no
        mount=/lustre
        fstab_source=10.1.30.23@tcp:/czrc3amv
        mount_type=autofs
        mount_source=systemd-1
        end=1

        """

    /// A `fleet check-mount` with the head node.
    static let checkReports: [NodeReport] = {
        let probe = CheckMountProbe(settings: LustreSettings(), timeout: 30)
        let hung = mounted.split(separator: "\n").map {
            $0.hasPrefix("statfs=") ? "hung=10 statfs" : String($0)
        }.joined(separator: "\n")
        let readOnly = mounted.replacing("=rw,", with: "=ro,")
        let other = mounted.replacing(
            "mount_source=10.1.30.23@tcp:/czrc3amv", with: "mount_source=10.9.9.9@tcp:/other")
        return [
            finished("head", mounted, probe: probe), finished("gpu-1", mounted, probe: probe),
            finished("gpu-2", armed, probe: probe), finished("gpu-3", hung, probe: probe),
            finished("gpu-4", readOnly, probe: probe), finished("gpu-5", other, probe: probe),
            finished("gpu-6", "kernel=6.8", probe: probe),
            notRun(drained, as: "gpu-7", probe: probe),
            ended("gpu-8", .timedOut, "still running after 30 s", probe: probe),
        ]
    }()

    /// A `fleet mount-lustre`.
    static let mountReports: [NodeReport] = {
        let probe = MountLustreProbe(settings: LustreSettings(), timeout: 600)
        let repaired = """
            step=module-package done installed lustre-client-modules-6.8.0-1021-aws 2.15.6
            step=module-load done loaded lustre
            step=mount done mounted 10.1.30.23@tcp:/czrc3amv
            """ + "\n" + mounted
        let timedOut = """
            step=mount failed mount.lustre: mount 10.1.30.23@tcp:/czrc3amv at /lustre failed: \
            Connection timed out (exit 110)
            """ + "\n" + armed
        return [
            finished("gpu-1", "already=1\n" + mounted, probe: probe),
            finished("gpu-2", repaired, probe: probe),
            finished("gpu-3", timedOut, exit: 1, probe: probe),
            finished(
                "gpu-4",
                "step=rights failed needs root or password-less sudo on this node "
                    + "(user ubuntu)\n" + armed, exit: 1, probe: probe),
            NodeReport(
                result: NodeResult(
                    node: "gpu-5", outcome: .timedOut, launcher: .job, jobID: 1,
                    reason: "still running after 600 s",
                    stdout: Array("step=module-load done loaded lustre\n".utf8)),
                node: nil, probe: probe),
        ]
    }()
}
