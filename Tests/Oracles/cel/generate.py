"""Writes values.json: what peers say of the functions of the CEL libraries."""

import json
import pathlib
import sys

sys.dont_write_bytecode = True
import regexes  # noqa: E402

values = {"regex": regexes.values()}
path = pathlib.Path(__file__).with_name("values.json")
path.write_text("{\n" + ",\n".join(json.dumps(key) + ": [\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]"
    for key, cases in values.items()) + "\n}\n")
