#!/usr/bin/env python3
"""river's drift detectors on New South Wales electricity prices (elec2), in the order of time: a logistic regression of the first 5,000 half-hours scores all of them.
Writes scores.parquet (label and score of every row) and values.json beside this file. The table is read from ../shared/data beside the repository."""
import json
import pathlib

import pandas
import river
from river import drift
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

here = pathlib.Path(__file__).parent
table = pandas.read_parquet(here / "../../../../shared/data/elec2.parquet")
labels = table["target"].astype(int)
features = table.drop(columns="target").astype(float)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(features[:5000], labels[:5000])
scores = model.predict_proba(features)[:, 1].round(4)
pandas.DataFrame({"label": labels == 1, "score": scores}).to_parquet(here / "scores.parquet", index=False)
errors = ((scores >= 0.5).astype(int) != labels).astype(int)


def alarms(detector, values):
    found, warnings = [], 0
    for row, value in enumerate(values, 1):
        detector.update(value)
        if detector.drift_detected:
            found.append(row)
        elif getattr(detector, "warning_detected", False):
            warnings += 1
    return found, warnings


values = {"versions": {"river": river.__version__}, "rows": len(table)}
values["adwin"], _ = alarms(drift.ADWIN(), errors)
values["ddm"], values["warnings"] = alarms(drift.binary.DDM(), errors)
values["pageHinkley"], _ = alarms(drift.PageHinkley(mode="up"), errors)
values["pageHinkleyBoth"], _ = alarms(drift.PageHinkley(threshold=10, delta=0.001), features.iloc[:, 1])
values["labelAdwin"], _ = alarms(drift.ADWIN(), labels)
values["predictionAdwin"], _ = alarms(drift.ADWIN(), scores)
values["column"] = list(features.columns)[1]
values["firstAccuracy"] = float(1 - errors[:1000].mean())
values["worst"] = float(min(1 - errors[i:i + 1000].mean() for i in range(0, len(errors), 1000) if len(errors) - i >= 500))
(here / "values.json").write_text(json.dumps(values) + "\n")
