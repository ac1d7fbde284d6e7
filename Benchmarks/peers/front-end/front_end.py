#!/usr/bin/env python3
"""Times our log-mel front end, a loop in C over FFTW in single precision, and the front ends of Python libraries in turn,
on the same sound in memory, one thread each."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

from processes import OthersShare, fail, run

LOG_MEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "log_mel.py")
MODULES = {"librosa": "librosa", "torchaudio": "torchaudio", "kaldi-native-fbank": "kaldi_native_fbank"}
ONE_THREAD = dict(os.environ, **{f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "NUMBA")})


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/run front-end", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="of sound")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured, all in turn")
    parser.add_argument("--repetitions", type=int, default=15, help="of ours and the loop in C, in a round")
    parser.add_argument("--peer-repetitions", type=int, default=3, help="of each library, in a round")
    parser.add_argument("--peers", type=lambda text: text.split(",") if text else [], default=list(MODULES),
                        help=f"by default {','.join(MODULES)}; '' for none")
    parser.add_argument("--python", default="python3", help="a Python that has the libraries")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object; all else goes to standard error")
    options = parser.parse_args(sys.argv[2:])
    for name in "seconds", "rounds", "repetitions", "peer_repetitions":
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be positive, it is {getattr(options, name)}")
    for peer in options.peers:
        if peer not in MODULES:
            parser.error(f"--peers has '{peer}', and there are only {', '.join(MODULES)}")
    return options


def check_library(python, peer):
    try:
        found = subprocess.run([python, "-c", f"import {MODULES[peer]}"], capture_output=True).returncode == 0
    except OSError:
        found = False
    if not found:
        fail(f"'{python}' cannot import {MODULES[peer]}: pip install {peer}, name another Python with --python PATH, "
             "or leave it out with --peers")


class Contender:
    """What was measured of one, round by round: how many seconds of sound it took in a second of a processor."""

    def __init__(self, name):
        self.name, self.version = name, None
        self.speeds, self.others, self.peak_bytes = [], [], None

    def add(self, sound_seconds, seconds, others):
        self.speeds.append(sound_seconds / statistics.median(seconds))
        self.others.append(others)

    def summary(self, ours):
        summary = {
            "case": self.name, "times_real_time": statistics.median(self.speeds), "others_cpu_share": max(self.others),
            "ratio": statistics.median(own / theirs for own, theirs in zip(ours.speeds, self.speeds))}
        if self.version:
            summary["version"] = self.version
        if self.peak_bytes:
            summary["peak_bytes"] = self.peak_bytes
        return summary


def measure(options, contenders, path):
    ours, bare, *peers = contenders
    command = [sys.argv[1], "front-end-case", "--seconds", str(options.seconds), "--repetitions",
               str(options.repetitions)]
    with OthersShare() as others:
        result = run(command + ["--into", path])
    ours.add(result["sound_seconds"], result["seconds"], others.share)
    ours.peak_bytes = max(ours.peak_bytes or 0, result["peak_bytes"])
    bare.add(result["sound_seconds"], result["bare_seconds"], others.share)
    for peer in peers:
        with OthersShare() as others:
            result = run([options.python, "-B", LOG_MEL, peer.name, path, str(options.peer_repetitions)], env=ONE_THREAD)
        peer.version = result["version"]
        peer.add(result["sound_seconds"], result["seconds"], others.share)


def main():
    options = arguments()
    for peer in options.peers:
        check_library(options.python, peer)
    contenders = [Contender(name) for name in ["ours", "C and FFTW", *options.peers]]
    with tempfile.TemporaryDirectory(prefix="antiphon-front-end-") as folder:
        for number in range(options.rounds):
            measure(options, contenders, os.path.join(folder, "samples"))
            speeds = ", ".join(f"{contender.name} {contender.speeds[-1]:,.0f}" for contender in contenders)
            print(f"{number + 1}/{options.rounds}  {speeds}", file=sys.stderr)
    summaries = [contender.summary(contenders[0]) for contender in contenders]
    lines = [f"{'front end':<20}{'others':>8}{'x real time':>13}{'ratio':>8}"]
    for summary in summaries:
        lines.append(f"{summary['case']:<20}{summary['others_cpu_share']:>8.0%}{summary['times_real_time']:>13,.0f}"
                     f"{summary['ratio']:>8.2f}")
    print("\n".join(lines), file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps({"benchmark": "front-end", "cases": summaries}))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
