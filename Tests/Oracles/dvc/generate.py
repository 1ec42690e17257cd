"""Runs project/ with DVC itself and writes what it made: values.json has the SHA-256 of every output; dvc.lock, the pointer to the raw data and the cached
bytes behind it go back into project/, as a team would have them."""

import hashlib
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
PROJECT = HERE / "project"


def dvc(*arguments):
    subprocess.run([sys.executable, "-m", "dvc", *arguments], cwd=work, check=True, stdout=subprocess.DEVNULL)


random.seed(3)
rows = [f"{index},{random.choice(['north', 'south', 'unknown'])},{round(random.random(), 4)}" for index in range(400)]
with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder) / "project"
    shutil.copytree(PROJECT, work, ignore=shutil.ignore_patterns("dvc.lock", "*.dvc", "cache"))
    (work / "data").mkdir(exist_ok=True)
    (work / "report").mkdir(exist_ok=True)
    (work / "models").mkdir(exist_ok=True)
    (work / "data/raw.csv").write_text("\n".join(["id,region,value"] + rows) + "\n")
    dvc("init", "--no-scm", "--quiet")
    dvc("config", "core.analytics", "false")
    dvc("add", "--quiet", "data/raw.csv")
    dvc("repro", "--quiet")
    outputs = {}
    lock = (work / "dvc.lock").read_text()
    for path in sorted(work.rglob("*")):
        name = path.relative_to(work).as_posix()
        if path.is_file() and not name.startswith(".dvc/") and f"path: {name}" not in ("path: data/raw.csv",):
            inside = name.startswith("data/parts/")
            made = any(line.strip() in (f"- path: {name}", f"- path: {path.name}") for line in lock.split("outs:", 1)[1].splitlines())
            if inside or (made and not (PROJECT / name).exists()):
                outputs[name] = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    for name in ("dvc.lock", "data/raw.csv.dvc"):
        (PROJECT / name).parent.mkdir(exist_ok=True)
        shutil.copy(work / name, PROJECT / name)
    md5 = hashlib.md5((work / "data/raw.csv").read_bytes()).hexdigest()
    cached = PROJECT / "cache/files/md5" / md5[:2] / md5[2:]
    shutil.rmtree(PROJECT / "cache", ignore_errors=True)
    cached.parent.mkdir(parents=True)
    shutil.copyfile(work / "data/raw.csv", cached)
(HERE / "values.json").write_text(json.dumps({"dvc": "3.67.1", "outputs": outputs}, indent=1, sort_keys=True) + "\n")
