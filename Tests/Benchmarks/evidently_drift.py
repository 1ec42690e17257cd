"""Evidently's DataDriftPreset on 100,000 rows of 50 columns of numbers beside as many: the job drift-100000x50 of Measures/main.swift."""

import time

import numpy
import pandas
from evidently import Report
from evidently.presets import DataDriftPreset

random = numpy.random.default_rng(1)
reference, current = (
    pandas.DataFrame({f"c{index}": random.random((100_000, 4)).sum(axis=1) + shift for index in range(50)}) for shift in (0, 0.05))
best = float("inf")
for _ in range(1):
    start = time.perf_counter()
    Report([DataDriftPreset()]).run(current, reference).dict()
    best = min(best, time.perf_counter() - start)
print("drift-100000x50", best, "evidently 0.7.23 DataDriftPreset")
