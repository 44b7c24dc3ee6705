"""A demo cluster for one size: started, used by the sections, and always taken down."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .timing import usage_of

BENCH = Path(__file__).resolve().parent.parent
SCRIPT = BENCH.parent / "examples" / "demo-cluster" / "cluster"

# Finished jobs of earlier measurements would otherwise be in each answer of slurmctld, 300 s long.
MIN_JOB_AGE = "MinJobAge=10"
# Slurm's default, which the demo cluster shortens: slurmctld collects submitted jobs for up to 3 s before it starts them.
SCHEDULER = "SchedulerParameters=batch_sched_delay=3"


class Cluster:
    """A running cluster of nodes gpu-1 to gpu-N."""

    def __init__(self, name: str, size: int, fleet: Path, *, light: bool = True) -> None:
        self.name = name
        self.size = size
        self.fleet = str(fleet)
        exports = self._script("env")
        match = re.search(r"export SLURM_CONF=(\S+)", exports)
        if match is None:
            raise RuntimeError(f"cluster env says nothing about SLURM_CONF: {exports}")
        slurm_conf = Path(match.group(1))
        # What the caller has set for another cluster must not reach this one.
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("SLURM_", "SBATCH_", "FLEET_"))
        }
        self.environment["SLURM_CONF"] = str(slurm_conf)
        # The nodes of a light cluster see the machine's files, so any folder is shared; `down` removes this one.
        # Whole nodes share the homes, of all clusters.
        home = slurm_conf.parents[2] / "home" / "root"
        self.run_folder = slurm_conf.parent.parent / "tmp" / "runs" if light else home / f"runs-{name}"
        self.run_folder.mkdir(mode=0o700)

    def user_folder(self, user: str) -> Path:
        """The home of an ordinary user, which whole nodes share."""
        return self.run_folder.parent.parent / user

    @property
    def nodes(self) -> list[str]:
        return [f"gpu-{index}" for index in range(1, self.size + 1)]

    @property
    def hostlist(self) -> str:
        return f"gpu-[1-{self.size}]"

    def fleet_run(self, *arguments: str) -> list[str]:
        """The command line of `fleet run` with these arguments."""
        return [self.fleet, "run", "--run-dir", str(self.run_folder), *arguments]

    def srun(self, *command: str) -> list[str]:
        """The command line of one srun over all nodes."""
        return ["srun", f"--nodes={self.size}", "--label", *command]

    @property
    def drain_command(self) -> list[str]:
        """The command line that waits until nothing of an earlier measurement is left."""
        return [str(BENCH / "drain"), str(self.size), str(120 + self.size // 4), str(self.run_folder)]

    def warm_up(self) -> None:
        """The first of each on a fresh cluster reads plugins from disk, and the first batch job waits 3 s."""
        for command in (self.fleet_run("--", "true"), self.srun("true")):
            usage_of(command, self.environment)
            self.drain()

    def drain(self) -> None:
        """Waits until nothing of an earlier measurement is left."""
        self.slurm(self.drain_command)

    def slurm(self, command: Sequence[str]) -> str:
        """Runs one of Slurm's commands and gives its output."""
        done = subprocess.run(
            command, env=self.environment, stdin=subprocess.DEVNULL, check=False, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
        return done.stdout

    @property
    def launch_timeout(self) -> int:
        """After how many seconds Slurm gives up a launch on a node that does not answer."""
        configuration = self.slurm(["scontrol", "show", "config"])
        parts = re.findall(r"^(?:MessageTimeout|BatchStartTimeout)\s*= (\d+)", configuration, re.MULTILINE)
        return sum(int(seconds) for seconds in parts)

    @contextmanager
    def frozen(self, node: str, linger: float = 0) -> Iterator[list[str]]:
        """Stops a node's slurmd, as a node that hangs; afterwards it works again and the cluster is idle.

        It hangs on for `linger` seconds after the block, or until no job is left. Then the list is filled: with the
        other nodes that Slurm has drained meanwhile.
        """
        drained: list[str] = []
        pid = int(self._script("pid", node))
        os.kill(pid, signal.SIGSTOP)
        try:
            yield drained
            self._await_empty_queue(linger)
        finally:
            os.kill(pid, signal.SIGCONT)
        # Not after Ctrl-C: the cluster goes anyway.
        self._recover(node, drained)

    @contextmanager
    def killed(self, node: str) -> Iterator[None]:
        """Kills a node's slurmd; slurmctld takes the node for idle until it asks. Afterwards the cluster is idle again."""
        os.kill(int(self._script("pid", node)), signal.SIGKILL)
        yield
        self._recover(node, [])

    def _recover(self, node: str, drained: list[str]) -> None:
        # What reached the frozen slurmd late still runs, and mostly ends.
        self._await_empty_queue(5)
        drained += self._nodes_in("drain,drained,draining")
        # A job that slurmctld cannot end there would stay, completing, for minutes; on a node that is down it goes.
        self.slurm(["scontrol", "update", f"nodename={node}", "state=down", "reason=bench"])
        self._restart_slurmd(node)
        self._await_empty_queue(120)
        for sick in self._nodes_in("down,drain,drained,draining"):
            self.slurm(["scontrol", "update", f"nodename={sick}", "state=resume"])
        # A message that failed meanwhile may mark the node as not responding after it has registered.
        for _ in range(10):
            if not self._nodes_in("no_respond"):
                break
            self._restart_slurmd(node)
        self.drain()

    def _await_empty_queue(self, limit: float) -> None:
        deadline = time.monotonic() + limit
        while self.slurm(["squeue", "-h"]) and time.monotonic() < deadline:
            time.sleep(0.2)

    def _restart_slurmd(self, node: str) -> None:
        # A fresh slurmd registers at once; else slurmctld finds out at its next ping, minutes later.
        self._script("slurmd", node, "stop")
        self._script("slurmd", node, "start")
        time.sleep(1)

    def _nodes_in(self, states: str) -> list[str]:
        command = ["sinfo", "-h", "-N", "-p", "compute-gpu", "-t", states, "-o", "%N"]
        return self.slurm(command).split()

    def _script(self, verb: str, *arguments: str) -> str:
        return _script(verb, *arguments, "--name", self.name)


@contextmanager
def started_whole(size: int, fleet: Path, gpus: int) -> Iterator[Cluster]:
    """A cluster of whole nodes, each with a stand-in for nvidia-smi, beside the one that is up."""
    name = f"bench-{os.getpid()}-whole"
    folder = None
    try:
        _script("up", "--name", name, "--nodes", str(size), "--gpus", str(gpus), *_options([MIN_JOB_AGE, SCHEDULER]))
        cluster = Cluster(name, size, fleet, light=False)
        folder = cluster.run_folder
        yield cluster
    finally:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        _script("down", "--name", name)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        signal.signal(signal.SIGINT, before)


@contextmanager
def started_cloud(size: int, fleet: Path) -> Iterator[Cluster]:
    """A slurmctld that knows so many cloud nodes, all powered down, and one node with a slurmd."""
    name = f"bench-{os.getpid()}-cloud"
    nodes = f"cloud-[1-{size}]"
    lines = [
        "PrivateData=cloud",
        "SuspendTime=-1",
        "SuspendProgram=/bin/true",
        "ResumeProgram=/bin/true",
        f"NodeName={nodes} CPUs=192 Sockets=2 CoresPerSocket=48 ThreadsPerCore=2 RealMemory=2063450"
        " Gres=gpu:h100:8 Feature=p5,efa Weight=10 State=CLOUD",
        f"PartitionName=cloud Nodes={nodes} MaxTime=1-0 State=UP",
    ]
    try:
        _script("up", "--name", name, "--nodes", "1", "--light", *_options(lines))
        yield Cluster(name, size, fleet)
    finally:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        _script("down", "--name", name)
        signal.signal(signal.SIGINT, before)


@contextmanager
def started(size: int, fleet: Path, configuration: Sequence[str]) -> Iterator[Cluster]:
    """A light cluster of this size for as long as the block runs."""
    name = f"bench-{os.getpid()}"
    try:
        _script("up", "--name", name, "--nodes", str(size), "--light", *_options(lines(configuration)))
        yield Cluster(name, size, fleet)
    finally:
        # An impatient second Ctrl-C must not leave half a cluster behind.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        _script("down", "--name", name)
        signal.signal(signal.SIGINT, before)


def lines(configuration: Sequence[str]) -> list[str]:
    """What the bench's slurm.conf has besides the demo cluster's lines; what the caller asks for wins."""
    given = {line.partition("=")[0].lower() for line in configuration}
    own = [line for line in (MIN_JOB_AGE, SCHEDULER) if line.partition("=")[0].lower() not in given]
    return [*own, *configuration]


def _options(lines_of_slurm_conf: Sequence[str]) -> list[str]:
    return [word for line in lines_of_slurm_conf for word in ("--conf", line)]


def _script(*arguments: str) -> str:
    # In a session of its own: Ctrl-C must not reach the `down` that it leads to, nor half of an `up`.
    done = subprocess.run(
        [str(SCRIPT), *arguments],
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
        start_new_session=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"cluster {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
