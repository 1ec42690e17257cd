"""Checks the generated JSON Schemas with another implementation than ours: they are schemas of draft 2020-12, accept every file of
repo-template, and refuse the fixtures whose mistakes a schema can see.

    python check.py [FOLDER OF <Kind>.json, default Docs/reference/schemas]
"""
import json
import pathlib
import sys

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
REFUSED = ["E0201/models/income.yaml", "E0202/models/income.yaml", "E0203/models/income.yaml", "E0204/models/income.yaml"]


class Loader(yaml.SafeLoader):
    """PyYAML reads YAML 1.1; times and dates are strings in 1.2."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def main() -> int:
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "Docs/reference/schemas"
    schemas = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    if not schemas:
        sys.exit(f"no schemas in {folder}")
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)

    def errors(path: pathlib.Path) -> list[str]:
        value = yaml.load(path.read_text(), Loader)
        validator = jsonschema.Draft202012Validator(schemas[value["kind"]])
        return [f"{path.relative_to(ROOT)}: {error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    template = sorted((ROOT / "repo-template").rglob("*.yaml"))
    problems = [problem for path in template for problem in errors(path)]
    problems += [f"{name} is accepted" for name in REFUSED if not errors(ROOT / "Tests/Fixtures/Diagnostics" / name)]
    print("\n".join(problems) or f"{len(schemas)} schemas, {len(template)} files accepted, {len(REFUSED)} refused")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
