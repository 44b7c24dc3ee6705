"""Two nodes with Slurm's default settings: what somebody waits for who would else type srun."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..cluster import Cluster, started_whole
from ..report import Goal, Table, seconds
from ..section import Once, Plan, only
from ..timing import Sample, interleaved

NODES = 2
GPUS = 4
SRUN = "srun -N2 nvidia-smi"
USER = "operator"
BRIEF = "fleet run --timeout 10 -- nvidia-smi"
JOBS = "fleet run -- nvidia-smi"
CHECKS = ("gpu-check", "health")
MOST_SECONDS = 0.3

SmallResult = Mapping[str, Sample]


class Small(Once["SmallResult"]):
    """Once, on a cluster of whole nodes of its own, as root and as an ordinary user."""

    name = "small"
    title = "Two nodes"

    def measure_once(self, cluster: Cluster, plan: Plan) -> SmallResult:
        with started_whole(NODES, Path(cluster.fleet), GPUS) as whole:
            commands = _commands(whole)
            # The first of each reads programs and plugins from disk.
            interleaved(commands, lambda _: 1, whole.drain_command, whole.environment)
            return interleaved(commands, lambda _: plan.rounds, whole.drain_command, whole.environment)

    def tables(self, results: Mapping[int, SmallResult | None]) -> Sequence[Table]:
        result = only(results)
        if result is None:
            return []
        rows = [
            [
                f"`{name}`",
                seconds(sample.median),
                f"{seconds(min(sample.seconds))} to {seconds(max(sample.seconds))}",
                str(len(sample.seconds)),
                str(sample.failures),
            ]
            for name, sample in result.items()
        ]
        header = ["command", "median", "range", "runs", "of them failed"]
        return [Table(f"{NODES} whole nodes of {GPUS} GPUs, by turns on one cluster:", header, rows)]

    def goals(self, results: Mapping[int, SmallResult | None]) -> Sequence[Goal]:
        result = only(results)
        names = [_as(who, check) for check in CHECKS for who in ("root", "a user")]
        return [
            Goal(f"{NODES} nodes: {name}", MOST_SECONDS, " s", None if result is None else result[name].median)
            for name in [*names, BRIEF]
        ]


def _commands(cluster: Cluster) -> dict[str, list[str]]:
    commands = {
        SRUN: ["srun", f"--nodes={NODES}", "nvidia-smi"],
        BRIEF: cluster.fleet_run("--timeout", "10", "--", "nvidia-smi"),
        JOBS: cluster.fleet_run("--", "nvidia-smi"),
    }
    folder = cluster.user_folder(USER)
    for check in CHECKS:
        commands[_as("root", check)] = [cluster.fleet, check, "--run-dir", str(cluster.run_folder)]
        words = [f"HOME={folder}", cluster.fleet, check, "--run-dir", str(folder / "runs")]
        commands[_as("a user", check)] = ["runuser", "-u", USER, "--", "env", *words]
    return commands


def _as(who: str, check: str) -> str:
    return f"fleet {check} as {who}"
