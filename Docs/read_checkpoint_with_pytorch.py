"""Loads a checkpoint with PyTorch's own distributed reader, all shards into whole tensors, and prints what it finds.

    pip install torch numpy safetensors huggingface_hub
    python Docs/read_checkpoint_with_pytorch.py runs/first/checkpoints/step-00000120
"""
import json
import pathlib
import sys

import torch
import torch.distributed.checkpoint as dcp
from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageReader

folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "manifest.json").read_text())
reader = HuggingFaceStorageReader(path=str(folder))
stored = reader.read_metadata().state_dict_metadata
tensors = {name: torch.full(tensor.size, torch.nan) for name, tensor in stored.items()}
dcp.load(state_dict=tensors, storage_reader=reader, no_dist=True)
for name, tensor in sorted(tensors.items()):
    if tensor.isnan().any():
        sys.exit(f"{name} has rows that no shard has, or values that are no numbers")
    print(f"{name}  {list(tensor.shape)}  sum {float(tensor.double().sum()):.6f}")

expected = {}
for tensor in manifest["tensors"]:
    slots = manifest["slots"] if tensor["kind"] == 0 else []  # 0: a weight, 1: a statistic
    for name in [tensor["name"]] + [f"{tensor['name']}.{slot}" for slot in slots]:
        expected[name] = tensor["shape"]
found = {name: list(tensor.shape) for name, tensor in tensors.items()}
print(f"step {manifest['step']}: {len(manifest['shards'])} shards, {len(tensors)} tensors")
sys.exit(0 if found == expected else f"the manifest says {expected}")
