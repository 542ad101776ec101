#!/usr/bin/env python3
"""Compares steps of cleaning by how well a plain classifier tells emotions apart afterwards, on
speakers that it has not heard.

    bench/compare_cleaning.py --noises ESC-10/rain,ESC-10/helicopter build/ser RAVDESS

`ser corpus list` says who speaks and in what emotion, `ser clean` cleans, `ser augment` puts the
recordings of the folders --noises behind the voices, a random place of a random one behind each at
a signal-to-noise ratio of 10 dB, and `ser features` measures egemapsv02; all of it in a temporary
folder, which is removed. The classifier is a linear discriminant analysis on columns standardised
over the training speakers. Speakers are divided into four folds in order of their ids, each of them
tested once. Nothing is tuned or selected on anything.

UAR is the mean of the emotions' recalls over all recordings, in per cent: once with a classifier
that was trained with recordings treated in the same way, once with one that was trained with them
as they are. It needs Debian's python3-sklearn.
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import recall_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS = 4
STEPS = ["dc", "low_cut=80", "noise=15", "voice", "trim=35", "lufs=-23",
         "dc,low_cut=80,trim=35,lufs=-23"]
STEPS_IN_NOISE = ["noise=15", "noise=25"]


def call(*command):
    """What the command prints; ends the program, with the command's own words, where it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}:\n{done.stderr}")
    return done.stdout


def key(path, folder):
    """Place below the folder, without what copies change of it."""
    return os.path.splitext(os.path.relpath(path, folder))[0].removesuffix("-aug1")


def labels(ser, corpus):
    """Keys, emotions and folds of the corpus's recordings."""
    rows = list(csv.DictReader(call(ser, "corpus", "list", "--voices", "speech",
                                    corpus).splitlines()))
    speakers = sorted({row["speaker"] for row in rows})
    if len(speakers) < FOLDS:
        sys.exit(f"{corpus}: {len(speakers)} speakers, expected at least {FOLDS}")
    folds = {speaker: i * FOLDS // len(speakers) for i, speaker in enumerate(speakers)}
    return ([key(row["path"], corpus) for row in rows],
            np.array([row["emotion"] for row in rows]),
            np.array([folds[row["speaker"]] for row in rows]))


def measure(ser, folder, keys):
    """egemapsv02 of a folder's recordings: (keys, 88)."""
    lines = call(ser, "features", "--set", "egemapsv02", folder).splitlines()
    rows = {key(row[0], folder): row[1:] for row in csv.reader(lines[1:])}
    return np.array([rows[name] for name in keys], dtype=np.float64)


def judge(training, test, emotions, folds):
    predicted = np.empty_like(emotions)
    for fold in range(FOLDS):
        out = folds == fold
        machine = make_pipeline(StandardScaler(), LinearDiscriminantAnalysis())
        machine.fit(training[~out], emotions[~out])
        predicted[out] = machine.predict(test[out])
    return 100 * recall_score(emotions, predicted, average="macro")


class Table:
    def __init__(self, arguments, scratch):
        self.ser, self.scratch = arguments.ser, scratch
        self.keys, self.emotions, self.folds = labels(self.ser, arguments.corpus)
        self.recorded = measure(self.ser, arguments.corpus, self.keys)
        print(f"{len(self.keys)} recordings, {len(np.unique(self.emotions))} emotions, "
              f"{FOLDS} folds by speaker\n")
        print("| recordings | trained with the same | trained as recorded |")
        print("| --- | --- | --- |")

    def row(self, name, folder):
        values = measure(self.ser, folder, self.keys)
        same = judge(values, values, self.emotions, self.folds)
        recorded = judge(self.recorded, values, self.emotions, self.folds)
        print(f"| {name} | {same:.0f} | {recorded:.0f} |", flush=True)

    def cleaned(self, name, folder, steps):
        out = os.path.join(self.scratch, "cleaned")
        call(self.ser, "clean", "--steps", steps, folder, out)
        self.row(name, out)
        shutil.rmtree(out)


def in_noise(arguments, scratch):
    """A folder with copies of the recordings in noise."""
    noises, out = os.path.join(scratch, "noises"), os.path.join(scratch, "noisy")
    os.mkdir(noises)
    for i, folder in enumerate(arguments.noises.split(",")):
        shutil.copytree(folder, os.path.join(noises, str(i)))
    call(arguments.ser, "augment", "--steps", f"noise kind=files snr=10 folder={noises}",
         arguments.corpus, out)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--noises", help="folders with recordings of noise, joined by commas")
    parser.add_argument("ser", help="the command, such as build/ser")
    parser.add_argument("corpus", help="a folder with a corpus")
    arguments = parser.parse_args()
    arguments.ser = os.path.abspath(arguments.ser)
    with tempfile.TemporaryDirectory(prefix="compare-cleaning-") as scratch:
        table = Table(arguments, scratch)
        table.row("as recorded", arguments.corpus)
        for steps in STEPS:
            table.cleaned(f"`{steps}`", arguments.corpus, steps)
        if not arguments.noises:
            return
        noisy = in_noise(arguments, scratch)
        table.row("in noise at 10 dB", noisy)
        for steps in STEPS_IN_NOISE:
            table.cleaned(f"the same, `{steps}`", noisy, steps)


main()
