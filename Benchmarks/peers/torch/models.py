"""The paper's five networks (Hershey et al., ICASSP 2017) in PyTorch: from patches [batch, 1, 96, 64] to 3087 logits; and
feature-level attention (Kong et al. 2019): from clips [batch, 10, 128] to AudioSet's 527.

Layer for layer those of Sources/Shared/Models: batch norm (epsilon 1e-3) behind each convolution, which has no bias."""
import torch
from torch import nn
from torch.nn import functional

CLASSES = 3087


class Convolution(nn.Sequential):
    """A convolution with batch norm, and ReLU unless told otherwise."""

    def __init__(self, inputs, outputs, kernel, stride=1, padding=0, relu=True):
        super().__init__(nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
                         nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01),
                         *[nn.ReLU(inplace=True)] * relu)


def hidden(inputs, outputs):
    return [nn.Linear(inputs, outputs), nn.ReLU(inplace=True)]


def fully_connected():
    return nn.Sequential(nn.Flatten(), *hidden(96 * 64, 1000), *hidden(1000, 1000), *hidden(1000, 1000),
                         nn.Linear(1000, CLASSES))


def alexnet():
    return nn.Sequential(
        Convolution(1, 96, 11, (2, 1)), nn.MaxPool2d(3, 2),
        Convolution(96, 256, 5, padding=2), nn.MaxPool2d(3, 2),
        Convolution(256, 384, 3, padding=1), Convolution(384, 384, 3, padding=1), Convolution(384, 256, 3, padding=1),
        nn.MaxPool2d(3, 2), nn.Flatten(), *hidden(5120, 4096), nn.Linear(4096, CLASSES))


def vgg19():
    layers, inputs = [], 1
    for filters, count in (64, 2), (128, 2), (256, 4), (512, 4), (512, 4):
        for _ in range(count):
            layers.append(Convolution(inputs, filters, 3, padding=1))
            inputs = filters
        layers.append(nn.MaxPool2d(2, 2))
    return nn.Sequential(*layers, nn.Flatten(), *hidden(3072, 4096), *hidden(4096, 4096), nn.Linear(4096, CLASSES))


class Bottleneck(nn.Module):
    """Three convolutions around which the input goes; the first one has the stride (version 1)."""

    def __init__(self, inputs, filters, stride):
        super().__init__()
        outputs = 4 * filters
        self.body = nn.Sequential(Convolution(inputs, filters, 1, stride), Convolution(filters, filters, 3, padding=1),
                                  Convolution(filters, outputs, 1, relu=False))
        is_same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if is_same else Convolution(inputs, outputs, 1, stride, relu=False)

    def forward(self, x):
        return functional.relu(self.body(x) + self.shortcut(x), inplace=True)


def resnet50():
    layers, inputs = [Convolution(1, 64, 7, padding=3), nn.MaxPool2d(3, 2, 1)], 64
    for filters, count, stride in (64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2):
        for block in range(count):
            layers.append(Bottleneck(inputs, filters, stride if block == 0 else 1))
            inputs = 4 * filters
    return nn.Sequential(*layers, nn.AvgPool2d((6, 4)), nn.Flatten(), nn.Linear(inputs, CLASSES))


class Branches(nn.ModuleList):
    """What several networks make of the same input, channel behind channel."""

    def forward(self, x):
        return torch.cat([branch(x) for branch in self], 1)


def chain(inputs, *layers):
    """Convolutions of stride 1 that keep the map's size, each as (outputs, kernel)."""
    convolutions = []
    for outputs, kernel in layers:
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        convolutions.append(Convolution(inputs, outputs, kernel, padding=tuple(k // 2 for k in kernel)))
        inputs = outputs
    return nn.Sequential(*convolutions)


def pooled(inputs, outputs):
    return nn.Sequential(nn.AvgPool2d(3, 1, 1, count_include_pad=False), Convolution(inputs, outputs, 1))


def mixed_46x30(inputs, pool):
    return Branches([chain(inputs, (64, 1)), chain(inputs, (48, 1), (64, 5)), chain(inputs, (64, 1), (96, 3), (96, 3)),
                     pooled(inputs, pool)])


def mixed_22x14(inputs, c):
    wide, tall = (1, 7), (7, 1)
    return Branches([chain(inputs, (192, 1)), chain(inputs, (c, 1), (c, wide), (192, tall)),
                     chain(inputs, (c, 1), (c, tall), (c, wide), (c, tall), (192, wide)), pooled(inputs, 192)])


def mixed_10x6(inputs):
    def split():
        return Branches([chain(384, (384, (1, 3))), chain(384, (384, (3, 1)))])
    return Branches([chain(inputs, (320, 1)), nn.Sequential(chain(inputs, (384, 1)), split()),
                     nn.Sequential(chain(inputs, (448, 1), (384, 3)), split()), pooled(inputs, 192)])


def inception_v3():
    """Without the stem's layers up to its first max pooling, and without the auxiliary head."""
    to_22x14 = Branches([Convolution(288, 384, 3, 2),
                         nn.Sequential(chain(288, (64, 1), (96, 3)), Convolution(96, 96, 3, 2)), nn.MaxPool2d(3, 2)])
    to_10x6 = Branches([nn.Sequential(chain(768, (192, 1)), Convolution(192, 320, 3, 2)),
                        nn.Sequential(chain(768, (192, 1), (192, (1, 7)), (192, (7, 1))), Convolution(192, 192, 3, 2)),
                        nn.MaxPool2d(3, 2)])
    return nn.Sequential(
        Convolution(1, 80, 1), Convolution(80, 192, 3), nn.MaxPool2d(3, 2),
        mixed_46x30(192, 32), mixed_46x30(256, 64), mixed_46x30(288, 64), to_22x14,
        mixed_22x14(768, 128), mixed_22x14(768, 160), mixed_22x14(768, 160), mixed_22x14(768, 192), to_10x6,
        mixed_10x6(1280), mixed_10x6(2048), nn.AvgPool2d((10, 6)), nn.Flatten(), nn.Linear(2048, CLASSES))


class Normalized(nn.Module):
    """A fully connected layer over each vector, batch norm, ReLU and dropout."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs, bias=False)
        self.norm = nn.BatchNorm1d(outputs, eps=1e-3, momentum=0.01)

    def forward(self, x):
        x = self.norm(self.linear(x.flatten(0, 1))).unflatten(0, x.shape[:2])
        return functional.dropout(functional.relu(x), 0.5, self.training)


class FeatureLevelAttention(nn.Module):
    classes = 527

    def __init__(self, units=1024):
        super().__init__()
        self.first = nn.BatchNorm1d(128, eps=1e-3, momentum=0.01)
        self.hidden = nn.Sequential(Normalized(128, units), Normalized(units, units), Normalized(units, units))
        self.values, self.gates = nn.Linear(units, units), nn.Linear(units, units)
        self.norm = nn.BatchNorm1d(units, eps=1e-3, momentum=0.01)
        self.output = nn.Linear(units, self.classes)

    def forward(self, x):
        x = self.hidden(self.first(x.flatten(0, 1)).unflatten(0, x.shape[:2]))
        weights = torch.sigmoid(self.gates(x)).clamp(1e-7, 1 - 1e-7)
        x = (weights * self.values(x)).sum(1) / weights.sum(1)
        x = functional.dropout(functional.relu(self.norm(x)), 0.5, self.training)
        return self.output(x)


NETWORKS = {"fc": fully_connected, "alexnet": alexnet, "vgg19": vgg19, "inception": inception_v3, "resnet50": resnet50,
            "feature-level-attention": FeatureLevelAttention}
