#!/usr/bin/env python3
"""Times other tools on what bench_features times, on one thread and on the same sound
(samples/plain.wav, or the WAV file that the environment's SER_BENCH_SOUND names).

Compare the rows of the same name of both programs, run one after the other on the same quiet
machine. A row's library is what is installed: PyTorch (Debian: python3-torch), NumPy with SciPy
(python3-scipy), Praat (praat).

  logmel64       torch.stft, and NumPy
  kaldi-fbank80  PyTorch, the way of torchaudio.compliance.kaldi (which Debian does not package)
  kaldi-mfcc13   the same
  mfcc40         NumPy and SciPy, the way of librosa (which Debian does not package either)
  classic162     the same, every feature from the sound, as notebooks write it: three spectrograms;
                 and classic162_shared with one spectrogram for all
  prosody        Praat: pitch (autocorrelation), pulses, jitter, shimmer, harmonicity; measured inside
                 Praat, without its start and the reading of the file

openSMILE, the peer of egemapsv02, is not free software and has no package.

--values NAME writes what the first library of that row computes to standard output as float32,
(frames, columns): to check that both compute the same.
"""

import argparse
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import wave

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np

try:
    import scipy.fft
except ImportError:
    scipy = None
try:
    import torch
except ImportError:
    torch = None

SOUND = pathlib.Path(__file__).parent.parent / "samples" / "plain.wav"
RATE = 16000


def load_sound(path):
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            sys.exit(f"{path}: expected {RATE} Hz, one channel, 16 bits")
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return (samples / 32768).astype(np.float32)


def mel_htk(hz):
    return 2595 * np.log10(1 + np.asarray(hz, float) / 700)


def mel_slaney(hz):
    hz = np.asarray(hz, float)
    upper = 15 + 27 * np.log(np.maximum(hz, 1) / 1000) / np.log(6.4)
    return np.where(hz < 1000, hz * 3 / 200, upper)


def corners_of(bands, low, high, mel):
    """bands + 2 frequencies equally spaced in mel, by interpolating a fine table."""
    hz = np.linspace(low, high, 2000001)
    return np.interp(np.linspace(mel(low), mel(high), bands + 2), mel(hz), hz)


