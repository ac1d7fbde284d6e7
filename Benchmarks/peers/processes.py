"""Programs that are measured: run, with what they print taken, and with a look at what else the machine did."""
import json
import os
import resource
import subprocess
import sys
import time


def fail(message):
    name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    print(f"{name}: {message}", file=sys.stderr)
    sys.exit(78)


def output(command, **settings):
    """What a program prints on standard output. Its errors go to nobody, unless it fails."""
    ending = subprocess.run(command, capture_output=True, text=True, **settings)
    if ending.returncode != 0:
        lines = ending.stderr.strip().splitlines() or ["no word"]
        reason = next((line for line in lines if line.startswith("Error: ")), lines[-1])
        fail(f"'{' '.join(command)}' ended with {ending.returncode}: {reason}")
    return ending.stdout


def run(command, **settings):
    """What a program prints: one JSON object."""
    return json.loads(output(command, **settings))


def cpu_seconds():
    """What all processes of the machine have used so far, and what those have that this one started and saw end."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, interrupts, soft_interrupts, stolen = map(int, stat.readline().split()[1:9])
    busy = (user + nice + system + interrupts + soft_interrupts + stolen) / os.sysconf("SC_CLK_TCK")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return busy, children.ru_utime + children.ru_stime


class OthersShare:
    """The share of the machine's cores that other processes took within a `with`."""

    def __enter__(self):
        (self.busy, self.own), self.start = cpu_seconds(), time.perf_counter()
        return self

    def __exit__(self, *_):
        busy, own = cpu_seconds()
        others = (busy - self.busy) - (own - self.own)
        self.share = max(0.0, others / (time.perf_counter() - self.start) / os.cpu_count())
