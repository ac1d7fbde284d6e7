"""Reads a dataset that `antiphon prepare` or `antiphon embed` made with TensorFlow's own reader, and prints what it finds.

    pip install tensorflow-cpu
    python Docs/read_with_tensorflow.py dataset/ [train|validation|evaluation]
"""
import json
import math
import pathlib
import sys

import tensorflow as tf

folder = pathlib.Path(sys.argv[1])
split = sys.argv[2] if len(sys.argv) > 2 else "train"
description = json.loads((folder / "dataset.json").read_text())
quantization = description["quantization"]
step = (quantization["maximum"] - quantization["minimum"]) / 255
if "embedding" in description:
    feature_list, shape = "audio_embedding", [description["embedding"]["size"]]
else:
    front_end = description["front_end"]
    feature_list, shape = "log_mel", [front_end["frames_per_patch"], front_end["bands"]]


def read(record):
    """One clip: its id, start and end, labels of `classes` zeros and ones, patches [n, frames, bands] of log-mel, or [n, size]."""
    context, lists = tf.io.parse_single_sequence_example(
        record,
        context_features={
            "video_id": tf.io.FixedLenFeature([], tf.string),
            "labels": tf.io.VarLenFeature(tf.int64),
            "start_time_seconds": tf.io.FixedLenFeature([], tf.float32),
            "end_time_seconds": tf.io.FixedLenFeature([], tf.float32),
        },
        sequence_features={feature_list: tf.io.FixedLenSequenceFeature([], tf.string)},
    )
    bytes_of_patches = tf.io.decode_raw(lists[feature_list], tf.uint8)
    patches = tf.cast(bytes_of_patches, tf.float32) * step + quantization["minimum"]
    patches = tf.reshape(patches, [-1] + shape)
    return context, patches


shards = [str(folder / shard["file"]) for shard in description["splits"][split]["shards"]]
names = [label["name"] for label in description["labels"]]
clips = patches_seen = 0
total = 0.0
for context, patches in tf.data.TFRecordDataset(shards).map(read):
    if clips < 5:
        labels = [names[i] for i in context["labels"].values.numpy()]
        print(
            f"{context['video_id'].numpy().decode()}  {context['start_time_seconds'].numpy():.2f} to"
            f" {context['end_time_seconds'].numpy():.2f} s  {labels}  patches {patches.shape}"
            f"  mean {float(tf.reduce_mean(patches)):.3f}"
        )
    clips += 1
    patches_seen += patches.shape[0]
    total += float(tf.reduce_sum(patches))
values = math.prod(shape) * patches_seen
print(f"{split}: {len(shards)} shards, {clips} clips, {patches_seen} patches, mean {feature_list} {total / values:.4f}")
expected = (description["splits"][split]["clips"], description["splits"][split]["patches"])
sys.exit(0 if (clips, patches_seen) == expected else f"dataset.json says {expected}")
