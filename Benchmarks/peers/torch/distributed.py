"""Trains the paper's fully connected network with PyTorch in several processes on this machine.

ddp: each process has all weights, and gradients are averaged in between (gloo). rpc: servers hold a share of the
weights each, apply Adam to gradients as they come, and answer with new weights."""
import argparse
import os
import socket
import threading
import time

import torch
from torch import multiprocessing, nn
from torch.distributed import rpc

import models
import span


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=["ddp", "rpc"], required=True)
    parser.add_argument("--servers", type=int, default=2, help="of rpc")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm-up", type=float, default=3)
    parser.add_argument("--tcp", action="store_true", help="rpc over TCP, not through shared memory")
    return parser.parse_args()


class Batch:
    """One mini-batch of noise, and the network on it."""

    def __init__(self, seed):
        torch.manual_seed(0)
        self.network = models.fully_connected()
        torch.manual_seed(seed)
        self.x = torch.randn(span.BATCH, 1, 96, 64)
        self.y = (torch.rand(span.BATCH, span.CLASSES) < 1 / 1000).float()
        self.loss = nn.BCEWithLogitsLoss()

    def backward(self, network):
        loss = self.loss(network(self.x), self.y)
        loss.backward()
        return loss


def train_ddp(rank, options, port):
    torch.set_num_threads(options.threads)
    torch.distributed.init_process_group(
        "gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=options.workers)
    batch = Batch(rank)
    network = nn.parallel.DistributedDataParallel(batch.network, gradient_as_bucket_view=True)
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)

    def step():
        adam.zero_grad()
        batch.backward(network)
        adam.step()

    # All must do as many steps: each one's are counted beforehand.
    def timed(count):
        torch.distributed.barrier()
        begin = time.monotonic()
        for _ in range(count):
            step()
        return begin, time.monotonic() - begin

    timed(3)
    seconds = torch.tensor([timed(5)[1] / 5])
    torch.distributed.all_reduce(seconds, torch.distributed.ReduceOp.MAX)
    timed(max(1, int(options.warm_up / seconds.item())))
    steps = max(1, int(options.seconds / seconds.item()))
    begin, _ = timed(steps)
    span.tell(begin, steps)
    torch.distributed.destroy_process_group()


class Share:
    """What one server holds: some of the parameters, with Adam's moments."""

    def __init__(self, values, threads):
        torch.set_num_threads(threads)
        self.parameters = [value.clone().requires_grad_() for value in values]
        self.adam = torch.optim.Adam(self.parameters, lr=1e-3, fused=True)
        self.lock = threading.Lock()

    def values(self):
        return [parameter.detach() for parameter in self.parameters]

    def update(self, gradients):
        with self.lock:
            for parameter, gradient in zip(self.parameters, gradients):
                parameter.grad = gradient
            self.adam.step()
            return self.values()


def update(share, gradients):
    return share.local_value().update(gradients)


def values(share):
    return share.local_value().values()


def halves(parameters, servers):
    """Runs of parameters with about as many values for each server."""
    total, seen, runs = sum(p.numel() for p in parameters), 0, [[] for _ in range(servers)]
    for parameter in parameters:
        runs[min(servers - 1, (seen + parameter.numel() // 2) * servers // total)].append(parameter)
        seen += parameter.numel()
    return runs


def train_rpc(rank, options, port):
    torch.set_num_threads(options.threads)
    names = [f"server{index}" for index in range(options.servers)]
    names += [f"worker{index}" for index in range(options.workers)]
    settings = rpc.TensorPipeRpcBackendOptions(
        init_method=f"tcp://127.0.0.1:{port}", _transports=["uv"] if options.tcp else None)
    rpc.init_rpc(names[rank], rank=rank, world_size=len(names), rpc_backend_options=settings)
    if rank == options.servers:  # the first worker has the weights held, and the others told where
        network = Batch(0).network
        shares = [rpc.remote(name, Share, ([p.detach() for p in run], options.threads))
                  for name, run in zip(names, halves(list(network.parameters()), options.servers))]
        for reply in [rpc.rpc_async(name, work, (shares, index, options))
                      for index, name in enumerate(names[options.servers:])]:
            reply.wait()
    rpc.shutdown()


def work(shares, index, options):
    batch = Batch(index)
    runs = halves(list(batch.network.parameters()), len(shares))

    def take(replies):
        with torch.no_grad():
            for run, reply in zip(runs, replies):
                for parameter, value in zip(run, reply.wait()):
                    parameter.copy_(value)

    def step():
        batch.network.zero_grad()
        batch.backward(batch.network)
        take([rpc.rpc_async(share.owner(), update, (share, [p.grad for p in run]))
              for share, run in zip(shares, runs)])

    take([rpc.rpc_async(share.owner(), values, (share,)) for share in shares])
    span.measure(step, options.seconds, options.warm_up)


def main():
    options = arguments()
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    os.environ.setdefault("TP_SOCKET_IFNAME", "lo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    count = options.workers + (options.servers if options.way == "rpc" else 0)
    multiprocessing.spawn(train_ddp if options.way == "ddp" else train_rpc, (options, port), count)


if __name__ == "__main__":
    main()
