import json
import sys

values = [float(line.split(",")[2]) for line in open(sys.argv[1]).read().splitlines()[1:]]
power = int(sys.argv[3])
json.dump({"power": power, "mean": sum(value**power for value in values) / len(values)}, open(sys.argv[2], "w"))
