#!/usr/bin/env python3
"""Times networks/cnn.json built in PyTorch, on one thread: the same rows as bench_network.

Compare "recognise/3s" and "train_step/32" of both programs, run one after the other on the same
quiet machine. Recognising is timed twice: "recognise/3s" as PyTorch's optimiser for inference leaves
the network (normalisation folded into the convolutions, which oneDNN computes), and
"recognise_eager/3s" as it was written, for which a single clip on one thread goes to the BLAS
instead: without a fast one (Debian: libopenblas0) that is some ten times slower.
"""

import argparse
import json
import pathlib
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("PyTorch is not installed (Debian: python3-torch)")

CLIP_FRAMES, BATCH, BATCH_FRAMES, CLASSES = 298, 32, 224, 8
NETWORK = pathlib.Path(__file__).parent.parent / "networks" / "cnn.json"


def pair(value):
    return tuple(value) if isinstance(value, list) else (value, value)


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction):
        super().__init__()
        self.reduce = nn.Linear(channels, channels // reduction)
        self.expand = nn.Linear(channels // reduction, channels)

    def forward(self, x):
        scale = torch.sigmoid(self.expand(torch.relu(self.reduce(x.mean((2, 3))))))
        return x * scale[:, :, None, None]


class Flatten(nn.Module):
    """(batch, channels, frames, bands) -> (batch, channels * bands, frames)"""

    def forward(self, x):
        return x.transpose(2, 3).flatten(1, 2)


class AttentivePool(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.hidden = nn.Conv1d(channels, hidden, 1)
        self.score = nn.Conv1d(hidden, channels, 1)

    def forward(self, x):
        share = torch.softmax(self.score(torch.tanh(self.hidden(x))), 2)
        mean = (share * x).sum(2)
        variance = (share * (x - mean[:, :, None]) ** 2).sum(2)
        return torch.cat([mean, variance.clamp_min(1e-5).sqrt()], 1)


def build(layers, channels, bands):
    """Modules for a list of layers, and the channels and bands behind them."""
    modules, flat = [], False
    for layer in layers:
        kind = layer["type"]
        if kind == "conv2d":
            kernel, stride = pair(layer.get("kernel", 1)), pair(layer.get("stride", 1))
            modules.append(nn.Conv2d(channels, layer["channels"], kernel, stride,
                                     tuple(k // 2 for k in kernel), bias=layer.get("bias", True)))
            channels, bands = layer["channels"], -(-bands // stride[1])
        elif kind == "conv1d":
            modules.append(nn.Conv1d(channels, layer["channels"], layer["kernel"],
                                     bias=layer.get("bias", True)))
            channels = layer["channels"]
        elif kind == "batch_norm":
            modules.append(nn.BatchNorm1d(channels) if flat else nn.BatchNorm2d(channels))
        elif kind == "relu":
            modules.append(nn.ReLU())
        elif kind == "average_pool":
            kernel = pair(layer["kernel"])
            modules.append(nn.AvgPool2d(kernel, kernel, ceil_mode=True))
            bands = -(-bands // kernel[1])
        elif kind == "residual":
            body, inner, inner_bands = build(layer["body"], channels, bands)
            shortcut, _, _ = build(layer["shortcut"], channels, bands)
            modules.append(Residual(body, shortcut))
            channels, bands = inner, inner_bands
        elif kind == "squeeze_excite":
            modules.append(SqueezeExcite(channels, layer["reduction"]))
        elif kind == "flatten":
            modules.append(Flatten())
            channels, bands, flat = channels * bands, 1, True
        elif kind == "attentive_pool":
            modules.append(AttentivePool(channels, layer["hidden"]))
            channels *= 2
        elif kind == "dropout":
            modules.append(nn.Dropout(layer["rate"]))
        elif kind == "dense":
            modules.append(nn.Linear(channels, CLASSES))
        else:
            sys.exit(f"{NETWORK}: this script does not know {kind}")
    return nn.Sequential(*modules), channels, bands


def measure(work, min_time):
    for _ in range(3):  # the optimiser waits for the second call
        work()
    iterations, start = 0, time.perf_counter()
    while time.perf_counter() - start < min_time:
        work()
        iterations += 1
    return 1e9 * (time.perf_counter() - start) / iterations, iterations


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--min-time", type=float, default=2.0, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    text = json.loads(NETWORK.read_text())
    bands = text["features"]["bands"]
    network, _, _ = build(text["layers"], 1, bands)
    network = network.to(memory_format=torch.channels_last)
    clip, batch = torch.randn(1, 1, CLIP_FRAMES, bands), torch.randn(BATCH, 1, BATCH_FRAMES, bands)
    targets = torch.arange(BATCH) % CLASSES
    optimizer = torch.optim.AdamW(network.parameters(), 2e-5, (0.9, 0.98), weight_decay=0.02)
    loss = nn.CrossEntropyLoss(label_smoothing=0.1)

    def recognise(model):
        with torch.no_grad():
            model(clip)

    def step():
        optimizer.zero_grad()
        loss(network(batch), targets).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5)
        optimizer.step()

    rows = []
    network.eval()
    fast = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network, clip)))
    rows.append(("recognise/3s", *measure(lambda: recognise(fast), options.min_time)))
    rows.append(("recognise_eager/3s", *measure(lambda: recognise(network), options.min_time)))
    network.train()
    rows.append(("train_step/32", *measure(step, options.min_time)))
    if options.json:
        print(json.dumps({"context": {"executable": "torch " + torch.__version__}, "benchmarks": [
            {"name": name, "run_name": name, "run_type": "iteration", "threads": 1,
             "iterations": iterations, "real_time": nanoseconds, "time_unit": "ns"}
            for name, nanoseconds, iterations in rows]}, indent=2))
        return
    parameters = sum(p.numel() for p in network.parameters())
    print(f"PyTorch {torch.__version__}, one thread, {parameters} parameters")
    for name, nanoseconds, iterations in rows:
        print(f"{name:<40} {nanoseconds:12.0f} ns {iterations:12d}")


if __name__ == "__main__":
    main()
