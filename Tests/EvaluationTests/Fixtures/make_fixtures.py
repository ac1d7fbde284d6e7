"""Makes golden.json: metrics by scikit-learn, and d' by SciPy. Run once; needs scikit-learn 1.9 (and so SciPy)."""
import json

import numpy as np
from scipy.stats import norm
from sklearn.metrics import average_precision_score, roc_auc_score

random = np.random.default_rng(1609_09430)


def d_prime(auc):
    return float(np.sqrt(2) * norm.ppf(auc)) if 0 < auc < 1 else None


def exact(value):
    """The shortest decimal of a float32."""
    number = float(str(np.float32(value)))
    assert np.float32(number) == value
    return number


def case(name, scores, labels):
    """Labels as a matrix of 0 and 1, of the shape of the scores; scikit-learn gets float32, as the Swift code does."""
    scores, labels = np.asarray(scores, np.float32), np.asarray(labels, int)
    assert scores.shape == labels.shape
    scored = [k for k in range(labels.shape[1]) if 0 < labels[:, k].sum() < len(labels)]
    auc = {k: float(roc_auc_score(labels[:, k], scores[:, k])) for k in scored}
    ap = {k: float(average_precision_score(labels[:, k], scores[:, k])) for k in scored}
    mean_auc = float(roc_auc_score(labels[:, scored], scores[:, scored], average="macro"))
    return {
        "name": name,
        "scores": [[exact(value) for value in row] for row in scores],
        "labels": [np.flatnonzero(row).tolist() for row in labels],
        "class_auc": [auc.get(k) for k in range(labels.shape[1])],
        "class_ap": [ap.get(k) for k in range(labels.shape[1])],
        "auc": mean_auc,
        "d_prime": d_prime(mean_auc),
        "map": float(average_precision_score(labels[:, scored], scores[:, scored], average="macro")),
        "chance_map": float(labels[:, scored].mean()),
    }


def labels_of(clips, *priors):
    """Random labels, of which each class has at least one clip, and lacks at least one."""
    labels = (random.random((clips, len(priors))) < priors).astype(int)
    labels[0], labels[-1] = 1, 0
    return labels


def sigmoids(labels, separation):
    return 1 / (1 + np.exp(-random.normal(labels * separation, 1)))


def one_clip(clips, value):
    """One clip that has a class while the others have not (1), or the reverse (0)."""
    labels = np.full((clips, 1), 1 - value)
    labels[clips // 3] = value
    return labels


def many_clips(clips, modulus, positives):
    """Metrics of a class whose scores and labels follow from the clips' numbers: `GoldenFile.ManyClips` has the same."""
    number = np.arange(clips, dtype=np.int64)
    labels = (number * 31337 + 11) % 10007 < positives
    scores = (number * (number + 7919) % modulus + labels * (modulus // 4)).astype(np.float32)
    return {"clips": clips, "modulus": modulus, "positives": positives,
            "auc": float(roc_auc_score(labels, scores)), "ap": float(average_precision_score(labels, scores))}


plain = labels_of(200, 0.02, 0.1, 0.5, 0.9)
tied = labels_of(60, 0.1, 0.3, 0.7)
even = labels_of(30, 0.2, 0.5)
saturated = labels_of(80, 0.2, 0.5)
single = np.hstack([labels_of(40, 0.3), np.zeros((40, 1)), np.ones((40, 1)), labels_of(40, 0.5)]).astype(int)
rare = np.hstack([one_clip(1500, 1), one_clip(1500, 0)])
near = labels_of(48, 0.3, 0.5)
ordered = labels_of(25, 0.3, 0.3)

neighbours = np.float32(1) - np.float32(2**-24) * random.integers(0, 6, 48).astype(np.float32)
smallest = np.float32(2**-149) * random.integers(-2, 3, 48).astype(np.float32)
smallest[smallest == 0] *= random.choice([-1, 1], np.count_nonzero(smallest == 0))  # 0 and -0 are equal scores

cases = [
    case("scores of a network", sigmoids(plain, [3, 2, 1, -0.5]), plain),
    case("many ties", np.round(sigmoids(tied, 1) * 8) / 8, tied),
    case("constant scores", np.full(even.shape, [0, 0.7]), even),
    case("scores of 0 and 1", np.round(sigmoids(saturated, [1, 2]) * [1, 2]) / [1, 2], saturated),
    case("classes without positives or negatives", sigmoids(single, 1), single),
    case("one positive, one negative", np.round(sigmoids(rare, 2), 3), rare),
    case("neighbouring and the smallest float32", np.stack([neighbours, smallest], axis=1), near),
    case("logits, of a perfect and of a reversed order", (ordered + random.random((25, 2)) - 1) * [50, -50], ordered),
]
aucs = [5e-324, 1e-300, 1e-20, 1e-9, 0.02425, 0.074, 0.075, 0.25, 0.4999999, 0.5, 0.75, 0.925, 0.926, 0.999999]
aucs += [1 - 1e-12, 1 - 2**-53]
golden = {
    "cases": cases,
    "d_prime": [{"auc": auc, "d_prime": d_prime(auc)} for auc in aucs],
    "many_clips": [many_clips(60_000, *kind) for kind in [(4_000_037, 4000), (1009, 4000), (4_000_037, 3), (3, 9900)]],
}
with open("golden.json", "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
