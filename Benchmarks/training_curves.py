"""Makes Tests/ModelsTests/Fixtures/training_curves.json: what PyTorch's losses are over 50 steps of narrow networks.

Run once; needs PyTorch 2.13 and NumPy. The networks are declared as those of Sources/Shared/Models are, and computed in
float64, so that the curves are the mathematics' and not a rounding's. First values and batches are those of `drawn`, as
in Tests/ModelsTests/TrainingCurve.swift, so that only losses and a few logits need be stored.

With --sensitivity nothing is written: it prints how far each curve is from those of float32 and of convolutions with
errors of 1e-5, that is, how much of the test's 1e-3 roundings may use.
"""
import argparse
import json
import math
import re
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

STEPS, BATCHES, BATCH, CLASSES = 50, 5, 8, 7
IMAGE_STREAM, TARGET_STREAM = 1_000_000, 2_000_000  # beyond the numbers of parameters
EPSILON, DECAY = 1e-3, 0.99  # of batch norm

CURVES = [  # widths with 16 channels and more in some, odd ones in others
    ("fc-3x100", "sgd", 0.01),
    ("fc-2x37", "adam", 0.0003),
    ("alexnet-w12", "sgd", 0.005),
    ("alexnet-w8", "adam", 0.00005),
    ("vgg19-w8", "sgd", 0.001),
    ("vgg19-w5", "adam", 0.00003),
    ("inception-w8", "sgd", 0.01),
    ("inception-w6", "adam", 0.0001),
    ("resnet50-w8", "sgd", 0.01),
    ("resnet50-w5", "adam", 0.0001),
]


def drawn(stream, count):
    """Float32 numbers of 24 bits in -1..<1: a hash of (stream, position), by Wellons' "lowbias32"."""
    h = np.arange(count, dtype=np.uint32) + np.uint32(stream * 0x9E3779B1 & 0xFFFFFFFF)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x7FEB352D)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x846CA68B)
    h = h ^ (h >> np.uint32(16))
    return (h >> np.uint32(8)).astype(np.float32) * np.float32(2**-23) - np.float32(1)


def batch(number):
    """Patches of 96 x 64, noise that is louder in the band of each label, and a quarter of all labels."""
    targets = (drawn(TARGET_STREAM + number, BATCH * CLASSES) < -0.5).astype(np.float32).reshape(BATCH, CLASSES)
    noise = drawn(IMAGE_STREAM + number, BATCH * 96 * 64).reshape(BATCH, 96, 64)
    bands = np.arange(64) * CLASSES // 64
    return np.float32(4) * noise + targets[:, None, bands], targets


class Noisy(torch.autograd.Function):
    """Adds errors of a relative size to values (forwards) or to their gradient (backwards)."""

    @staticmethod
    def forward(context, x, forwards, backwards):
        context.backwards = backwards
        return x + forwards * x.square().mean().sqrt() * torch.randn_like(x)

    @staticmethod
    def backward(context, dy):
        return dy + context.backwards * dy.square().mean().sqrt() * torch.randn_like(dy), None, None


class Network:
    """Functions that take their parameters in the order of use, and make them in the first pass.

    Images are [batch, channels, height, width] here; weights are laid out as Antiphon's.
    """

    def __init__(self, model, dtype, noise):
        self.forward_pass, self.dtype, self.noise = declared(model), dtype, noise
        self.weights, self.statistics = [], []

    def logits(self, images, training):
        self.next_weight, self.next_statistic, self.training = 0, 0, training
        return self.forward_pass(self, (images[:, None] + 3) / 2)

    def weight(self, *shape):
        """A matrix of He's deviation, or a vector around 1/2.

        Of batch norm, that is a scale of 1/2 and a shift of 1/2: most activations then are above ReLU's kink, and deep
        networks are far less chaotic.
        """
        if self.next_weight == len(self.weights):
            values = drawn(self.next_weight, math.prod(shape))
            if len(shape) == 2:
                values = values * np.sqrt(np.float32(6) / np.float32(shape[0]))
            else:
                values = np.float32(0.5) + np.float32(0.25) * values
            self.weights.append(torch.tensor(values.reshape(shape), dtype=self.dtype, requires_grad=True))
        self.next_weight += 1
        return self.weights[self.next_weight - 1]

    def linear(self, x, outputs):
        x = x.permute(0, 2, 3, 1).flatten(1) if x.dim() == 4 else x
        return x @ self.weight(x.shape[1], outputs) + self.weight(outputs)

    def hidden(self, x, outputs):
        return F.relu(self.linear(x, outputs))

    def convolution(self, x, outputs, kernel, stride=1, padding="same", relu=True):
        """Without bias, and with batch norm."""
        (height, width), inputs = pair(kernel), x.shape[1]
        w = self.weight(height * width * inputs, outputs).reshape(height, width, inputs, outputs).permute(3, 2, 0, 1)
        if self.noise:
            x, w = Noisy.apply(x, 0, self.noise), Noisy.apply(w, 0, self.noise)
        x = F.conv2d(padded(x, kernel, stride, 0) if padding == "same" else x, w, stride=pair(stride))
        x = Noisy.apply(x, self.noise, 0) if self.noise else x
        return F.relu(self.batch_norm(x)) if relu else self.batch_norm(x)

    def batch_norm(self, x):
        """Of the biased variance, in training and in the running statistics."""
        channels = x.shape[1]
        scale, shift = self.weight(channels), self.weight(channels)
        if self.next_statistic == len(self.statistics):
            self.statistics += [[torch.zeros(channels, dtype=self.dtype), torch.ones(channels, dtype=self.dtype)]]
        running = self.statistics[self.next_statistic]
        self.next_statistic += 1
        if self.training:
            seen = (x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False))
            for index in range(2):
                running[index] = DECAY * running[index] + (1 - DECAY) * seen[index].detach()
        mean, variance = seen if self.training else running
        factor = scale / (variance + EPSILON).sqrt()
        return x * factor[:, None, None] + (shift - mean * factor)[:, None, None]

    def learn(self, images, targets):
        for weight in self.weights:
            weight.grad = None
        loss = F.binary_cross_entropy_with_logits(self.logits(images, training=True), targets)
        loss.backward()
        return loss.item()


