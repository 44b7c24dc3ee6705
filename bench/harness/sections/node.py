"""What a health check costs its node: the payload of `fleet health`, as it is sent, with stand-ins for programs."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cluster import Cluster
from ..report import Goal, Table
from ..section import Once, Plan, only
from ..timing import Usage, usage_of

GPUS = 8
KERNEL = "6.8"
HEALTH = "fleet health"
GPU_CHECK = "fleet gpu-check"
CHECK_MOUNT = "fleet check-mount"


@dataclass(frozen=True)
class NodeResult:
    """By command: the runs of its payload, what its stand-ins alone took, and how many processes there were."""

    usages: Mapping[str, tuple[Usage, ...]]
    processes: Mapping[str, int]

    def milliseconds(self, name: str) -> float:
        return statistics.median(usage.cpu_seconds for usage in self.usages[name]) * 1000


class Node(Once["NodeResult"]):
    """Once: the payloads are those of a run on the first cluster, and run on this machine."""

    name = "node"
    title = "What a check costs its node"

    def measure_once(self, cluster: Cluster, plan: Plan) -> NodeResult:
        usages, processes = {}, {}
        with tempfile.TemporaryDirectory() as folder:
            point = Path(folder) / "lustre"
            environment = _stand_ins(Path(folder), point)
            commands = {
                HEALTH: ["health"],
                GPU_CHECK: ["gpu-check"],
                CHECK_MOUNT: ["check-mount", "--fstab", "lustre"],
            }
            for name, words in commands.items():
                payload = _payload(cluster, words)
                usage_of(payload, environment)
                usages[name] = tuple(usage_of(payload, environment) for _ in range(plan.rounds))
                processes[name] = _processes(payload, environment, Path(folder))
        return NodeResult(usages, processes)

    def tables(self, results: Mapping[int, NodeResult | None]) -> Sequence[Table]:
        result = only(results)
        if result is None:
            return []
        rows = [
            [
                f"`{name}`",
                f"{result.milliseconds(name):.0f} ms",
                f"{min(usage.cpu_seconds for usage in usages) * 1000:.0f} ms",
                str(result.processes[name]),
                str(len(usages)),
                str(sum(usage.exit_code != 0 for usage in usages)),
            ]
            for name, usages in result.usages.items()
        ]
        header = ["payload of", "CPU", "least", "processes", "runs", "of them failed"]
        return [
            Table(
                f"{GPUS} linked GPUs, Lustre mounted, stand-ins for nvidia-smi, lspci, dmesg, lctl, lfs and systemctl"
                " (a shell that becomes cat(1), one process each, counted too); user and system time (median):",
                header,
                rows,
            )
        ]

    def goals(self, results: Mapping[int, NodeResult | None]) -> Sequence[Goal]:
        result = only(results)
        health = result and result.milliseconds(HEALTH)
        mount = result and result.milliseconds(CHECK_MOUNT)
        # nvidia-smi runs twice, also for its links.
        processes = result and result.processes[HEALTH] - 2.0
        return [
            Goal(f"{HEALTH} on {GPUS} GPUs: CPU time on the node", 60, " ms", health),
            Goal(f"{HEALTH} on {GPUS} GPUs: processes beside nvidia-smi", 12, "", processes),
            Goal(f"{CHECK_MOUNT}, healthy: CPU time on the node", 15, " ms", mount),
        ]


def _payload(cluster: Cluster, words: Sequence[str]) -> list[str]:
    """The payload of such a check, as the run directory keeps it."""
    usage_of([cluster.fleet, *words, "-n", "gpu-1", "--run-dir", str(cluster.run_folder)], cluster.environment)
    run = max(cluster.run_folder.iterdir(), key=lambda path: path.stat().st_mtime)
    arguments: list[str] = json.loads((run / "run.json").read_text())["plan"]["payload"]["arguments"]
    # This empties the folder.
    cluster.drain()
    return arguments


def _stand_ins(folder: Path, point: Path) -> dict[str, str]:
    """A node below `folder`: its programs, and what it has of proc, sys and etc; the environment that shows it."""
    root, programs = folder / "root", folder / "bin"
    for made in (root, programs, point):
        made.mkdir()
    source = "10.1.30.23@tcp:/proj"
    files = {
        "proc/self/mountinfo": f"36 35 0:40 / {point} rw,noatime shared:9 - lustre {source} rw\n",
        "etc/fstab": f"{source} {point} lustre noatime,_netdev 0 0\n",
        "proc/filesystems": "nodev\tlustre\n",
        "proc/uptime": "90000.50 1.0\n",
        "sys/module/lustre/version": "2.15.6\n",
        f"lib/modules/{KERNEL}/updates/kernel/fs/lustre/lustre.ko": "",
        f"boot/vmlinuz-{KERNEL}": "",
    }
    # As many tasks as a node has that computes nothing.
    files |= {f"proc/{n}/task/{n}/stat": f"{n} (p) S 1 1 1 0 -1 4194304 0 0\n" for n in range(1, 401)}
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    answers = {
        "nvidia-smi": _smi(),
        "lspci": "".join(f"0000:1{n}:00.0 0302: 10de:2330 (rev a1)\n" for n in range(GPUS)),
        "dmesg": "".join(f"[ {n}.000000] some driver: a line of a kernel log, {n}\n" for n in range(1500)),
        "lctl": "".join(
            f"{kind}.state=\ncurrent_state: FULL\nstate_history:\n - [ 1, FULL ]\n"
            f"{kind}.import=\nimport:\n    state: FULL\n"
            for kind in ("mdc.proj-MDT0000-mdc-ffff", "osc.proj-OST0000-osc-ffff", "osc.proj-OST0001-osc-ffff")
        ),
        "lfs": f"UUID 1K Used Free Use% Mounted\nproj-OST0000_UUID 100 1 99 1% {point}[OST:0]\n",
        "systemctl": "active\n",
        "uname": f"{KERNEL}\n",
    }
    for name, text in answers.items():
        (folder / f"{name}.text").write_text(text)
        _program(programs / name, f"exec cat {folder}/{name}.text")
    _program(programs / "stat", 'case $1 in -f) echo 4096 9 8 8 9 8 bd00bd0 ;; *) exec /usr/bin/stat "$@" ;; esac')
    return {"PATH": f"{programs}:/usr/bin:/bin:/usr/sbin:/sbin", "FLEET_ROOT": str(root)}


def _smi() -> str:
    """As large as the answer for real GPUs, most of it the clocks that they can be set to."""
    clocks = "".join(f"<supported_graphics_clock>{n} MHz</supported_graphics_clock>\n" for n in range(1980, 345, -15))
    fields = "".join(f"\t\t<field_{n}>{n * 7919 % 1000} W</field_{n}>\n" for n in range(280))
    gpu = "\t<product_name>NVIDIA H100 80GB HBM3</product_name>\n" + fields
    gpu += "".join(f"<supported_clocks>\n{clocks}</supported_clocks>\n" for _ in range(2))
    return "<nvidia_smi_log>\n" + "".join(f'<gpu id="{n}">\n{gpu}</gpu>\n' for n in range(GPUS)) + "</nvidia_smi_log>\n"


def _program(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def _processes(payload: Sequence[str], environment: Mapping[str, str], folder: Path) -> int:
    """In a PID namespace of its own the number of the last process is that of all."""
    count = folder / "count"
    unshare = shutil.which("unshare") or "unshare"
    script = '"$@" >/dev/null 2>&1; sh -c \'echo "$$" >"$0"\' "$0"'
    counting = [unshare, "--pid", "--fork", "--kill-child", "--mount-proc", "/bin/sh", "-c", script, str(count)]
    subprocess.run([*counting, *payload], env=environment | {"HOME": os.sep}, stdin=subprocess.DEVNULL, check=True)
    # Without the first shell, and the one that wrote the number.
    return int(count.read_text()) - 2
