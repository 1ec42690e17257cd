import json
import sys

from rows import values

model = json.load(open(sys.argv[1]))
losses = [abs(value ** model["power"] - model["mean"]) for value in values(sys.argv[2])]
json.dump({"loss": sum(losses) / len(losses)}, open(sys.argv[3] + ".json", "w"))
with open(sys.argv[3] + ".csv", "w") as target:
    target.write("step,loss\n" + "".join(f"{step},{loss}\n" for step, loss in enumerate(losses[:20])))