def pair(extent):
    return extent if isinstance(extent, tuple) else (extent, extent)


def padded(x, kernel, stride, value):
    """As TensorFlow's "same": one output for each `stride` inputs, the odd place behind."""
    ends = []
    for extent, kernel, stride in list(zip(x.shape[2:], pair(kernel), pair(stride)))[::-1]:
        missing = max(0, ((extent + stride - 1) // stride - 1) * stride + kernel - extent)
        ends += [missing // 2, missing - missing // 2]
    return F.pad(x, ends, value=value)


def average(x):
    """3 x 3, of the places inside the image."""
    return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def fully_connected(layers, units):
    def forward(net, x):
        for _ in range(layers):
            x = net.hidden(x, units)
        return net.linear(x, CLASSES)

    return forward


def residual(depth, width):
    """Version 1: the first 1x1 has the stride."""

    def bottleneck(net, x, filters, stride):
        y = net.convolution(x, filters, 1, stride)
        y = net.convolution(y, filters, 3)
        y = net.convolution(y, 4 * filters, 1, relu=False)
        if stride != 1 or x.shape[1] != 4 * filters:
            x = net.convolution(x, 4 * filters, 1, stride, relu=False)
        return F.relu(y + x)

    def forward(net, x):
        x = net.convolution(x, width, 7)
        x = F.max_pool2d(padded(x, 3, 2, -math.inf), 3, 2)
        for stage, blocks in enumerate({14: [1, 1, 1, 1], 26: [2, 2, 2, 2], 50: [3, 4, 6, 3]}[depth]):
            for block in range(blocks):
                x = bottleneck(net, x, width << stage, 2 if stage > 0 and block == 0 else 1)
        return net.linear(x.mean((2, 3)), CLASSES)

    return forward


def alexnet(n):
    """Batch norm instead of local response normalisation, one hidden layer; `n` scales a width of the paper's."""

    def forward(net, x):
        x = net.convolution(x, n(96), 11, (2, 1), "valid")
        x = F.max_pool2d(x, 3, 2)
        x = net.convolution(x, n(256), 5)
        x = F.max_pool2d(x, 3, 2)
        for filters in (384, 384, 256):
            x = net.convolution(x, n(filters), 3)
        x = F.max_pool2d(x, 3, 2)
        return net.linear(net.hidden(x, n(4096)), CLASSES)

    return forward


def vgg19(n):
    def forward(net, x):
        for filters, layers in ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4)):
            for _ in range(layers):
                x = net.convolution(x, n(filters), 3)
            x = F.max_pool2d(x, 2, 2)
        return net.linear(net.hidden(net.hidden(x, n(4096)), n(4096)), CLASSES)

    return forward


def inception(n):
    """Version 3 from its Conv2d_3b_1x1 on; the modules' numbers are those of TensorFlow's inception_v3.py."""

    def chain(net, x, *layers):
        for filters, kernel in layers:
            x = net.convolution(x, n(filters), kernel)
        return x

    def mixed5(net, x, pooled):
        return torch.cat([
            chain(net, x, (64, 1)),
            chain(net, x, (48, 1), (64, 5)),
            chain(net, x, (64, 1), (96, 3), (96, 3)),
            chain(net, average(x), (pooled, 1))], 1)

    def mixed6a(net, x):
        return torch.cat([
            net.convolution(x, n(384), 3, 2, "valid"),
            net.convolution(chain(net, x, (64, 1), (96, 3)), n(96), 3, 2, "valid"),
            F.max_pool2d(x, 3, 2)], 1)

    def mixed6(net, x, c):
        return torch.cat([
            chain(net, x, (192, 1)),
            chain(net, x, (c, 1), (c, (1, 7)), (192, (7, 1))),
            chain(net, x, (c, 1), (c, (7, 1)), (c, (1, 7)), (c, (7, 1)), (192, (1, 7))),
            chain(net, average(x), (192, 1))], 1)

    def mixed7a(net, x):
        return torch.cat([
            net.convolution(chain(net, x, (192, 1)), n(320), 3, 2, "valid"),
            net.convolution(chain(net, x, (192, 1), (192, (1, 7)), (192, (7, 1))), n(192), 3, 2, "valid"),
            F.max_pool2d(x, 3, 2)], 1)

    def fork(net, x):
        return torch.cat([chain(net, x, (384, (1, 3))), chain(net, x, (384, (3, 1)))], 1)

    def mixed7(net, x):
        return torch.cat([
            chain(net, x, (320, 1)),
            fork(net, chain(net, x, (384, 1))),
            fork(net, chain(net, x, (448, 1), (384, 3))),
            chain(net, average(x), (192, 1))], 1)

    def forward(net, x):
        x = net.convolution(chain(net, x, (80, 1)), n(192), 3, padding="valid")
        x = F.max_pool2d(x, 3, 2)
        for pooled in (32, 64, 64):
            x = mixed5(net, x, pooled)
        x = mixed6a(net, x)
        for c in (128, 160, 160, 192):
            x = mixed6(net, x, c)
        x = mixed7(net, mixed7(net, mixed7a(net, x)))
        return net.linear(x.mean((2, 3)), CLASSES)

    return forward


def declared(model):
    if match := re.fullmatch(r"fc-(\d+)x(\d+)", model):
        return fully_connected(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"resnet(\d+)-w(\d+)", model):
        return residual(int(match[1]), int(match[2]))
    name, width = re.fullmatch(r"(\w+)-w(\d+)", model).groups()
    network, base = {"alexnet": (alexnet, 96), "vgg19": (vgg19, 64), "inception": (inception, 80)}[name]
    return network(lambda paper: max(1, math.floor(paper * int(width) / base + 0.5)))


def sgd(rate):
    @torch.no_grad()
    def update(weights, step):
        for weight in weights:
            weight -= rate * weight.grad

    return update


def adam(rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """As TensorFlow computes it, with "epsilon hat"."""
    moments = {}

    @torch.no_grad()
    def update(weights, step):
        corrected = rate * math.sqrt(1 - beta2**step) / (1 - beta1**step)
        for index, weight in enumerate(weights):
            m, v = moments.get(index, (torch.zeros_like(weight), torch.zeros_like(weight)))
            m, v = beta1 * m + (1 - beta1) * weight.grad, beta2 * v + (1 - beta2) * weight.grad**2
            moments[index] = (m, v)
            weight -= corrected * m / (v.sqrt() + epsilon)

    return update


def trained(model, optimizer, rate, dtype=torch.float64, noise=0):
    """The loss of each step, and the logits of the first batch with the running statistics afterwards."""
    torch.manual_seed(1)
    net, update = Network(model, dtype, noise), {"sgd": sgd, "adam": adam}[optimizer](rate)
    batches = [[torch.tensor(part, dtype=dtype) for part in batch(number)] for number in range(BATCHES)]
    losses = []
    for step in range(1, STEPS + 1):
        losses.append(net.learn(*batches[(step - 1) % BATCHES]))
        update(net.weights, step)
    with torch.no_grad():
        return np.array(losses), net.logits(batches[0][0], training=False).double().numpy()


def curve(model, optimizer, rate):
    losses, logits = trained(model, optimizer, rate)
    assert losses[-BATCHES:].mean() < 0.8 * losses[:BATCHES].mean(), f"the loss of {model} hardly falls"
    return {
        "model": model,
        "optimizer": optimizer,
        "learning_rate": rate,
        "losses": [float(f"{loss:.9g}") for loss in losses],
        "logits": [float(f"{logit:.7g}") for logit in logits.flatten()],
    }


def print_sensitivity(model, optimizer, rate):
    losses, logits = trained(model, optimizer, rate)
    first, last = losses[:BATCHES].mean(), losses[-BATCHES:].mean()
    print(f"{model} {optimizer} {rate}: from {first:.4f} to {last:.4f}; logits' rms {np.sqrt((logits**2).mean()):.3g}")
    for name, options in (("float32", {"dtype": torch.float32}), ("convolutions off by 1e-5", {"noise": 1e-5})):
        other_losses, other_logits = trained(model, optimizer, rate, **options)
        loss_error = abs(other_losses / losses - 1).max()
        logit_error = abs(other_logits - logits).max() / np.sqrt((logits**2).mean())
        print(f"  {name}: losses within {loss_error:.1e}, logits within {logit_error:.1e} of their rms", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sensitivity", action="store_true", help="print how far roundings move the curves")
    if parser.parse_args().sensitivity:
        for arguments in CURVES:
            print_sensitivity(*arguments)
    else:
        fixture = {"batches": BATCHES, "batch": BATCH, "classes": CLASSES, "curves": [curve(*each) for each in CURVES]}
        path = Path(__file__).parent.parent / "Tests/ModelsTests/Fixtures/training_curves.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(fixture, separators=(",", ":")).replace('{"model"', '\n{"model"') + "\n")
