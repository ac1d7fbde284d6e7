#!/usr/bin/env python3
"""Exchanges a whole model between workers and servers: ours, ZeroMQ alone, and ps-lite where it is there, in turn."""
import argparse
import collections
import json
import os
import statistics
import sys

from processes import OthersShare, fail, output, run

RUN_PS_LITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ps-lite", "run")
WORKS = ["push", "pull", "push+pull"]


def arguments():
    def some_of(known):
        def parse(text):
            for name in text.split(","):
                if name not in known:
                    raise argparse.ArgumentTypeError(f"expected some of {','.join(known)}, but '{name}' came")
            return text.split(",")
        return parse

    def sizes(text):
        return [tuple(int(number) for number in pair.split("x", 1)) for pair in text.split(",")]

    parser = argparse.ArgumentParser(prog="Benchmarks/run servers", description=__doc__)
    parser.add_argument("--ps-lite", metavar="PROGRAM", help="peers/ps-lite/exchange.cpp, compiled against ps-lite")
    parser.add_argument("--sizes", type=sizes, default=[(1, 1), (2, 2)], help="SERVERSxWORKERS, by default 1x1,2x2")
    parser.add_argument("--transports", type=some_of(["tcp", "ipc"]), default=["tcp", "ipc"])
    parser.add_argument("--megabytes", type=int, default=120)
    parser.add_argument("--lanes", type=int, default=1, help="threads of each of our servers")
    parser.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
    parser.add_argument("--value-megabytes", type=lambda text: [int(number) for number in text.split(",")],
                        default=[1, 4, 16], help="of ps-lite's values, by default 1,4,16: the best one counts")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured, all in turn")
    parser.add_argument("--steps", type=int, default=10, help="whole models that each worker exchanges in a round")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object; all else goes to standard error")
    options = parser.parse_args(sys.argv[2:])
    for name in "megabytes", "rounds", "steps":
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be positive, it is {getattr(options, name)}")
    return options


class Exchange:
    """A number of servers and workers, and a transport."""

    def __init__(self, size, transport, options):
        self.servers, self.workers = size
        self.transport, self.options = transport, options
        self.name = f"{self.servers}x{self.workers}-{transport}"
        # Bytes a second of each kind of work, for each contender, round by round.
        self.speeds = collections.defaultdict(lambda: collections.defaultdict(list))
        self.others = []
        self.peak_bytes = collections.defaultdict(int)

    def measure(self):
        with OthersShare() as others:
            self.measure_ours()
            for megabytes in self.options.value_megabytes if self.options.ps_lite else []:
                self.measure_ps_lite(megabytes)
        self.others.append(others.share)

    def measure_ours(self):
        options = self.options
        report = run([
            os.path.join(sys.argv[1], "antiphon"), "bench", "servers", "--servers", str(self.servers), "--workers",
            str(self.workers), "--megabytes", str(options.megabytes), "--lanes", str(options.lanes), "--transport",
            self.transport, "--optimizer", options.optimizer, "--steps", str(options.steps), "--rounds", "1", "--json"])
        for case in report["cases"]:
            self.speeds["ours"][case["work"]].append(case["bytes_per_second"])
            self.peak_bytes[case["work"]] = max(self.peak_bytes[case["work"]], case["peak_bytes"])
            if "plain_bytes_per_second" in case:
                self.speeds["plain"][case["work"]].append(case["plain_bytes_per_second"])

    def measure_ps_lite(self, megabytes):
        options = self.options
        model = options.megabytes * 1_000_000
        lines = output([
            RUN_PS_LITE, options.ps_lite, str(self.servers), str(self.workers), self.transport,
            str(model), str(megabytes << 20), str(options.steps), options.optimizer]).splitlines()
        reports = [json.loads(line) for line in lines]
        for work in WORKS:
            spans = [report for report in reports if report["work"] == work]
            if len(spans) != self.workers:
                fail(f"expected {self.workers} workers of ps-lite to tell of '{work}', {len(spans)} did")
            seconds = max(span["end"] for span in spans) - min(span["begin"] for span in spans)
            moved = model * options.steps * self.workers * (2 if work == "push+pull" else 1)
            self.speeds[f"ps-lite {megabytes} MB"][work].append(moved / seconds)

    def cases(self):
        cases = []
        for work in WORKS:
            ours = self.speeds["ours"][work]
            if not ours:
                continue
            case = {"case": f"{work}-{self.name}", "rounds": len(ours), "others_cpu_share": max(self.others),
                    "bytes_per_second": statistics.median(ours), "peak_bytes": self.peak_bytes[work]}
            plain = self.speeds["plain"][work]
            case["plain_bytes_per_second"] = statistics.median(plain)
            case["ratio_to_plain"] = statistics.median(a / b for a, b in zip(ours, plain))
            peers = [name for name in self.speeds if name.startswith("ps-lite")]
            if peers:
                best = max(peers, key=lambda name: statistics.median(self.speeds[name][work]))
                case["ps_lite"] = best
                case["ps_lite_bytes_per_second"] = statistics.median(self.speeds[best][work])
                case["ratio_to_ps_lite"] = statistics.median(
                    a / b for a, b in zip(ours, self.speeds[best][work]))
            cases.append(case)
        return cases


def row(case):
    line = f"{case['case']:<20}{case['others_cpu_share']:>8.0%}{case['bytes_per_second'] / 1e9:>9.2f}"
    line += f"{case['plain_bytes_per_second'] / 1e9:>9.2f}{case['ratio_to_plain']:>8.2f}"
    if "ps_lite" in case:
        line += f"{case['ps_lite_bytes_per_second'] / 1e9:>10.2f}{case['ratio_to_ps_lite']:>8.2f}  {case['ps_lite']}"
    return line


HEADING = f"{'GB/s':<20}{'others':>8}{'ours':>9}{'plain':>9}{'ratio':>8}{'ps-lite':>10}{'ratio':>8}"


def main():
    options = arguments()
    if options.ps_lite and not os.access(options.ps_lite, os.X_OK):
        fail(f"expected the program of --ps-lite, '{options.ps_lite}' is none")
    exchanges = [Exchange(size, transport, options) for size in options.sizes for transport in options.transports]
    for number in range(options.rounds):
        for exchange in exchanges:
            exchange.measure()
            print(f"{number + 1}/{options.rounds}  {exchange.name}, others took {exchange.others[-1]:.0%}",
                  file=sys.stderr)
    cases = [case for exchange in exchanges for case in exchange.cases()]
    print("\n".join([HEADING] + [row(case) for case in cases]), file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps({"benchmark": "servers", "cases": cases}))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
