"""Trains the paper's fully connected network with TensorFlow's ParameterServerStrategy, in a loop without Keras.

Started without --role it starts itself as servers and workers, and is their coordinator."""
import argparse
import json
import os
import socket
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

import span

RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-7


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm-up", type=float, default=5)
    parser.add_argument("--partitioned", action="store_true",
                        help="cut each large kernel into as many parts as there are servers")
    parser.add_argument("--role", choices=["ps", "worker"])
    parser.add_argument("--index", type=int)
    parser.add_argument("--cluster")
    return parser.parse_args()


class Model:
    """Weights with Adam's moments on the servers; a step runs on a worker, its updates where the variables are."""

    def __init__(self, strategy):
        widths = [span.INPUTS, *span.HIDDEN, span.CLASSES]
        with strategy.scope():
            self.kernels, self.biases = [], []
            for inputs, outputs in zip(widths, widths[1:]):
                self.kernels.append(tf.Variable(tf.random.normal([inputs, outputs], stddev=(2 / inputs) ** 0.5)))
                self.biases.append(tf.Variable(tf.zeros([outputs])))
        self.weights = [part for variable in self.kernels + self.biases
                        for part in getattr(variable, "variables", [variable])]
        self.moments = [[self.beside(weight) for weight in self.weights] for _ in range(2)]

    @staticmethod
    def beside(weight):
        with tf.device(weight.device):
            return tf.Variable(tf.zeros(weight.shape))

    def step(self, iterator, count):
        x, y = next(iterator)
        with tf.GradientTape() as tape:
            for layer, (kernel, bias) in enumerate(zip(self.kernels, self.biases)):
                x = tf.matmul(x, tf.convert_to_tensor(kernel)) + bias
                if layer < len(span.HIDDEN):
                    x = tf.nn.relu(x)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x))
        gradients = tape.gradient(loss, self.weights)
        for weight, m, v, gradient in zip(self.weights, *self.moments, gradients):
            with tf.device(weight.device):
                tf.raw_ops.ResourceApplyAdam(
                    var=weight.handle, m=m.handle, v=v.handle, beta1_power=tf.pow(BETA1, count),
                    beta2_power=tf.pow(BETA2, count), lr=RATE, beta1=BETA1, beta2=BETA2, epsilon=EPSILON, grad=gradient)
        return loss


def dataset():
    x = tf.random.normal([span.BATCH, span.INPUTS])
    y = tf.cast(tf.random.uniform([span.BATCH, span.CLASSES]) < 1 / 1000, tf.float32)
    return tf.data.Dataset.from_tensors((x, y)).cache().repeat()


def coordinate(options, cluster):
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(tf.train.ClusterSpec(cluster), rpc_layer="grpc")
    partitioner = None
    if options.partitioned:
        partitioner = tf.distribute.experimental.partitioners.MinSizePartitioner(
            min_shard_bytes=1 << 20, max_shards=options.servers)
    strategy = tf.distribute.ParameterServerStrategy(resolver, variable_partitioner=partitioner)
    coordinator = tf.distribute.coordinator.ClusterCoordinator(strategy)
    model = Model(strategy)
    iterator = iter(coordinator.create_per_worker_dataset(dataset))
    step = tf.function(model.step)
    count = 0

    def train_for(seconds):
        nonlocal count
        end, first = time.monotonic() + seconds, count
        while time.monotonic() < end:
            for _ in range(16 * options.workers):  # enough that no worker waits
                count += 1
                loss = coordinator.schedule(step, args=(iterator, tf.constant(float(count))))
            coordinator.join()
        if not float(loss.fetch()) < 1:
            sys.exit(f"expected a loss that falls, it is {loss.fetch()}")
        return count - first

    train_for(options.warm_up)
    begin = time.monotonic()
    span.tell(begin, train_for(options.seconds))


def start(options):
    def address():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return f"127.0.0.1:{probe.getsockname()[1]}"

    cluster = {"ps": [address() for _ in range(options.servers)],
               "worker": [address() for _ in range(options.workers)], "chief": [address()]}
    processes = [subprocess.Popen([sys.executable, "-B", __file__, "--role", role, "--index", str(index), "--cluster",
                                   json.dumps(cluster)])
                 for role in ("ps", "worker") for index in range(len(cluster[role]))]
    try:
        coordinate(options, cluster)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def main():
    options = arguments()
    if not options.role:
        return start(options)
    tf.distribute.Server(tf.train.ClusterSpec(json.loads(options.cluster)), job_name=options.role,
                         task_index=options.index, protocol="grpc").join()


if __name__ == "__main__":
    main()
