#!/usr/bin/env python3
"""Times `ser plot` on samples/plain.wav, and on an hour of it, one after the other.

    bench/time_plots.py build/ser

Prints seconds of processor time, the least of five runs (two of the hour), and the most memory that
a run held. Pictures and the hour of sound lie in a temporary folder, which is removed.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import wave

SAMPLE = pathlib.Path(__file__).resolve().parent.parent / "samples" / "plain.wav"
ALL = "waveform,spectrogram,mel,pitch,intensity,loudness"


def run(command):
    """Processor time in s and the most memory in MB."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True)
    said = child.stdout.read()
    _, child.returncode, usage = os.wait4(child.pid, 0)
    if child.returncode:
        sys.exit(f"{' '.join(command)}:\n{said}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def report(name, command, runs):
    results = [run(command) for _ in range(runs)]
    print(f"{name:32} {min(r[0] for r in results):6.2f} s {max(r[1] for r in results):6.0f} MB",
          flush=True)


def write_hour(path):
    with wave.open(str(SAMPLE)) as sample, wave.open(path, "wb") as hour:
        hour.setparams(sample.getparams())
        samples, frames = sample.readframes(sample.getnframes()), sample.getnframes()
        for _ in range(3600 * sample.getframerate() // frames):
            hour.writeframesraw(samples)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ser", help="the command, such as build/ser")
    ser = os.path.abspath(parser.parse_args().ser)
    with tempfile.TemporaryDirectory(prefix="time-plots-") as scratch:
        png, svg, hour = (os.path.join(scratch, name) for name in ("a.png", "a.svg", "hour.wav"))
        clip = str(SAMPLE)
        write_hour(hour)
        report("clip, four panels, PNG", [ser, "plot", "--out", png, clip], 5)
        report("clip, four panels, SVG", [ser, "plot", "--out", svg, clip], 5)
        report("clip, four panels, 800x600 PNG",
               [ser, "plot", "--size", "800x600", "--out", png, clip], 5)
        report("hour, four panels, PNG", [ser, "plot", "--out", png, hour], 2)
        report("hour, six panels, PNG", [ser, "plot", "--show", ALL, "--out", png, hour], 2)


main()
