import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--region")
parser.add_argument("--most", type=int)
parser.add_argument("source")
parser.add_argument("target")
options = parser.parse_args()
head, *rows = open(options.source).read().splitlines()
kept = [row for row in rows if row.split(",")[1] == options.region][: options.most]
with open(options.target, "w") as target:
    target.write("\n".join([head] + kept) + "\n")
