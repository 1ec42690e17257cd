import csv
import sys

# A flat YAML file, read without a library: what a team's script does with one.
settings = {}
for line in open("params.yaml"):
    name, _, value = line.strip().partition(":")
    settings[name] = value.strip()
lowest = float(settings["lowest"])
drop = settings["drop"].strip("[]").split(", ")
with open(sys.argv[1]) as source, open(sys.argv[2], "w") as target:
    rows = csv.reader(source)
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(next(rows))
    writer.writerows(row for row in rows if float(row[2]) >= lowest and row[1] not in drop)
