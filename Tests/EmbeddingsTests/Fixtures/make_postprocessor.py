"""Makes postprocessor.npz, postprocessor-float32.npz and postprocessor.json: a few columns of VGGish's own principal
components, and what its postprocessor (vggish_postprocess.py) makes of some vectors with them.

    python make_postprocessor.py vggish_pca_params.npz
"""
import json
import sys

import numpy as np

INPUTS = 6
parameters = np.load(sys.argv[1])
matrix = parameters["pca_eigen_vectors"][:, :INPUTS]
means = parameters["pca_means"][:INPUTS].reshape(-1, 1)
np.savez_compressed("postprocessor.npz", pca_eigen_vectors=matrix, pca_means=means.ravel())
np.savez("postprocessor-float32.npz", pca_eigen_vectors=matrix.astype("<f4"), pca_means=means.ravel().astype("<f4"))

embeddings = np.random.default_rng(1).normal(0, 1.5, (5, INPUTS)).astype(np.float32)
embeddings[0] = means.ravel()
applied = np.dot(matrix, embeddings.T - means).T
clipped = np.clip(applied, -2.0, 2.0)
quantized = ((clipped + 2.0) * (255.0 / 4.0)).astype(np.uint8)
result = {
    "means": means.ravel().tolist(),
    "vectors": matrix.ravel().tolist(),
    "embeddings": embeddings.tolist(),
    "bytes": quantized.tolist(),
}
with open("postprocessor.json", "w") as file:
    json.dump(result, file)
