#!/usr/bin/env python3
"""Times our steps and PyTorch's in turn, on the same cores, and prints how many times as fast ours are."""
import argparse
import itertools
import json
import statistics
import subprocess
import sys

import bench_torch
from processes import OthersShare, fail, run

PAPERS = ["fc", "alexnet", "vgg19", "inception", "resnet50"]
MODELS = PAPERS + ["feature-level-attention"]
TORCH = "pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu"


def arguments():
    def some_of(known):
        def parse(text):
            for name in text.split(","):
                if name not in known:
                    raise argparse.ArgumentTypeError(f"expected some of {','.join(known)}, but '{name}' came")
            return text.split(",")
        return parse

    def numbers(text):
        return [int(number) for number in text.split(",")]

    parser = argparse.ArgumentParser(prog="Benchmarks/run compare", description=__doc__)
    parser.add_argument("--models", type=some_of(MODELS), default=PAPERS,
                        help="by default all five of the paper; also feature-level-attention")
    parser.add_argument("--batch", type=numbers, default=[32])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--what", type=some_of(["train", "infer"]), default=["train"],
                        help="train, infer or both: train,infer")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured, all in turn")
    parser.add_argument("--seconds", type=float, default=10, help="how long each measurement takes")
    parser.add_argument("--modes", type=some_of(bench_torch.MODES), default=bench_torch.MODES,
                        help="of PyTorch: " + ",".join(bench_torch.MODES))
    parser.add_argument("--python", default="python3", help="a Python that has PyTorch")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object; all else goes to standard error")
    options = parser.parse_args(sys.argv[2:])
    if options.rounds < 1:
        parser.error(f"--rounds must be positive, it is {options.rounds}")
    return options


def check_torch(python):
    try:
        found = subprocess.run([python, "-c", "import torch"], capture_output=True).returncode == 0
    except OSError:
        found = False
    if not found:
        fail(f"'{python}' cannot import torch: {TORCH}, or name another Python with --python PATH")


class Case:
    """A network, a batch, and what is done with it, measured for us and for each mode of PyTorch."""

    def __init__(self, model, batch, what, options):
        self.name = {"model": model, "batch": batch, "what": what}
        self.options = options
        self.flags = ["--batch", str(batch), "--threads", str(options.threads), "--what", what, "--seconds",
                      str(options.seconds)]
        self.results = {contender: [] for contender in ["ours"] + options.modes}

    def measure(self, contender):
        with OthersShare() as others:
            result = self.run(contender)
        result["others_cpu_share"] = others.share
        self.results[contender].append(result)
        return result

    def run(self, contender):
        if contender == "ours":
            command = [sys.argv[1], "training-step", "--models", self.name["model"], *self.flags, "--json"]
            return run(command)["cases"][0]
        command = [self.options.python, "-B", bench_torch.__file__, "--model", self.name["model"], "--mode", contender,
                   *self.flags]
        return run(command, env=bench_torch.environment(contender, self.options.threads))

    def speed(self, contender):
        return statistics.median(result["examples_per_second"] for result in self.results[contender])

    def peak(self, contender):
        return max(result["peak_bytes"] for result in self.results[contender])

    def others(self):
        return max(result["others_cpu_share"] for results in self.results.values() for result in results)

    def summary(self):
        """Ratios to the fastest of PyTorch's modes in each precision, and to the one that needs the least memory."""
        summary = dict(self.name, threads=self.options.threads, examples_per_second=self.speed("ours"),
                       peak_bytes=self.peak("ours"), others_cpu_share=self.others())
        for precision in "fp32", "bf16":
            modes = [mode for mode in self.options.modes if mode.startswith("bf16") == (precision == "bf16")]
            if not modes:
                continue
            fastest, smallest = max(modes, key=self.speed), min(modes, key=self.peak)
            summary[f"torch_{precision}"] = {
                "mode": fastest, "examples_per_second": self.speed(fastest), "peak_bytes": self.peak(smallest),
                "speed_ratio": self.speed("ours") / self.speed(fastest),
                "peak_ratio": self.peak("ours") / self.peak(smallest)}
        return summary


HEADING = f"{'model':<24}{'what':<7}{'batch':>5}{'others':>8}  {'ours/s':>9}{'GiB':>8}  "
HEADING += "  ".join(f"{'torch ' + precision + '/s':>13}{'GiB':>8}{'speed':>7}{'memory':>8}  {'mode':<20}"
                     for precision in ("fp32", "bf16"))


def row(summary):
    line = f"{summary['model']:<24}{summary['what']:<7}{summary['batch']:>5}{summary['others_cpu_share']:>8.0%}  "
    line += f"{summary['examples_per_second']:>9.2f}{summary['peak_bytes'] / 2**30:>8.3f}  "
    for precision in "fp32", "bf16":
        if torch := summary.get(f"torch_{precision}"):
            line += f"{torch['examples_per_second']:>13.2f}{torch['peak_bytes'] / 2**30:>8.3f}"
            line += f"{torch['speed_ratio']:>7.2f}{torch['peak_ratio']:>8.2f}  {torch['mode']:<20}  "
    return line.rstrip()


def main():
    options = arguments()
    check_torch(options.python)
    cases = [Case(*combination, options)
             for combination in itertools.product(options.models, options.batch, options.what)]
    for case in cases:
        for number in range(options.rounds):
            for contender in case.results:
                result = case.measure(contender)
                print(f"{number + 1}/{options.rounds}  {case.name['model']:<24}{case.name['what']:<7}"
                      f"{case.name['batch']:>5}  {contender:<20}{result['examples_per_second']:>10.2f} examples/s"
                      f"{result['peak_bytes'] / 2**30:>8.3f} GiB, others took {result['others_cpu_share']:.0%}",
                      file=sys.stderr)
    summaries = [case.summary() for case in cases]
    table = "\n".join([HEADING.rstrip()] + [row(summary) for summary in summaries])
    print(table, file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps({"benchmark": "compare", "cases": summaries,
                          "measurements": [result for case in cases for results in case.results.values()
                                           for result in results]}))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
