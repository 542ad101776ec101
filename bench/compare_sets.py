#!/usr/bin/env python3
"""Compares feature sets by how well a plain classifier tells emotions apart with them, on speakers
that it has not heard.

    ser features --set egemapsv02 --out egemapsv02.csv RAVDESS
    ser features --set ser --out ser.csv RAVDESS
    bench/compare_sets.py egemapsv02.csv ser.csv

Every table is judged by the same protocol: a support vector machine with a Gaussian kernel (C = 10,
gamma = 1 / columns, classes weighted equally) on columns standardised over the training speakers.
RAVDESS is split into folds of four actors in order of number, as `ser train --folds 5` does; nEMO
leaves one speaker out. Nothing is tuned or selected on anything. UAR is the mean of the emotions'
recalls over all recordings, each tested once; the deviation is that over the folds.

Several tables joined by "+" (a.csv+b.csv) count as one with the columns of all.
"""

import argparse
import csv
import os
import re
import sys

import numpy as np
from sklearn.metrics import recall_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

RAVDESS = re.compile(r"03-0[12]-(\d\d)-\d\d-\d\d-\d\d-(\d\d)\.")
NEMO = re.compile(r"([A-Z]{2,3}\d)_([a-z]+)_\d+\.")


def read(path):
    """The numbers of a table, keyed by the file's name without its folder."""
    with open(path, newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    return {os.path.basename(row[0]): np.array(row[1:], dtype=np.float64) for row in rows[1:]}


def label(name):
    """(emotion, speaker, fold) by the corpus's naming rule, or None."""
    match = RAVDESS.search(name)
    if match:
        actor = int(match[2])
        return match[1], actor, (actor - 1) // 4
    match = NEMO.search(name)
    return (match[2], match[1], match[1]) if match else None


def load(spec):
    tables = [read(path) for path in spec.split("+")]
    names = sorted(name for name in tables[0] if label(name) and all(name in t for t in tables))
    if not names:
        sys.exit(f"{spec}: no recording has a name of RAVDESS or nEMO")
    values = np.stack([np.concatenate([t[name] for t in tables]) for name in names])
    emotions, _, folds = zip(*(label(name) for name in names))
    return values, np.array(emotions), np.array(folds)


def judge(spec):
    values, emotions, folds = load(spec)
    predicted = np.empty_like(emotions)
    scores = []
    for fold in np.unique(folds):
        test = folds == fold
        scaler = StandardScaler().fit(values[~test])
        machine = SVC(C=10, gamma="scale", class_weight="balanced")
        machine.fit(scaler.transform(values[~test]), emotions[~test])
        predicted[test] = machine.predict(scaler.transform(values[test]))
        present = np.unique(emotions[test])  # a speaker may lack an emotion
        scores.append(recall_score(emotions[test], predicted[test], labels=present,
                                   average="macro"))
    uar = recall_score(emotions, predicted, average="macro")
    print(f"{spec:40} {values.shape[1]:7} {len(emotions):6} {len(scores):5} "
          f"{100 * uar:6.1f} {100 * np.std(scores):6.1f} {100 * np.mean(predicted == emotions):6.1f}",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="+", help="what `ser features --out TABLE.csv` wrote")
    arguments = parser.parse_args()
    print(f"{'table':40} {'columns':>7} {'files':>6} {'folds':>5} {'UAR %':>6} {'±':>6} {'acc %':>6}")
    for spec in arguments.table:
        judge(spec)


main()
