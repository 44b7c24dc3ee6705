"""What starting costs, in instructions: callgrind's counts hardly differ between two runs, also on a busy machine."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from ..cluster import Cluster
from ..report import Goal, Table, times
from ..section import Once, Plan, only

MOST_MILLIONS = 20
STATUS = "fleet status --format json"
SINFO = "sinfo"

# By the words of the table, in millions; None where a program failed.
StartResult = Mapping[str, float | None]


class Start(Once["StartResult"]):
    """Once, on the first cluster of at most 64 nodes."""

    name = "start"
    title = "What starting costs"

    def suits(self, cluster: Cluster) -> bool:
        return cluster.size <= 64 and shutil.which("valgrind") is not None

    def measure_once(self, cluster: Cluster, plan: Plan) -> StartResult:
        commands = {
            SINFO: [SINFO],
            STATUS: [cluster.fleet, "status", "--format", "json"],
            "fleet --version": [cluster.fleet, "--version"],
        }
        return {
            f"{name}, {cluster.size} nodes" if name != "fleet --version" else name: _millions(command, cluster)
            for name, command in commands.items()
        }

    def tables(self, results: Mapping[int, StartResult | None]) -> Sequence[Table]:
        result = only(results)
        if result is None:
            return []
        sinfo = _of(result, SINFO)
        rows = [
            [
                f"`{name.split(',')[0]}`{name.partition(',')[1]}{name.partition(',')[2]}",
                "failed" if count is None else f"{count:.1f} million",
                "-" if count is None or not sinfo else times(count / sinfo),
            ]
            for name, count in result.items()
        ]
        return [Table("Instructions, counted by callgrind:", ["command", "instructions", "sinfo = 1"], rows)]

    def goals(self, results: Mapping[int, StartResult | None]) -> Sequence[Goal]:
        result = only(results)
        measured = None if result is None else _of(result, STATUS)
        return [Goal(f"`{STATUS}`: instructions, in millions", MOST_MILLIONS, "", measured)]


def _millions(command: Sequence[str], cluster: Cluster) -> float | None:
    counting = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    done = subprocess.run(
        counting, env=cluster.environment, stdin=subprocess.DEVNULL, check=False, capture_output=True, text=True
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    return int(found.group(1)) / 1e6 if done.returncode == 0 and found else None


def _of(result: StartResult, name: str) -> float | None:
    return next((count for words, count in result.items() if words.split(",")[0] == name), None)
