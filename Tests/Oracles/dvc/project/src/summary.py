import json
import pathlib
import sys

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    print(path.name, json.loads(path.read_text())["loss"])
