#!/usr/bin/env python3
"""Counts each label's AUC and average precision with scikit-learn, and prints a JSON object with the time it took.

Of the ways to call it, this is the fastest (1.9.1): a label at a time, each label's values in one piece, labels as
bytes, and no search for infinities."""
import json
import sys
import time

import numpy
import sklearn
from sklearn.metrics import average_precision_score, roc_auc_score


def metrics(scores, labels):
    auc, average_precision = [], []
    for label in range(scores.shape[1]):
        if 0 < numpy.count_nonzero(labels[:, label]) < len(labels):
            auc.append(float(roc_auc_score(labels[:, label], scores[:, label])))
            average_precision.append(float(average_precision_score(labels[:, label], scores[:, label])))
        else:
            auc.append(None)
            average_precision.append(None)
    return auc, average_precision


def main():
    folder, clips, classes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sklearn.set_config(assume_finite=True, skip_parameter_validation=True)
    scores, labels = (numpy.asfortranarray(numpy.fromfile(f"{folder}/{name}", kind).reshape(clips, classes))
                      for name, kind in (("scores", numpy.float32), ("labels", numpy.int8)))
    metrics(scores[:, :2], labels[:, :2])
    start = time.perf_counter()
    auc, average_precision = metrics(scores, labels)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "version": sklearn.__version__, "auc": auc,
                      "average_precision": average_precision}))


if __name__ == "__main__":
    main()
