"""Makes tensorflow-clip.tfrecord: one clip of one patch, as TensorFlow writes it. Run once; needs tensorflow."""
import tensorflow as tf

train = tf.train


def bytes_feature(value):
    return train.Feature(bytes_list=train.BytesList(value=[value]))


def float_feature(value):
    return train.Feature(float_list=train.FloatList(value=[value]))


patch = bytes(i * 7 % 251 for i in range(96 * 64))
clip = train.SequenceExample(
    context=train.Features(
        feature={
            "video_id": bytes_feature(b"-0RWZT-miFs"),
            "labels": train.Feature(int64_list=train.Int64List(value=[300, 7, 526])),
            "start_time_seconds": float_feature(420.0),
            "end_time_seconds": float_feature(430.0),
        }
    ),
    feature_lists=train.FeatureLists(feature_list={"log_mel": train.FeatureList(feature=[bytes_feature(patch)])}),
)
with tf.io.TFRecordWriter("tensorflow-clip.tfrecord") as writer:
    writer.write(clip.SerializeToString())
