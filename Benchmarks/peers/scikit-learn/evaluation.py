#!/usr/bin/env python3
"""Times our evaluation of random clips and scikit-learn's in turn, on the same clips, and checks that all values agree."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

from processes import OthersShare, fail, run

METRICS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metrics.py")


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/run evaluation", description=__doc__)
    parser.add_argument("--clips", type=int, default=100_000)
    parser.add_argument("--classes", type=int, default=527)
    parser.add_argument("--threads", type=lambda text: [int(number) for number in text.split(",")], default=[1, 2],
                        help="of ours, by default 1,2; scikit-learn uses one")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured, all in turn")
    parser.add_argument("--alone", action="store_true", help="without scikit-learn")
    parser.add_argument("--python", default="python3", help="a Python that has scikit-learn")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object; all else goes to standard error")
    options = parser.parse_args(sys.argv[2:])
    for name in "clips", "classes", "rounds":
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be positive, it is {getattr(options, name)}")
    if min(options.threads) < 1:
        parser.error("--threads must be positive")
    return options


def check_scikit_learn(python):
    try:
        found = subprocess.run([python, "-c", "import sklearn"], capture_output=True).returncode == 0
    except OSError:
        found = False
    if not found:
        fail(f"'{python}' cannot import sklearn: pip install scikit-learn, or name another Python with --python PATH")


def check(ours, theirs):
    """Ends with an error unless all values are there in both, and equal."""
    for metric in "auc", "average_precision":
        for label, (value, expected) in enumerate(zip(ours[metric], theirs[metric], strict=True)):
            if (value is None) != (expected is None) or value is not None and abs(value - expected) > 1e-9:
                fail(f"expected {metric} of class {label} to be {expected}, as scikit-learn has it, but it is {value}")


class Rounds:
    """What was measured, round by round."""

    def __init__(self, options):
        self.options = options
        self.ours, self.peers, self.others = [], [], []

    def measure(self, folder):
        options = self.options
        shape = [str(options.clips), str(options.classes)]
        command = [sys.argv[1], "evaluation-case", "--clips", shape[0], "--classes", shape[1],
                   "--threads", ",".join(map(str, options.threads))]
        if not self.ours and not options.alone:  # the clips are the same ones in every round
            run(command + ["--into", folder])
        with OthersShare() as others:
            self.ours.append(run(command))
        self.others.append(others.share)
        if not options.alone:
            with OthersShare() as others:
                self.peers.append(run([options.python, "-B", METRICS, folder, *shape]))
            self.others.append(others.share)
            check(self.ours[-1], self.peers[-1])

    def summary(self, threads):
        """The medians for a number of threads, and of each round's ratio."""
        ours = [result["adding_seconds"] + result["report_seconds"][str(threads)] for result in self.ours]
        summary = {
            "case": f"{self.options.clips}x{self.options.classes}-threads-{threads}", "threads": threads,
            "seconds": statistics.median(ours),
            "adding_seconds": statistics.median(result["adding_seconds"] for result in self.ours),
            "examples_per_second": self.options.clips / statistics.median(ours),
            "peak_bytes": max(result["peak_bytes"] for result in self.ours), "others_cpu_share": max(self.others)}
        if self.peers:
            peers = [result["seconds"] for result in self.peers]
            summary["scikit_learn_seconds"] = statistics.median(peers)
            summary["ratio"] = statistics.median(theirs / own for theirs, own in zip(peers, ours))
            summary["scikit_learn"] = self.peers[0]["version"]
        return summary


HEADING = (f"{'clips x classes':<16}{'threads':>8}{'others':>8}{'seconds':>9}{'adding':>8}{'peak GiB':>10}"
           f"{'scikit-learn s':>16}{'ratio':>7}")


def row(options, summary):
    line = f"{options.clips} x {options.classes}".ljust(16)
    line += f"{summary['threads']:>8}{summary['others_cpu_share']:>8.0%}{summary['seconds']:>9.2f}"
    line += f"{summary['adding_seconds']:>8.2f}{summary['peak_bytes'] / 2**30:>10.2f}"
    if "ratio" in summary:
        line += f"{summary['scikit_learn_seconds']:>16.2f}{summary['ratio']:>7.1f}"
    return line


def main():
    options = arguments()
    if not options.alone:
        check_scikit_learn(options.python)
    rounds = Rounds(options)
    with tempfile.TemporaryDirectory(prefix="antiphon-evaluation-") as folder:
        for number in range(options.rounds):
            rounds.measure(folder)
            ours = rounds.ours[-1]
            times = ", ".join(f"{seconds:.2f} s on {threads}" for threads, seconds in ours["report_seconds"].items())
            peer = f"; scikit-learn {rounds.peers[-1]['seconds']:.2f} s, the same values" if rounds.peers else ""
            print(f"{number + 1}/{options.rounds}  adding {ours['adding_seconds']:.2f} s, report {times}{peer}",
                  file=sys.stderr)
    summaries = [rounds.summary(threads) for threads in options.threads]
    table = "\n".join([HEADING] + [row(options, summary) for summary in summaries])
    print(table, file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps({"benchmark": "evaluation", "cases": summaries}))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
