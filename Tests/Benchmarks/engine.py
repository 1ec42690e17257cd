"""The batch engine beside DVC and openssl: planning when nothing changed, hashing, what a stage costs beside its work, and how stages scale."""

import hashlib
import os
import pathlib
import subprocess
import sys
import time

import repository

HEAD = repository.HEAD


def seconds(command, runs, folder=None, before=None, expected=(0,)):
    """Of each run; `before` is called ahead of every one and not measured."""
    taken = []
    for _ in range(runs):
        if before:
            before()
        start = time.perf_counter()
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        taken.append(time.perf_counter() - start)
        if result.returncode not in expected:
            sys.exit(f"{' '.join(map(str, command))}: exit {result.returncode}\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
    return taken


def dataset(path, digest):
    return HEAD + f"""kind: Dataset
metadata: {{name: d}}
spec:
  source: {{path: {path}}}
  digest: sha256:{digest}
  columns: [{{name: x, type: float}}, {{name: z, type: float}}, {{name: g, type: category}}, {{name: label, type: boolean}}]
  split: {{random: {{seed: 1, testShare: 0.5}}}}
"""


def stages(folder, count):
    """`count` stages in pipelines of a hundred: one loads a table, the others filter it each in its own way."""
    data = repository.rows(50)
    files = {"proviso.yaml": HEAD + "kind: Repository\nmetadata: {name: bench}\nspec: {}\n", "data/d.csv": data}
    files["datasets/d.yaml"] = dataset("data/d.csv", hashlib.sha256(data.encode()).hexdigest())
    for number in range(count // 100):
        lines = [HEAD + f"kind: Pipeline\nmetadata: {{name: p{number:03d}}}\nspec:\n  stages:\n    - {{name: rows, load: {{dataset: d}}}}"]
        lines += [
            f"    - {{name: f{index:02d}, filter: {{input: rows, where: 'row.x > -{number}.{index:02d}'}}}}" for index in range(1, 100)
        ]
        files[f"pipelines/p{number:03d}.yaml"] = "\n".join(lines) + "\n"
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def planning(table, options, folder, count):
    folder = folder / f"plan-{count}"
    world = repository.serve(folder, options.proviso, lambda work: stages(work, count))
    arguments = [world["server"], "--key", world["key"], "--root", world["root"], "--state", world["state"]]
    subprocess.run([options.proviso, "reconcile", *arguments, "--threads", "2", "--progress", "none"], check=True, capture_output=True)
    return table.add(f"plan {count} stages, nothing changed", "proviso plan", seconds([options.proviso, "plan", *arguments], options.runs))


def dvc_stages(folder, dvc, count):
    """As many stages of DVC's, each with a file in and a file out, run once."""
    folder.mkdir(parents=True)
    subprocess.run([dvc, "init", "--no-scm", "--quiet"], cwd=folder, check=True)
    (folder / "in").mkdir()
    lines = ["stages:"]
    for index in range(count):
        (folder / f"in/{index}").write_text(f"{index}\n")
        lines += [f"  s{index}:", f"    cmd: cp in/{index} out-{index}", f"    deps: [in/{index}]", f"    outs: [out-{index}]"]
    (folder / "dvc.yaml").write_text("\n".join(lines) + "\n")
    subprocess.run([dvc, "repro", "--quiet"], cwd=folder, check=True, capture_output=True)


def hashing(table, options, folder):
    folder = folder / "hash"
    size = options.gigabytes * 10**9
    (folder / "data").mkdir(parents=True)
    big = folder / "data/d.csv"
    subprocess.run(["bash", "-c", f"head -c {size} /dev/urandom > {big}"], check=True)
    (folder / "datasets").mkdir()
    (folder / "datasets/d.yaml").write_text(dataset("data/d.csv", "0" * 64))
    environment = folder / "state"
    os.environ["XDG_STATE_HOME"] = str(environment)
    pin = [options.proviso, "dataset", "pin", "d", "--repository", str(folder)]
    forget = lambda: subprocess.run(["rm", "-rf", str(environment)], check=True)
    subprocess.run(["cat", str(big)], check=True, stdout=subprocess.DEVNULL)
    runs = max(3, options.runs // 2)
    ours = table.add(f"SHA-256 of {options.gigabytes} GB", "proviso dataset pin", seconds(pin, runs, before=forget))
    table.add(f"SHA-256 of {options.gigabytes} GB", "openssl dgst -sha256", seconds(["openssl", "dgst", "-sha256", str(big)], runs), ours)
    time.sleep(2.5)
    subprocess.run(pin, check=True, capture_output=True)
    unchanged = table.add(f"the same {options.gigabytes} GB, unchanged", "proviso dataset pin", seconds(pin, runs))
    if not options.without_peers:
        dvc = str(pathlib.Path(sys.executable).parent / "dvc")
        subprocess.run([dvc, "init", "--no-scm", "--quiet"], cwd=folder, check=True)
        clean = lambda: subprocess.run(["rm", "-rf", ".dvc/cache", ".dvc/tmp", "data/d.csv.dvc"], cwd=folder, check=True)
        table.add(f"SHA-256 of {options.gigabytes} GB", "dvc add (MD5, and a copy)", seconds([dvc, "add", "--quiet", "data/d.csv"], 2, folder, clean), ours)
        table.add(f"the same {options.gigabytes} GB, unchanged", "dvc status", seconds([dvc, "status", "data/d.csv.dvc"], 2, folder), unchanged)


def dispatch(table, options, folder):
    """What a stage costs beside its work: runs of stages that do nothing."""
    def run(name, body, count, jobs):
        place = folder / name
        (place / "pipelines").mkdir(parents=True)
        (place / "data").mkdir()
        (place / "datasets").mkdir()
        data = repository.rows(50)
        (place / "data/d.csv").write_text(data)
        (place / "datasets/d.yaml").write_text(dataset("data/d.csv", hashlib.sha256(data.encode()).hexdigest()))
        lines = [HEAD + "kind: Pipeline\nmetadata: {name: p}\nspec:\n  stages:\n    - {name: rows, load: {dataset: d}}"]
        lines += [body.replace("NUMBER", str(index)) for index in range(count)]
        (place / "pipelines/p.yaml").write_text("\n".join(lines) + "\n")
        state = place / "state"
        command = [
            options.proviso, "pipeline", "run", "p", "--repository", str(place), "--state", str(state), "--progress", "none", "--threads", str(jobs),
        ]
        return seconds(command, 3, before=lambda: subprocess.run(["rm", "-rf", str(state)], check=True))

    count = 100
    for jobs in (1, 2):
        taken = run(f"own-{jobs}", "    - {name: fNUMBER, filter: {input: rows, where: 'row.x > -1.NUMBER'}}", count, jobs)
        table.add(f"{count} built-in stages that do next to nothing, {jobs} at a time", "proviso pipeline run", taken)
        taken = run(f"program-{jobs}", "    - {name: sNUMBER, run: {command: [cp, a.txt, b.txt], inputs: {a: {path: data/d.csv, as: a.txt}}, outputs: {b: b.txt}, parameters: {n: NUMBER}}}", count, jobs)
        table.add(f"{count} programs that copy a file, each in its sandbox and worker, {jobs} at a time", "proviso pipeline run", taken)
    work = "sum(i * i for i in range(12000000))"
    body = f"    - {{name: wNUMBER, run: {{command: [python3, -c, 'open(\"a\", \"w\").write(str({work}))'], outputs: {{a: a}}, parameters: {{n: NUMBER}}}}}}"
    one = table.add("eight programs of a second each, 1 at a time", "proviso pipeline run", run("scale-1", body, 8, 1))
    table.add("eight programs of a second each, 2 at a time", "proviso pipeline run", run("scale-2", body, 8, 2), one)


FEATURES = """
import sys
import numpy, pandas
folder = sys.argv[1]
if sys.argv[2] == "prepare":
    generator = numpy.random.default_rng(1)
    def table(rows, name):
        times = pandas.to_datetime(generator.integers(1_700_000_000_000_000, 1_790_000_000_000_000, rows), unit="us", utc=True).astype("datetime64[us, UTC]")
        return pandas.DataFrame({"entity": generator.integers(0, 100_000, rows), name: times})
    table(int(sys.argv[3]), "at").to_parquet(f"{folder}/questions.parquet")
    history = table(int(sys.argv[4]), "event")
    for number in range(3):
        history[f"f{number}"] = generator.random(len(history))
    history.to_parquet(f"{folder}/history.parquet")
else:
    # As its users write it: both tables sorted by time, the questions put back into their order.
    questions, history = pandas.read_parquet(f"{folder}/questions.parquet"), pandas.read_parquet(f"{folder}/history.parquet")
    joined = pandas.merge_asof(
        questions.reset_index().sort_values("at", kind="stable"), history.sort_values("event", kind="stable"), left_on="at", right_on="event",
        by="entity", tolerance=pandas.Timedelta(days=30),
    ).set_index("index").sort_index()
    joined[["entity", "at", "f0", "f1", "f2"]].to_parquet(f"{folder}/joined.parquet", index=False)
    if len(sys.argv) > 3:
        ours = pandas.read_parquet(sys.argv[3])
        pandas.testing.assert_frame_equal(ours, pandas.read_parquet(f"{folder}/joined.parquet"), check_dtype=False)
"""


def joining(table, options, folder):
    """Point-in-time features of millions of rows, Parquet to Parquet, beside pandas.merge_asof; a table of features for each question's time."""
    folder = folder / "features"
    for name in ("data", "datasets", "features", "pipelines"):
        (folder / name).mkdir(parents=True)
    questions, history = 2_000_000, 5_000_000
    python = sys.executable
    subprocess.run([python, "-c", FEATURES, str(folder / "data"), "prepare", str(questions), str(history)], check=True)

    def write(name, file, columns):
        digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        (folder / f"datasets/{name}.yaml").write_text(
            HEAD + f"kind: Dataset\nmetadata: {{name: {name}}}\nspec:\n  source: {{path: {file}}}\n  digest: sha256:{digest}\n  columns: [{columns}]\n"
            "  split: {random: {seed: 1, testShare: 0.5}}\n")

    write("questions", "data/questions.parquet", "{name: entity, type: integer}, {name: at, type: timestamp}")
    write("history", "data/history.parquet", "{name: entity, type: integer}, {name: event, type: timestamp}, "
          + ", ".join(f"{{name: f{number}, type: float}}" for number in range(3)))
    (folder / "features/f.yaml").write_text(
        HEAD + "kind: FeatureView\nmetadata: {name: f}\nspec: {dataset: history, entities: [entity], eventTime: event, timeToLive: 30d, features: [f0, f1, f2]}\n")
    (folder / "pipelines/p.yaml").write_text(
        HEAD + "kind: Pipeline\nmetadata: {name: p}\nspec:\n  stages:\n    - {name: rows, load: {dataset: questions}}\n"
        "    - {name: joined, features: {input: rows, time: at, views: [{view: f}]}}\n")
    state = folder / "state"
    run = [options.proviso, "pipeline", "run", "p", "--repository", str(folder), "--state", str(state), "--progress", "none", "--threads"]
    forget = lambda: subprocess.run(["rm", "-rf", str(state)], check=True)
    load = lambda: (forget(), subprocess.run([*run, "2", "--stage", "rows"], check=True, capture_output=True))
    job = f"features of {questions // 10**6}M rows as they were known, from a history of {history // 10**6}M"
    table.add(f"{job}, import of the data and load included", "proviso pipeline run", seconds([*run, "2"], 3, before=forget))
    stage = table.add(job, "proviso pipeline run", seconds([*run, "2"], 3, before=load))
    table.add(f"{job}, one thread", "proviso pipeline run", seconds([*run, "1"], 3, before=load))
    subprocess.run([*run, "2", "--output", str(folder / "out")], check=True, capture_output=True)
    peer = [python, "-c", FEATURES, str(folder / "data"), "join"]
    # Once with a comparison of every value.
    subprocess.run([*peer, str(folder / "out/joined/table")], check=True)
    theirs = seconds(peer, 3)
    table.add(job, "pandas merge_asof, Parquet to Parquet", theirs, stage)


def measure(table, options, folder):
    joining(table, options, folder)
    planning(table, options, folder, options.stages)
    ours = planning(table, options, folder, 500)
    if not options.without_peers:
        dvc = str(pathlib.Path(sys.executable).parent / "dvc")
        dvc_stages(folder / "dvc", dvc, 500)
        table.add("plan 500 stages, nothing changed", "dvc status", seconds([dvc, "status"], 3, folder / "dvc"), ours)
    hashing(table, options, folder)
    dispatch(table, options, folder)
