"""The countries of one region: countries.py TABLE REGION OUTPUT. Standard library only."""

import csv
import sys

table, region, output = sys.argv[1:]
with open(table, newline="") as source, open(output, "w", newline="") as target:
    rows = [row for row in csv.DictReader(source) if row["region"] == region]
    writer = csv.DictWriter(target, ["native_country", "region"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
