import argparse
import random

parser = argparse.ArgumentParser()
parser.add_argument("table")
parser.add_argument("folder")
parser.add_argument("--seed", type=int)
parser.add_argument("--share", type=float)
options = parser.parse_args()
head, *rows = open(options.table).read().splitlines()
random.seed(options.seed)
parts = {"train": [], "test": []}
for row in rows:
    parts["test" if random.random() < options.share else "train"].append(row)
for name, lines in parts.items():
    with open(f"{options.folder}/{name}.csv", "w") as target:
        target.write("\n".join([head] + lines) + "\n")
