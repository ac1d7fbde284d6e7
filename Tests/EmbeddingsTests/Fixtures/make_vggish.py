"""Makes vggish-w1.safetensors and vggish-w1.json: a VGGish of one filter with random values, saved and computed by
TensorFlow with the operations of vggish_slim.py, and converted by Docs/convert_vggish.py.

    python make_vggish.py          the fixture
    python make_vggish.py 64 DIR   the same as wide as the released one (300 MB), to be tried by hand:
                                 VGGISH_FIXTURE=DIR/vggish swift test --filter EmbedderTests
"""
import json
import pathlib
import sys
import tempfile

import numpy as np
import tensorflow as tf

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "Docs"))
from convert_vggish import convert  # noqa: E402

v1 = tf.compat.v1
v1.disable_eager_execution()
filters = int(sys.argv[1]) if len(sys.argv) > 1 else 1
folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).resolve().parent


def wide(width):
    return max(1, (width * filters + 32) // 64)


generator = np.random.default_rng(2)


def layer(scope, shape):
    deviation = np.sqrt(2 / np.prod(shape[:-1]))
    weights = generator.normal(0, deviation, shape).astype(np.float32)
    biases = generator.normal(0, 0.1, shape[-1:]).astype(np.float32)
    return v1.Variable(weights, name=f"vggish/{scope}/weights"), v1.Variable(biases, name=f"vggish/{scope}/biases")


def convolution(x, scope, outputs):
    weights, biases = layer(scope, (3, 3, x.shape[-1], outputs))
    return tf.nn.relu(tf.nn.conv2d(x, weights, 1, "SAME") + biases)


def connected(x, scope, outputs):
    weights, biases = layer(scope, (x.shape[-1], outputs))
    return tf.matmul(x, weights) + biases


def pool(x):
    return tf.nn.max_pool2d(x, 2, 2, "SAME")


place = np.arange(3 * 96 * 64, dtype=np.float64).reshape(3, 96, 64)
patches = (2 * np.sin(0.37 * place) + np.cos(0.0113 * place) - 1).astype(np.float32)
x = v1.placeholder(tf.float32, (None, 96, 64), "vggish/input_features")
y = tf.reshape(x, [-1, 96, 64, 1])
y = pool(convolution(y, "conv1", wide(64)))
y = pool(convolution(y, "conv2", wide(128)))
y = pool(convolution(convolution(y, "conv3/conv3_1", wide(256)), "conv3/conv3_2", wide(256)))
y = pool(convolution(convolution(y, "conv4/conv4_1", wide(512)), "conv4/conv4_2", wide(512)))
y = tf.reshape(y, [-1, 6 * 4 * wide(512)])
y = tf.nn.relu(connected(y, "fc1/fc1_1", wide(4096)))
y = tf.nn.relu(connected(y, "fc1/fc1_2", wide(4096)))
y = connected(y, "fc2", wide(128))

with v1.Session() as session, tempfile.TemporaryDirectory() as scratch:
    session.run(v1.global_variables_initializer())
    checkpoint = f"{scratch}/vggish_model.ckpt"
    v1.train.Saver(write_version=v1.train.SaverDef.V1).save(session, checkpoint, write_meta_graph=False)
    print("saved as", [path.name for path in pathlib.Path(scratch).iterdir()])
    embeddings = session.run(y, {x: patches})
    name = "vggish" if filters == 64 else f"vggish-w{filters}"
    convert(checkpoint, f"{folder}/{name}.safetensors")
    (folder / f"{name}.json").write_text(json.dumps({"embeddings": embeddings.tolist()}))
    print(embeddings)
