"""What a team would run today for the same jobs. All of them are Python programs of this script's own environment."""

import hashlib
import pathlib
import subprocess
import sys

BIN = pathlib.Path(sys.executable).parent

SCHEMA_CHECK = """
import json, pathlib, sys
import jsonschema, yaml
loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
validator = jsonschema.validators.validator_for(schema)(schema)
for path in sorted(pathlib.Path(sys.argv[2]).glob("models/*.yaml")):
    for error in validator.iter_errors(yaml.load(path.read_text(), Loader=loader)):
        sys.exit(f"{path}: {error.message}")
"""


def dvc_repository(folder: pathlib.Path, count: int) -> pathlib.Path:
    """As many stages as we have models, each on the same small data, as they are once they have run. (`dvc repro` would take a quarter of an hour
    to get there, so its lock file is written for it.)"""
    path = folder / "dvc"
    path.mkdir()
    subprocess.run(["git", "init", "-q", str(path)], check=True)
    data = b"x\n1\n"
    digest = hashlib.md5(data).hexdigest()
    (path / "data.csv").write_bytes(data)
    stages, lock = ["stages:"], ["schema: '2.0'", "stages:"]
    for number in range(count):
        name = f"m{number:04d}"
        (path / f"{name}.out").write_bytes(data)
        stages.append(f"  {name}:\n    cmd: cp data.csv {name}.out\n    deps: [data.csv]\n    outs: [{name}.out]")
        lock.append(f"  {name}:\n    cmd: cp data.csv {name}.out")
        for key, file in (("deps", "data.csv"), ("outs", f"{name}.out")):
            lock.append(f"    {key}:\n    - path: {file}\n      hash: md5\n      md5: {digest}\n      size: {len(data)}")
    (path / "dvc.yaml").write_text("\n".join(stages) + "\n")
    (path / "dvc.lock").write_text("\n".join(lock) + "\n")
    for command in (["init", "-q"], ["config", "core.analytics", "false"]):
        subprocess.run([str(BIN / "dvc"), *command], cwd=path, check=True, capture_output=True)
    cached = path / ".dvc/cache/files/md5" / digest[:2] / digest[2:]
    cached.parent.mkdir(parents=True)
    cached.write_bytes(data)
    said = subprocess.run([str(BIN / "dvc"), "status"], cwd=path, check=True, capture_output=True, text=True).stdout
    if "up to date" not in said:
        sys.exit(f"dvc does not think that nothing changed: {said[:500]}")
    return path


def commands(folder: pathlib.Path, work: pathlib.Path, proviso: str, count: int):
    """Job, program, command, folder to run it in, and which of our figures to compare with."""
    schemas = folder / "schemas"
    subprocess.run([proviso, "reference", "--output", str(schemas)], check=True, capture_output=True)
    schema = next(schemas.rglob("Model.json"))
    yield "start-up", "import fairlearn.metrics", [sys.executable, "-c", "import fairlearn.metrics"], None, "start"
    yield "start-up", "dvc --version", [str(BIN / "dvc"), "--version"], None, "start"
    models = [str(path) for path in sorted((work / "models").glob("*.yaml"))]
    yield (
        f"validate {count} specs (shape only)", "PyYAML with libyaml + jsonschema",
        [sys.executable, "-c", SCHEMA_CHECK, str(schema), str(work)], None, "validate")
    yield (
        f"validate {count} specs (shape only)", "check-jsonschema",
        [str(BIN / "check-jsonschema"), "--schemafile", str(schema), *models], None, "validate")
    dvc = dvc_repository(folder, count)
    yield f"{count} stages, nothing changed", "dvc status", [str(BIN / "dvc"), "status", "-q"], dvc, "unchanged"
