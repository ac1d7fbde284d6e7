#!/usr/bin/env python3
"""Times steps of one network in PyTorch as Benchmarks/run training-step times ours, and prints a JSON object.

A mode's allocator and threads are settings of the environment, made before Python starts: see `environment`."""
import argparse
import json
import os
import statistics
import time

LAYOUTS = ["nchw", "channels-last", "bf16"]  # bf16: autocast, channels-last
MODES = [layout + allocator for layout in LAYOUTS for allocator in ("", "-tuned")]


def environment(mode, threads):
    """The environment for a mode. A tuned allocator keeps freed memory for the next step, on huge pages."""
    variables = dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads))
    if mode.endswith("-tuned"):
        variables.update(MALLOC_MMAP_THRESHOLD_=str(32 << 30), MALLOC_TRIM_THRESHOLD_=str(32 << 30),
                         MALLOC_TOP_PAD_=str(512 << 20), THP_MEM_ALLOC_ENABLE="1",
                         GLIBC_TUNABLES="glibc.malloc.hugetlb=1")
    return variables


def make_step(network, layout, batch, what):
    """A function that does one step and returns its loss, or None where nothing is learnt."""
    import torch
    hears_clips = hasattr(network, "classes")
    x = torch.randn(batch, 10, 128) if hears_clips else torch.randn(batch, 1, 96, 64)
    targets = (torch.rand(batch, network.classes if hears_clips else 3087) < 0.002).float()
    if not hears_clips and layout != "nchw":
        network = network.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4, fused=True)
    loss_of = torch.nn.BCEWithLogitsLoss()

    def forward():
        with torch.autocast("cpu", torch.bfloat16, enabled=layout == "bf16"):
            return network(x).float()

    def train():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(forward(), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    def infer():
        with torch.inference_mode():
            torch.sigmoid(forward())

    network.train(what == "train")
    return train if what == "train" else infer


def timed(step, seconds):
    """Two steps that are not measured, then at least three, for about so many seconds."""
    losses = [step(), step()]
    times, end = [], time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        losses.append(step())
        times.append(time.perf_counter() - start)
    return times, losses


def peak_bytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM:"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--mode", required=True, choices=MODES)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--what", choices=["train", "infer"], default="train")
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()

    import torch
    import models
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network = models.NETWORKS[options.model]()
    layout = options.mode.removesuffix("-tuned")
    times, losses = timed(make_step(network, layout, options.batch, options.what), options.seconds)
    median = statistics.median(times)
    print(json.dumps({
        "case": f"torch-{options.mode}-{options.model}-{options.what}-batch{options.batch}-threads{options.threads}",
        "model": options.model, "mode": options.mode, "batch": options.batch, "threads": options.threads,
        "what": options.what, "steps": len(times), "step_seconds": median, "step_seconds_best": min(times),
        "examples_per_second": options.batch / median, "peak_bytes": peak_bytes(), "loss_first": losses[0],
        "loss_last": losses[-1], "torch": torch.__version__}))


if __name__ == "__main__":
    main()