def mel_weights(fft, bands, low, high, mel):
    """Triangles linear in Hz, of equal area: (bands, bins)."""
    corners = corners_of(bands, low, high, mel)
    hz = np.arange(fft // 2 + 1) * RATE / fft
    rising = (hz - corners[:-2, None]) / np.diff(corners)[:-1, None]
    falling = (corners[2:, None] - hz) / np.diff(corners)[1:, None]
    weights = np.maximum(0, np.minimum(rising, falling))
    return (weights * (2 / (corners[2:] - corners[:-2]))[:, None]).astype(np.float32)


def kaldi_weights(fft, bands):
    """Triangles linear in mel, of peak 1: (bins, bands)."""
    mel = mel_htk(np.arange(fft // 2 + 1) * RATE / fft)
    low, high = mel_htk(20), mel_htk(RATE / 2)
    place = (mel[:, None] - low) / (high - low) * (bands + 1) - np.arange(bands)
    return np.maximum(0, 1 - np.abs(place - 1)).astype(np.float32)


def chroma_weights(fft):
    """Bins over pitch classes, Gaussian in pitch, weighted around the fifth octave (Ellis 2007)."""
    hz = np.arange(1, fft) * RATE / fft
    pitch = 12 * np.log2(hz / 27.5)
    pitch = np.concatenate([[pitch[0] - 18], pitch])
    width = np.concatenate([np.maximum(np.diff(pitch), 1), [1]])
    distance = (pitch - np.arange(12)[:, None] + 6) % 12 - 6
    weights = np.exp(-0.5 * (2 * distance / width) ** 2)
    weights /= np.sqrt((weights**2).sum(axis=0))
    weights *= np.exp(-0.5 * ((pitch / 12 - 5) / 2) ** 2)
    return np.roll(weights, -3, axis=0)[:, : fft // 2 + 1].astype(np.float32)


def hann(size):
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)


def dct_weights(bands, coefficients):
    """Orthonormal DCT-II: (bands, coefficients)."""
    angle = np.pi * (np.arange(bands)[:, None] + 0.5) * np.arange(coefficients) / bands
    weights = np.cos(angle) * np.sqrt(2 / bands)
    weights[:, 0] /= np.sqrt(2)
    return weights.astype(np.float32)


def cut(samples, window, hop):
    return np.lib.stride_tricks.sliding_window_view(samples, window)[::hop]


# The network's features.


def numpy_log_mel():
    weights, window = mel_weights(512, 64, 40, 7800, mel_htk).T.copy(), hann(400)
    rfft = scipy.fft.rfft if scipy else np.fft.rfft

    def run(samples):
        spectrum = rfft(cut(samples, 400, 160) * window, 512)
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        return np.log(power @ weights + np.float32(1e-8))

    return run


def torch_log_mel():
    weights = torch.from_numpy(mel_weights(512, 64, 40, 7800, mel_htk).T.copy())
    # torch puts a window that is shorter than the FFT in its middle. Placed at the start, it gives
    # the frames of ser; the zeros after the last sample complete the last frame.
    window = torch.zeros(512)
    window[:400] = torch.from_numpy(hann(400))

    @torch.no_grad()
    def run(samples):
        padded = torch.nn.functional.pad(torch.from_numpy(samples), (0, 512 - 400))
        spectrum = torch.stft(
            padded, 512, 160, 512, window, center=False, onesided=True, return_complex=True
        )
        power = torch.view_as_real(spectrum).square().sum(-1).T
        return torch.log(power @ weights + 1e-8).numpy()

    return run


# Kaldi's features, tensor by tensor as torchaudio computes them.


def torch_kaldi_bands(bands):
    weights = torch.from_numpy(kaldi_weights(512, bands))
    window = torch.hann_window(400, periodic=False).pow(0.85)
    floor = torch.tensor(torch.finfo(torch.float).eps)

    def run(samples):
        frames = torch.from_numpy(samples * np.float32(32768)).unfold(0, 400, 160)
        frames = frames - frames.mean(dim=1, keepdim=True)
        before = torch.nn.functional.pad(frames.unsqueeze(0), (1, 0), mode="replicate").squeeze(0)
        frames = (frames - 0.97 * before[:, :-1]) * window
        power = torch.fft.rfft(torch.nn.functional.pad(frames, (0, 112))).abs().pow(2)
        return torch.max(power @ weights, floor).log()

    return run


def torch_kaldi_fbank():
    bands = torch_kaldi_bands(80)
    return torch.no_grad()(lambda samples: bands(samples).numpy())


def torch_kaldi_mfcc():
    bands = torch_kaldi_bands(23)
    lifter = 1 + 11 * np.sin(np.pi * np.arange(13) / 22)
    weights = torch.from_numpy((dct_weights(23, 13) * lifter).astype(np.float32))
    return torch.no_grad()(lambda samples: (bands(samples) @ weights).numpy())


# librosa's features with its defaults.


def librosa_power():
    window = hann(2048)[:, None]
    rfft = scipy.fft.rfft if scipy else np.fft.rfft

    def run(samples):
        frames = cut(np.pad(samples, 1024), 2048, 512).T
        return np.abs(rfft(frames * window, axis=0)).astype(np.float32) ** 2

    return run


def librosa_mfcc(power_to_mel, coefficients):
    if not scipy:
        weights = dct_weights(128, coefficients).T

    def run(power):
        mel = power_to_mel @ power
        levels = 10 * np.log10(np.maximum(1e-10, mel))
        levels = np.maximum(levels, levels.max() - 80)
        if not scipy:
            return weights @ levels
        return scipy.fft.dct(levels, axis=0, type=2, norm="ortho")[:coefficients]

    return run


def librosa_mfcc40():
    power = librosa_power()
    mfcc = librosa_mfcc(mel_weights(2048, 128, 0, 8000, mel_slaney), 40)
    return lambda samples: mfcc(power(samples)).T


def librosa_classic162(shared=False):
    power = librosa_power()
    power_to_mel = mel_weights(2048, 128, 0, 8000, mel_slaney)
    power_to_chroma = chroma_weights(2048)
    mfcc = librosa_mfcc(power_to_mel, 20)

    def zero_crossings(samples):
        signs = np.signbit(cut(np.pad(samples, 1024, mode="edge"), 2048, 512))
        return (signs[:, 1:] != signs[:, :-1]).sum(axis=1)[None] / 2048

    def rms(samples):
        frames = cut(np.pad(samples, 1024), 2048, 512)
        return np.sqrt((frames**2).mean(axis=1))[None]

    def chroma(spectrum):
        classes = power_to_chroma @ spectrum
        largest = classes.max(axis=0)
        return classes / np.where(largest < np.finfo(np.float32).tiny, 1, largest)

    def run(samples):
        again = power(samples) if shared else None
        spectrum = (lambda: again) if shared else (lambda: power(samples))
        rows = [zero_crossings(samples), chroma(spectrum()), mfcc(spectrum()), rms(samples),
                power_to_mel @ spectrum()]
        return np.concatenate(rows).T

    return run


PRAAT = """
form Time
    sentence Sound
    positive Seconds
endform
sound = Read from file: sound$
total = 0
count = 0
repeat
    stopwatch
    selectObject: sound
    pitch = To Pitch (ac): 0, 75, 15, "no", 0.03, 0.45, 0.01, 0.35, 0.14, 600
    plusObject: sound
    pulses = To PointProcess (cc)
    jitter = Get jitter (local): 0, 0, 0.0001, 0.02, 1.3
    plusObject: sound
    shimmer = Get shimmer (local): 0, 0, 0.0001, 0.02, 1.3, 1.6
    selectObject: sound
    harmonicity = To Harmonicity (cc): 0.01, 75, 0.1, 1
    mean = Get mean: 0, 0
    total = total + stopwatch
    count = count + 1
    removeObject: pitch, pulses, harmonicity
until total >= seconds
writeInfoLine: total / count, " ", count, " ", jitter, " ", shimmer, " ", mean
"""


def praat_voice(path, min_time):
    """Seconds per recording, and how often it was analysed. One core: Praat would use all."""
    with tempfile.NamedTemporaryFile("w", suffix=".praat") as script:
        script.write(PRAAT)
        script.flush()
        core = min(os.sched_getaffinity(0))
        command = ["praat", "--run", script.name, str(pathlib.Path(path).absolute()), str(min_time)]
        output = subprocess.run(
            command, check=True, capture_output=True, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        ).stdout.split()
    return float(output[0]), int(output[1])


def numpy_name():
    return "numpy" + (" + scipy" if scipy else "")


def rows():
    """(row, library, function that prepares the function that is timed)"""
    if torch:
        torch.set_num_threads(1)
        yield "logmel64", "torch", torch_log_mel
        yield "kaldi-fbank80", "torch", torch_kaldi_fbank
        yield "kaldi-mfcc13", "torch", torch_kaldi_mfcc
    yield "logmel64", numpy_name(), numpy_log_mel
    yield "mfcc40", numpy_name(), librosa_mfcc40
    yield "classic162", numpy_name(), librosa_classic162
    yield "classic162_shared", numpy_name(), functools.partial(librosa_classic162, shared=True)
    if shutil.which("praat"):
        yield "prosody", "praat", None


def measure(work, min_time):
    """Seconds per call, and calls, as bench.c does it."""
    iterations = 1
    work()
    while True:
        start = time.perf_counter()
        for _ in range(iterations):
            work()
        elapsed = time.perf_counter() - start
        if elapsed >= min_time:
            return elapsed / iterations, iterations
        factor = 1.4 * min_time / elapsed if elapsed > min_time / 10 else 10
        iterations = int(iterations * factor) + 1


def result_of(name, library, seconds, iterations, duration):
    return {"name": f"{name} ({library})", "run_name": name, "run_type": "iteration", "threads": 1,
            "iterations": iterations, "real_time": seconds * 1e9, "time_unit": "ns",
            "x_real_time": duration / seconds}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--filter", default="", metavar="REGEX")
    parser.add_argument("--min-time", type=float, default=0.5, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--values", metavar="NAME")
    arguments = parser.parse_args()
    path = os.environ.get("SER_BENCH_SOUND", SOUND)
    samples = load_sound(path)
    results = []
    for name, library, prepare in rows():
        if arguments.values:
            if name == arguments.values and prepare:
                values = np.ascontiguousarray(prepare()(samples), np.float32)
                sys.stdout.buffer.write(values.tobytes())
                return
            continue
        if not re.search(arguments.filter, name):
            continue
        if prepare:
            timed = measure(functools.partial(prepare(), samples), arguments.min_time)
        else:
            timed = praat_voice(path, arguments.min_time)
        result = result_of(name, library, *timed, len(samples) / RATE)
        results.append(result)
        if not arguments.json:
            print(f"{result['name']:<40} {result['real_time']:12.0f} ns {result['iterations']:12d} "
                  f"x_real_time={result['x_real_time']:.5g}", flush=True)
    if arguments.values:
        parser.error(f"no row {arguments.values} with values")
    if arguments.json:
        print(json.dumps({"context": {"executable": "peer_features.py"}, "benchmarks": results},
                         indent=2))


if __name__ == "__main__":
    main()
