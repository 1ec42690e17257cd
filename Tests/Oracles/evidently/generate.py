#!/usr/bin/env python3
"""Evidently's DataDriftPreset on pairs of tables: what decides for each column by rows and values, and the drift score. Writes values.json beside this file; real tables are read from
../shared/data beside the repository."""
import json
import pathlib
import warnings

import numpy
import pandas
from evidently import Dataset, DataDefinition, Report
from evidently.metrics import ValueDrift

warnings.simplefilter("ignore")
here = pathlib.Path(__file__).parent
data = here / "../../../../shared/data"
random = numpy.random.default_rng(7)


def pair(reference, current):
    numbers = [name for name in reference if pandas.api.types.is_numeric_dtype(reference[name])]
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=[name for name in reference if name not in numbers])
    snapshot = Report([ValueDrift(column=name) for name in reference]).run(
        Dataset.from_pandas(current, definition), Dataset.from_pandas(reference, definition)).dict()
    scores = {}
    for name, metric in zip(reference, snapshot["metrics"]):
        scores[name] = {"score": float(metric["value"]), "method": str(metric.get("config", metric).get("method") or metric.get("metric_id"))}
    tables = {side: {name: [None if pandas.isna(v) else v for v in table[name].tolist()] for name in table} for side, table in
              (("reference", reference), ("current", current))}
    return {**tables, "columns": scores}


def table(rows, shift):
    return pandas.DataFrame({
        "normal": random.normal(shift, 1, rows).round(4), "skewed": random.exponential(2 + shift, rows).round(4),
        "few": random.integers(0, 3 if shift else 4, rows), "two": (random.random(rows) < 0.4 + shift / 4).astype(int),
        "pair": numpy.where(random.random(rows) < 0.5 + shift / 5, "yes", "no"), "letter": random.choice(list("abcd"), rows, p=[0.4, 0.3, 0.2, 0.1]),
        "holes": numpy.where(random.random(rows) < 0.2, numpy.nan, random.normal(shift / 2, 1, rows).round(4)), "constant": 1.5})


flights = pandas.read_parquet(data / "flights.parquet")[["month", "dep_delay", "carrier", "distance", "origin"]].dropna()
early, late = (flights[flights["month"] == month].drop(columns="month") for month in (1, 6))
values = {"few rows": pair(table(400, 0), table(300, 0.3)), "no drift": pair(table(500, 0), table(500, 0)), "many rows": pair(table(1500, 0), table(900, 0.2)),
          "flights, January and June": pair(early.sample(1600, random_state=1), late.sample(1200, random_state=1))}
(here / "values.json").write_text(json.dumps(values) + "\n")
