"""Writes files with PyTorch, and dumps what PyTorch reads from files, for TorchInteroperationTest.

  torch_files.py write FOLDER        writes FOLDER/*.pth and a dump of each in FOLDER/*.dump
  torch_files.py dump FILE...        loads files with weights_only=True and dumps each beside it; FILE_plain.pth without,
                                     because PyTorch 1.13 knows no floating-point numbers and bytes there

A dump is a folder with index.txt, a line "path TAB type TAB extents" per tensor, N.bin with the elements of the N-th
tensor, row by row, and values.txt, a line "path TAB value" per plain value.
"""
import os
import sys
from collections import OrderedDict

import numpy
import torch

TYPES = {
    torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}


def walk(value, path):
    if isinstance(value, torch.Tensor):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from walk(child, path + [str(key)])
    elif isinstance(value, (list, tuple)):
        for i, child in enumerate(value):
            yield from walk(child, path + [str(i)])
    else:
        yield path, value


def dump(tree, folder):
    os.makedirs(folder)
    index = []
    values = []
    for path, value in walk(tree, []):
        name = "/".join(path)
        if isinstance(value, torch.Tensor):
            raw = value.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
            with open(os.path.join(folder, f"{len(index)}.bin"), "wb") as file:
                file.write(raw)
            extents = ",".join(str(n) for n in value.shape)
            index.append(f"{name}\t{TYPES[value.dtype]}\t{extents}\n")
        elif isinstance(value, bytes):
            values.append(f"{name}\t{value.hex()}\n")
        elif isinstance(value, numpy.generic):
            values.append(f"{name}\t{value.item()!r}\n")
        else:
            values.append(f"{name}\t{value!r}\n" if isinstance(value, float) else f"{name}\t{value}\n")
    with open(os.path.join(folder, "index.txt"), "w", encoding="utf-8") as file:
        file.writelines(index)
    with open(os.path.join(folder, "values.txt"), "w", encoding="utf-8") as file:
        file.writelines(values)


def tensors():
    torch.manual_seed(1)
    base = torch.randn(6, 8)
    special = torch.tensor([float("nan"), float("inf"), -0.0, 1e-42, -1.5])
    return OrderedDict([
        ("half", torch.randn(7).half()),
        ("brain", torch.randn(5, 3).bfloat16()),
        ("double", torch.randn(2, 2).double()),
        ("int64", torch.tensor([1, -(2 ** 62)])),
        ("int32", torch.tensor([[-7]], dtype=torch.int32)),
        ("int16", torch.tensor([300, -300], dtype=torch.int16)),
        ("int8", torch.tensor([-128, 127], dtype=torch.int8)),
        ("uint8", torch.tensor([0, 255], dtype=torch.uint8)),
        ("bool", torch.tensor([True, False, True])),
        ("scalar", torch.tensor(2.5)),
        ("empty", torch.zeros(3, 0, 2)),
        ("special", special),
        ("whole", base),
        ("rows", base[2:5]),
        ("columns", base[:, 1:4]),
        ("every_third", base[::3, ::2]),
        ("transposed", base.t()),
        ("permuted", torch.randn(2, 3, 4, 5).permute(0, 2, 3, 1)),
        ("channels_last", torch.randn(2, 3, 4, 4).to(memory_format=torch.channels_last)),
        ("expanded", torch.randn(4, 1).expand(4, 3)),
        ("parameter", torch.nn.Parameter(torch.randn(2, 2))),
    ])


def trainer():
    torch.manual_seed(2)
    student = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(),
                                  torch.nn.Linear(36, 2))
    teacher = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(),
                                  torch.nn.Linear(36, 2))
    both = torch.nn.ModuleDict({"student": student, "teacher": teacher})
    optimizer = torch.optim.AdamW([{"params": [p]} for p in both.parameters()], lr=6e-5, weight_decay=0.01)
    for _ in range(3):
        optimizer.zero_grad()
        student(torch.randn(2, 3, 5, 5)).square().sum().backward()
        optimizer.step()
    meta = {
        "iter": 3, "epoch": 1, "time": "Mon Nov 30 2026", "CLASSES": ("road", "Straße"), "PALETTE": [[128, 64, 128], [0, 0, 0]],
        "score": numpy.float64(0.75), "score32": numpy.float32(0.5), "count": numpy.int64(-3), "byte": numpy.uint8(200),
        "flag": numpy.bool_(True), "half": numpy.float16(1.5), "big_endian": numpy.dtype(">i4").type(5),
        "raw": b"\x00\xff\x10", "none_raw": b"", "long_raw": bytes(300), "size": torch.Size([2, 3]),
        "device": torch.device("cpu"), "dtype": torch.bfloat16, "big": 2 ** 70, "negative": -(2 ** 40), "nothing": None,
        "hook_msgs": {"last_ckpt": "iter_2.pth"}, 7: [(), [], {}, ((1, (2, [3])),)],
    }
    return {"meta": meta, "state_dict": both.state_dict(), "optimizer": optimizer.state_dict()}


def write(folder):
    trees = {"tensors": tensors(), "trainer": trainer()}
    for name, tree in trees.items():
        torch.save(tree, os.path.join(folder, name + "_zip.pth"))
        torch.save(tree, os.path.join(folder, name + "_legacy.pth"), _use_new_zipfile_serialization=False)
        torch.save(tree, os.path.join(folder, name + "_protocol4.pth"), pickle_protocol=4)
        for layout in ("zip", "legacy", "protocol4"):
            dump(tree, os.path.join(folder, f"{name}_{layout}.dump"))


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    for file in sys.argv[2:]:
        safe = not file.endswith("_plain.pth")
        dump(torch.load(file, weights_only=safe), file.replace(".pth", ".dump"))
