"""Point-in-time joins by pandas: merge_asof where a row is known at its event, and, where it is known later, merge_asof for each question on the rows
that were known by then. Writes values.json."""

import json
import sys

import numpy
import pandas


def case(name, generator, questions, rows, times, lag=0, time_to_live=None):
    left = pandas.DataFrame({"entity": generator.integers(0, 5, questions), "time": generator.integers(0, times, questions)})
    right = pandas.DataFrame({"entity": generator.integers(0, 5, rows), "event": generator.integers(0, times, rows)})
    right["known"] = right["event"] + (generator.integers(0, lag, rows) if lag else 0)
    right["row"] = range(rows)

    def asof(some_left, some_right):
        return pandas.merge_asof(
            some_left.reset_index().sort_values("time", kind="stable"),
            some_right.sort_values(["event", "known", "row"], kind="stable"),
            left_on="time", right_on="event", by="entity", tolerance=time_to_live,
        ).set_index("index")["row"]

    if lag == 0:
        found = asof(left, right)
    else:
        found = pandas.concat([asof(left.iloc[[at]], right[right["known"] <= left["time"].iloc[at]]) for at in range(questions)])
    found = found.reindex(left.index).fillna(-1).astype(int)
    return {
        "name": name, "entities": left["entity"].tolist(), "times": left["time"].tolist(), "historyEntities": right["entity"].tolist(),
        "events": right["event"].tolist(), "known": right["known"].tolist(), "rows": found.tolist(),
        **({} if time_to_live is None else {"timeToLive": time_to_live}),
    }


generator = numpy.random.default_rng(6)
cases = [
    case("wide", generator, 200, 150, 10_000),
    case("ties", generator, 200, 150, 30),
    case("time to live", generator, 200, 150, 1000, time_to_live=40),
    case("time to live with ties", generator, 200, 150, 40, time_to_live=3),
    case("known later", generator, 120, 100, 500, lag=80),
    case("known later, with ties and time to live", generator, 120, 100, 40, lag=8, time_to_live=6),
    case("nothing before", generator, 50, 3, 1000),
]
with open("values.json", "w", encoding="utf-8") as file:
    json.dump({"python": sys.version.split()[0], "pandas": pandas.__version__, "tolerance": 0, "cases": cases}, file)
    file.write("\n")
