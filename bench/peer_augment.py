#!/usr/bin/env python3
"""Times some of what bench_augment times with NumPy, SciPy and PyTorch, on one thread and on the same
sound (samples/plain.wav, or the WAV file that the environment's SER_BENCH_SOUND names).

Compare the rows of the same name of both programs, run one after the other on the same quiet
machine. Debian packages none of the libraries made for this (torchaudio, audiomentations); the rows
do their work the way these do:

  gain       NumPy
  noise      NumPy: normal noise at a signal-to-noise ratio
  speed      SciPy: a polyphase filter (resample_poly), by 1.05
  stretch    PyTorch: a phase vocoder without phase locking, frames of 64 ms, by 1.05
  pitch      the same, then resample_poly
  equalise   SciPy: a linear-phase filter from the gains at some knots (firwin2)
  room       SciPy: fftconvolve with noise that decays, without simulating a room
  telephone  SciPy: resample_poly, Butterworth filters, mu-law by its formula, and back
"""

import math
import os
import pathlib
import sys
import time
import wave

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np

try:
    import scipy.signal
except ImportError:
    sys.exit("SciPy is not installed (Debian: python3-scipy)")
try:
    import torch

    torch.set_num_threads(1)
except ImportError:
    torch = None

SOUND = pathlib.Path(__file__).parent.parent / "samples" / "plain.wav"
RATE = 16000
random = np.random.default_rng(1)


def load_sound(path):
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            sys.exit(f"{path}: expected {RATE} Hz, one channel, 16 bits")
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return (samples / 32768).astype(np.float32)


def gain(x):
    return x * np.float32(10 ** (random.uniform(-6, 6) / 20))


def noise(x):
    added = random.standard_normal(len(x), dtype=np.float32)
    ratio = 10 ** (random.uniform(5, 30) / 10)
    return x + added * np.sqrt(np.mean(x * x) / (np.mean(added * added) * ratio))


def speed(x):
    return scipy.signal.resample_poly(x, 20, 21)


def stretch(x, pace=1 / 1.05):
    size, hop = 1024, 256
    window = torch.hann_window(size)
    spectra = torch.stft(torch.from_numpy(x), size, hop, window=window, return_complex=True)
    places = torch.arange(0, spectra.shape[1] - 1, pace)
    below = places.long()
    share = places - below
    first, second = spectra[:, below], spectra[:, below + 1]
    turn = (2 * math.pi * hop / size) * torch.arange(size // 2 + 1)[:, None]
    step = second.angle() - first.angle() - turn
    step = step - 2 * math.pi * torch.round(step / (2 * math.pi)) + turn
    phase = torch.cumsum(torch.cat([spectra[:, :1].angle(), step[:, :-1]], 1), 1)
    size_now = (1 - share) * first.abs() + share * second.abs()
    return torch.istft(torch.polar(size_now, phase), size, hop, window=window).numpy()


def pitch(x):
    return scipy.signal.resample_poly(stretch(x), 20, 21)[: len(x)]


def equalise(x):
    gains = 10 ** (random.uniform(-5, 5, 8) / 20)
    taps = scipy.signal.firwin2(511, np.linspace(0, 1, 8), gains)
    return scipy.signal.fftconvolve(x, taps.astype(np.float32), "same")


def room(x):
    length = int(0.25 * RATE)
    decay = np.exp(-6.9 * np.arange(length) / (0.33 * RATE)).astype(np.float32)
    response = random.standard_normal(length, dtype=np.float32) * decay
    return scipy.signal.fftconvolve(x, response)[: len(x)]


def telephone(x):
    line = scipy.signal.resample_poly(x, 1, 2)
    band = scipy.signal.butter(4, [300, 3400], "bandpass", fs=8000, output="sos")
    line = np.clip(scipy.signal.sosfilt(band, line), -1, 1)
    code = np.round(np.sign(line) * np.log1p(255 * np.abs(line)) / math.log(256) * 127)
    line = np.sign(code) * (256 ** (np.abs(code) / 127) - 1) / 255
    return scipy.signal.resample_poly(line, 2, 1)


def measure(function, x):
    """Seconds for one call: the best of several runs of a fifth of a second."""
    function(x)
    best = math.inf
    for _ in range(5):
        calls, start = 0, time.perf_counter()
        while time.perf_counter() - start < 0.2:
            function(x)
            calls += 1
        best = min(best, (time.perf_counter() - start) / calls)
    return best


def main():
    x = load_sound(os.environ.get("SER_BENCH_SOUND", SOUND))
    rows = [gain, noise, speed, equalise, room, telephone] + ([stretch, pitch] if torch else [])
    for function in rows:
        seconds = measure(function, x)
        print(f"{function.__name__:<40} {1e9 * seconds:12.0f} ns "
              f"x_real_time={len(x) / RATE / seconds:.5g}")


main()
