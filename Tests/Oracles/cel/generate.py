"""Writes values.json: what peers say of the functions of the CEL libraries."""

import json
import pathlib
import sys

sys.dont_write_bytecode = True
import quantities  # noqa: E402
import regexes  # noqa: E402
import urls  # noqa: E402

values = {"regex": regexes.values(), "quantity": quantities.values(), "semver": quantities.versions(), "url": urls.values()}
path = pathlib.Path(__file__).with_name("values.json")
path.write_text("{\n" + ",\n".join(json.dumps(key) + ": [\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]"
    for key, cases in values.items()) + "\n}\n")
