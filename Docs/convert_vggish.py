"""Makes safetensors of VGGish's released checkpoint, for `antiphon embed --model vggish.safetensors`.

    pip install tensorflow-cpu safetensors
    curl -O https://storage.googleapis.com/audioset/vggish_model.ckpt
    python Docs/convert_vggish.py vggish_model.ckpt vggish.safetensors
"""
import pathlib
import sys

import numpy as np
import tensorflow as tf
from safetensors.numpy import save_file

# Our layers, by the scopes of vggish_slim.py: of a convolution weights and biases are two layers.
LAYERS = {
    "conv1": ("block1.0.0", "block1.0.1"),
    "conv2": ("block2.0.0", "block2.0.1"),
    "conv3/conv3_1": ("block3.0.0", "block3.0.1"),
    "conv3/conv3_2": ("block3.1.0", "block3.1.1"),
    "conv4/conv4_1": ("block4.0.0", "block4.0.1"),
    "conv4/conv4_2": ("block4.1.0", "block4.1.1"),
    "fc1/fc1_1": ("hidden1.1", "hidden1.1"),
    "fc1/fc1_2": ("hidden2.0", "hidden2.0"),
    "fc2": ("embedding.0", "embedding.0"),
}


def convert(checkpoint: str, into: str) -> None:
    """Any width: narrower networks than the released one are for tests."""
    variables = tf.train.load_checkpoint(checkpoint)
    tensors = {}
    for scope, (weights, biases) in LAYERS.items():
        values = variables.get_tensor(f"vggish/{scope}/weights").astype(np.float32)
        # Convolutions are [height, width, inputs, outputs] there, and [height * width * inputs, outputs] here.
        tensors[f"{weights}.weight"] = np.ascontiguousarray(values.reshape(-1, values.shape[-1]))
        tensors[f"{biases}.bias"] = variables.get_tensor(f"vggish/{scope}/biases").astype(np.float32)
    filters = tensors["block1.0.0.weight"].shape[1]
    save_file(tensors, into, metadata={"format": "pt", "model": "vggish" if filters == 64 else f"vggish-w{filters}"})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    convert(sys.argv[1], sys.argv[2])
    print(f"{sys.argv[2]}: {pathlib.Path(sys.argv[2]).stat().st_size} bytes")
