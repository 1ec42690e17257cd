"""How many countries each region has: counts.py FOLDER OUTPUT. Standard library only."""

import csv
import json
import pathlib
import sys

folder, output = sys.argv[1:]
counts = {path.stem: sum(1 for _ in csv.DictReader(path.open(newline=""))) for path in pathlib.Path(folder).glob("*.csv")}
pathlib.Path(output).write_text(json.dumps(counts, sort_keys=True) + "\n")
