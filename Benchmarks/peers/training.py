#!/usr/bin/env python3
"""Trains the paper's fully connected network (11.2M weights, mini-batches of 128) with several processes on this
machine: ours with parameter servers, TensorFlow's ParameterServerStrategy, PyTorch's DDP and RPC, in turn."""
import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import wave

import span
from processes import OthersShare, fail, output

HERE = os.path.dirname(os.path.abspath(__file__))
TENSORFLOW = [os.path.join(HERE, "tensorflow", "parameter_servers.py")]
TORCH = [os.path.join(HERE, "torch", "distributed.py"), "--way"]
PEERS = {
    "tensorflow": TENSORFLOW, "tensorflow-partitioned": TENSORFLOW + ["--partitioned"],
    "torch-ddp": TORCH + ["ddp"], "torch-rpc": TORCH + ["rpc"], "torch-rpc-tcp": TORCH + ["rpc", "--tcp"]}


def arguments():
    def some_of(text):
        for name in text.split(","):
            if name not in PEERS:
                raise argparse.ArgumentTypeError(f"expected some of {','.join(PEERS)}, but '{name}' came")
        return text.split(",")

    parser = argparse.ArgumentParser(prog="Benchmarks/run training", description=__doc__)
    parser.add_argument("--peers", type=some_of, default=list(PEERS), help="by default " + ",".join(PEERS))
    parser.add_argument("--python", default="python3", help="a Python that has PyTorch")
    parser.add_argument("--tensorflow-python", help="a Python that has TensorFlow, where it is another one")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured, all in turn")
    parser.add_argument("--seconds", type=float, default=20, help="how long each measurement takes")
    parser.add_argument("--warm-up", type=float, default=5, help="seconds of training before it that do not count")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object; all else goes to standard error")
    options = parser.parse_args(sys.argv[2:])
    if min(options.servers, options.workers, options.rounds) < 1 or not options.seconds >= 5:
        parser.error("expected at least a server, a worker, a round and 5 seconds")
    return options


def make_dataset(folder):
    """Noise of ten seconds each, with as many labels in all as the network has outputs, prepared by our own program."""
    generator = random.Random(1)
    sounds, labels = os.path.join(folder, "sounds"), os.path.join(folder, "labels.csv")
    os.mkdir(sounds)
    clips = 100
    with open(labels, "w") as rows:
        rows.write("path,labels\n")
        for clip in range(clips):
            with wave.open(os.path.join(sounds, f"{clip}.wav"), "wb") as sound:
                sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(16_000)
                sound.writeframes(generator.randbytes(2 * 160_000))
            rows.write(f"{clip}.wav,{';'.join(f'label {label}' for label in range(clip, span.CLASSES, clips))}\n")
    dataset = os.path.join(folder, "dataset")
    output([antiphon(), "prepare", sounds, "--labels", labels, "--into", dataset])
    return dataset


def antiphon():
    return os.path.join(sys.argv[1], "antiphon")


def measure_ours(options, dataset):
    """Examples a second between two lines of the run's record."""
    with tempfile.TemporaryDirectory() as folder:
        record = os.path.join(folder, "run", "metrics.jsonl")
        with open(os.path.join(folder, "log"), "w+") as log:
            training = subprocess.Popen(
                [antiphon(), "train", "--model", f"fc-{len(span.HIDDEN)}x{span.HIDDEN[0]}", "--data", dataset, "--run",
                 os.path.dirname(record), "--servers", str(options.servers), "--workers", str(options.workers),
                 "--batch", str(span.BATCH), "--steps", "1000000", "--checkpoint-seconds", "0"],
                stdout=log, stderr=log, start_new_session=True)
            try:
                while True:
                    lines = lines_of(record)
                    first = next((line for line in lines if line["examples"] > 0), None)
                    begin = first and next((line for line in lines if line["unix_seconds"] >=
                                            first["unix_seconds"] + options.warm_up), None)
                    if begin and lines[-1]["unix_seconds"] >= begin["unix_seconds"] + options.seconds:
                        break
                    if training.poll() is not None:
                        log.seek(0)
                        fail(f"the training ended: {(log.read().strip().splitlines() or ['no word'])[-1]}")
                    time.sleep(0.2)
            finally:
                training.send_signal(signal.SIGINT)
                training.wait()
    end = lines[-1]
    return (end["examples"] - begin["examples"]) / (end["unix_seconds"] - begin["unix_seconds"])


def lines_of(record):
    try:
        with open(record) as file:
            return [json.loads(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


def measure_peer(name, options):
    python = options.tensorflow_python if name.startswith("tensorflow") else None
    command = [python or options.python, "-B", *PEERS[name], "--workers", str(options.workers), "--servers",
               str(options.servers), "--seconds", str(options.seconds), "--warm-up", str(options.warm_up)]
    reports = reports_in(output(command))
    if not reports:
        fail(f"'{' '.join(command)}' told of no training")
    return sum(report["examples"] / (report["end"] - report["begin"]) for report in reports)


def reports_in(text):
    """The JSON objects in what several processes have said, of which two may be in one line."""
    reports, start = [], text.find("{")
    while start >= 0:
        report, end = json.JSONDecoder().raw_decode(text, start)
        reports.append(report)
        start = text.find("{", end)
    return reports


def check(python, module):
    try:
        found = subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0
    except OSError:
        found = False
    if not found:
        fail(f"'{python}' cannot import {module}: install it, name another Python, or leave it out of --peers")


def main():
    options = arguments()
    for module, python in ("tensorflow", options.tensorflow_python or options.python), ("torch", options.python):
        if any(name.startswith(module) for name in options.peers):
            check(python, module)
    speeds = {name: [] for name in ["ours"] + options.peers}
    with tempfile.TemporaryDirectory() as folder:
        dataset = make_dataset(folder)
        for number in range(options.rounds):
            for name in speeds:
                with OthersShare() as others:
                    speed = measure_ours(options, dataset) if name == "ours" else measure_peer(name, options)
                speeds[name].append({"examples_per_second": speed, "others_cpu_share": others.share})
                print(f"{number + 1}/{options.rounds}  {name:<24}{speed:>10.0f} examples/s, others took "
                      f"{others.share:.0%}", file=sys.stderr)
    cases = []
    for name, results in speeds.items():
        ratio = statistics.median(ours["examples_per_second"] / peer["examples_per_second"]
                                  for ours, peer in zip(speeds["ours"], results))
        cases.append({"case": name, "ratio": ratio, "rounds": options.rounds,
                      "examples_per_second": statistics.median(r["examples_per_second"] for r in results),
                      "others_cpu_share": max(r["others_cpu_share"] for r in results)})
    table = [f"{'':<24}{'others':>8}{'examples/s':>12}{'ours is':>10}"]
    table += [f"{case['case']:<24}{case['others_cpu_share']:>8.0%}{case['examples_per_second']:>12.0f}"
              f"{case['ratio']:>9.2f}x" for case in cases]
    print("\n".join(table), file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps({"benchmark": "training", "cases": cases}))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
