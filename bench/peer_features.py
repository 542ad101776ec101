#!/usr/bin/env python3
"""Times the log-mel features of ser's default settings with the usual Python libraries.

Uses torch.stft where torch is installed, otherwise numpy.fft, on one thread, on the same four
seconds of noise that bench_features uses (the same length, not the same samples). Compare the row
"log_mel/4s" of both programs, run one after the other on the same quiet machine.

With --values FILE it reads float32 samples from FILE ("-": standard input), and writes the features
to standard output as float32, (frames, bands): to check that both compute the same.
"""

import argparse
import json
import sys
import time

import numpy as np

try:
    import torch
except ImportError:
    torch = None

RATE, WINDOW, HOP, FFT = 16000, 400, 160, 512
BANDS, LOW, HIGH = 64, 40.0, 7800.0
FLOOR, OFFSET = 1e-8, 0.5
SECONDS = 4


def mel_weights():
    """HTK scale, Slaney norm: (bands, bins)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOW, HIGH))
    corners = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    hz = np.arange(FFT // 2 + 1) * RATE / FFT
    rising = (hz - corners[:-2, None]) / np.diff(corners)[:-1, None]
    falling = (corners[2:, None] - hz) / np.diff(corners)[1:, None]
    weights = np.maximum(0, np.minimum(rising, falling))
    return (weights * (2 / (corners[2:] - corners[:-2]))[:, None]).astype(np.float32)


def hann():
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)


def numpy_log_mel():
    weights, window = mel_weights().T.copy(), hann()

    def run(samples):
        frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
        spectrum = np.fft.rfft(frames * window, FFT)
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        values = np.log(power @ weights + np.float32(FLOOR))
        return (values - values.mean(axis=0)) / (values.std(axis=0) + np.float32(OFFSET))

    return "numpy " + np.__version__, run


def torch_log_mel():
    torch.set_num_threads(1)
    weights = torch.from_numpy(mel_weights().T.copy())
    # torch puts a window that is shorter than the FFT in its middle. Placed at the start, it gives
    # the frames of ser; the zeros after the last sample complete the last frame.
    window = torch.zeros(FFT)
    window[:WINDOW] = torch.from_numpy(hann())

    @torch.no_grad()
    def run(samples):
        padded = torch.nn.functional.pad(torch.from_numpy(samples), (0, FFT - WINDOW))
        spectrum = torch.stft(
            padded, FFT, HOP, FFT, window, center=False, onesided=True, return_complex=True
        )
        power = torch.view_as_real(spectrum).square().sum(-1).T
        values = torch.log(power @ weights + FLOOR)
        deviation, mean = torch.std_mean(values, dim=0, unbiased=False)
        return ((values - mean) / (deviation + OFFSET)).numpy()

    return "torch " + torch.__version__, run


def measure(work, min_time):
    """Nanoseconds per call, and calls, as bench.c does it."""
    iterations = 1
    while True:
        start = time.perf_counter()
        for _ in range(iterations):
            work()
        elapsed = time.perf_counter() - start
        if elapsed >= min_time:
            return 1e9 * elapsed / iterations, iterations
        factor = 1.4 * min_time / elapsed if elapsed > min_time / 10 else 10
        iterations = int(iterations * factor) + 1


def report(library, nanoseconds, iterations, as_json):
    name, speed = "log_mel/4s", SECONDS / (nanoseconds * 1e-9)
    if as_json:
        row = {"name": name, "run_name": name, "run_type": "iteration", "threads": 1,
               "iterations": iterations, "real_time": nanoseconds, "time_unit": "ns",
               "x_real_time": speed}
        print(json.dumps({"context": {"executable": library}, "benchmarks": [row]}, indent=2))
    else:
        print(f"{name + ' (' + library + ')':<40} {nanoseconds:12.0f} ns {iterations:12d} "
              f"x_real_time={speed:.5g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--library", choices=["numpy", "torch"],
                        default="torch" if torch else "numpy")
    parser.add_argument("--min-time", type=float, default=0.5, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--values", metavar="FILE")
    arguments = parser.parse_args()
    if arguments.library == "torch" and not torch:
        parser.error("torch is not installed")
    library, run = torch_log_mel() if arguments.library == "torch" else numpy_log_mel()
    if arguments.values:
        source = sys.stdin.buffer if arguments.values == "-" else open(arguments.values, "rb")
        with source:
            samples = np.frombuffer(source.read(), np.float32).copy()
        sys.stdout.buffer.write(np.ascontiguousarray(run(samples), np.float32).tobytes())
        return
    samples = np.random.default_rng(1).uniform(-0.1, 0.1, RATE * SECONDS).astype(np.float32)
    report(library, *measure(lambda: run(samples), arguments.min_time), arguments.json)


if __name__ == "__main__":
    main()
