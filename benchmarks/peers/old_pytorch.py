#!/usr/bin/env python3
"""Runs ciss_torch.py (which needs PyTorch 2.4) on an older PyTorch such as Debian's 1.13.

Operations that PyTorch got later are put together from those it has: the same numbers, by a few more kernel calls. What
that costs is small next to convolutions and matrix products (optimizer and teacher: under 2 % of an iteration).

    old_pytorch.py verify DIR...
    old_pytorch.py time --channels 64 --iterations 5
"""
import math
import os
import sys

import torch
import torch.nn.functional as F


def scaled_dot_product_attention(q, k, v):
    """PyTorch 2.0."""
    return torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]), -1) @ v


def foreach_copy_(targets, sources):
    """PyTorch 2.1."""
    for target, source in zip(targets, sources):
        target.copy_(source)


def foreach_lerp_(targets, sources, weight):
    """PyTorch 2.0: target += weight * (source - target)."""
    for target, source in zip(targets, sources):
        target.lerp_(source, weight)


def fused_adamw_(params, grads, averages, squares, _, steps, lr, beta1, beta2, eps, weight_decay, **flags):
    """PyTorch 2.1 on a CPU: the update of torch.optim.AdamW, all parameters of a group at a time."""
    assert not flags["amsgrad"] and not flags["maximize"]
    step = steps[0].item()
    torch._foreach_mul_(params, 1 - lr * weight_decay)
    torch._foreach_mul_(averages, beta1)
    torch._foreach_add_(averages, grads, alpha=1 - beta1)
    torch._foreach_mul_(squares, beta2)
    torch._foreach_addcmul_(squares, grads, grads, 1 - beta2)
    roots = torch._foreach_sqrt(squares)
    torch._foreach_div_(roots, math.sqrt(1 - beta2 ** step))
    torch._foreach_add_(roots, eps)
    torch._foreach_addcdiv_(params, averages, roots, -lr / (1 - beta1 ** step))


def supply(module, name, function):
    if not hasattr(module, name):
        setattr(module, name, function)


if __name__ == "__main__":
    supply(F, "scaled_dot_product_attention", scaled_dot_product_attention)
    supply(torch, "_foreach_copy_", foreach_copy_)
    supply(torch, "_foreach_lerp_", foreach_lerp_)
    supply(torch, "_fused_adamw_", fused_adamw_)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    import ciss_torch_runs
    sys.exit(ciss_torch_runs.main())
