"""`true` on every node: fleet against what else runs a command on all nodes of a Slurm cluster."""

from collections.abc import Mapping, Sequence

from ..cluster import BENCH, Cluster
from ..report import Goal, Table, seconds, times
from ..section import Plan, Section
from ..timing import Sample, interleaved, ratio

FLEET = "fleet run"
# Root's way is `srun -Z` in groups; `--via srun` is what a user gets.
LOOK, USER_LOOK = "fleet run --read-only", "fleet run --read-only --via srun"
# Of wide srun's time, by size: `srun -Z` asks for no allocation, and on many nodes groups beat one wide tree.
USER_GOALS = {16: 1.1, 64: 1.1, 128: 1.1, 256: 1.1, 1000: 0.75}
JOB_SIZES = (128, 256)
SRUN = "srun, one over all nodes"
SLOW = ("sbatch per node + squeue", "clush, srun per node", "pdsh, srun per node")


class FanOut(Section[dict[str, Sample]]):
    """Wall-clock time from start to exit."""

    name = "fan-out"
    title = "`true` on every node"
    goal_sizes = tuple(USER_GOALS)

    def measure(self, cluster: Cluster, plan: Plan) -> dict[str, Sample]:
        commands = _commands(cluster)
        return interleaved(
            commands,
            lambda name: plan.slow_rounds if name in SLOW else plan.rounds,
            cluster.drain_command,
            cluster.environment,
        )

    def tables(self, results: Mapping[int, dict[str, Sample]]) -> Sequence[Table]:
        return [_table(size, samples) for size, samples in results.items()]

    def goals(self, results: Mapping[int, dict[str, Sample]]) -> Sequence[Goal]:
        def of_wide(size: int, name: str) -> float | None:
            samples = results.get(size)
            return None if samples is None else ratio(samples[name].median, samples[SRUN].median)

        goals = [
            Goal(f"{size:,} healthy nodes: {FLEET} (jobs), in wide srun's time", 1.25, "x", of_wide(size, FLEET))
            for size in JOB_SIZES
        ]
        for size, limit in USER_GOALS.items():
            for name, most in ((LOOK, 1.0), (USER_LOOK, limit)):
                words = f"{size:,} healthy nodes: {name}, in wide srun's time"
                goals.append(Goal(words, min(most, limit), "x", of_wide(size, name)))
        return goals


def _commands(cluster: Cluster) -> dict[str, list[str]]:
    one_srun = ["srun", "--nodes=1", "--ntasks=1", "--nodelist=%h", "true"]
    sbatch, clush, pdsh = SLOW
    return {
        FLEET: cluster.fleet_run("--", "true"),
        LOOK: cluster.fleet_run("--read-only", "--", "true"),
        USER_LOOK: cluster.fleet_run("--read-only", "--via", "srun", "--", "true"),
        SRUN: cluster.srun("true"),
        sbatch: [str(BENCH / "rivals" / "sbatch-loop"), *cluster.nodes],
        clush: ["clush", "-S", "-R", "exec", "-f", "64", "-w", cluster.hostlist, *one_srun],
        pdsh: ["pdsh", "-S", "-R", "exec", "-f", "64", "-w", cluster.hostlist, *one_srun],
    }


def _table(size: int, samples: Mapping[str, Sample]) -> Table:
    fleet = samples[FLEET].median
    rows = [
        [
            name,
            seconds(sample.median),
            f"{seconds(min(sample.seconds))} to {seconds(max(sample.seconds))}",
            str(len(sample.seconds)),
            str(sample.failures),
            times(ratio(sample.median, fleet)),
        ]
        for name, sample in samples.items()
    ]
    return Table(
        f"{size:,} nodes, by turns on one cluster:",
        ["", "median", "range", "runs", "of them failed", "fleet = 1"],
        rows,
    )
