"""Makes eval.tfrecord and test.tfrecord: a clip of AudioSet's released embeddings and one of YouTube-8M's frame level, as
TensorFlow writes them. Run once; needs tensorflow."""
import tensorflow as tf

train = tf.train


def bytes_feature(value):
    return train.Feature(bytes_list=train.BytesList(value=[value]))


def float_feature(value):
    return train.Feature(float_list=train.FloatList(value=[value]))


def vectors(count, size):
    """Of each second: its number, and then bytes that count up."""
    return train.FeatureList(
        feature=[bytes_feature(bytes([second] + [i % 256 for i in range(1, size)])) for second in range(count)]
    )


labels = train.Feature(int64_list=train.Int64List(value=[300, 7, 526]))
audio_set = train.SequenceExample(
    context=train.Features(
        feature={
            "video_id": bytes_feature(b"-0RWZT-miFs"),
            "labels": labels,
            "start_time_seconds": float_feature(420.0),
            "end_time_seconds": float_feature(430.0),
        }
    ),
    feature_lists=train.FeatureLists(feature_list={"audio_embedding": vectors(10, 128)}),
)
youtube_8m = train.SequenceExample(
    context=train.Features(feature={"id": bytes_feature(b"eXbF"), "labels": labels}),
    feature_lists=train.FeatureLists(feature_list={"rgb": vectors(12, 1024), "audio": vectors(12, 128)}),
)
for name, example in [("eval.tfrecord", audio_set), ("test.tfrecord", youtube_8m)]:
    with tf.io.TFRecordWriter(name) as writer:
        writer.write(example.SerializeToString())
