"""Measures Proviso and its peers side by side in one run, and prints figures and ratios as a Markdown table.

Each command is run once to warm the file cache, then `--runs` times; the table has the median and the fastest. Figures are of whole processes,
as a CI job or a hook pays them.
"""

import argparse
import datetime
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import engine as batch_engine
import peers
import repository
import scoring as batch_scoring

ROOT = pathlib.Path(__file__).resolve().parents[2]


def measure(command, runs, folder=None, expected=(0,)):
    """Seconds of each run. Ends the program if a run does not end as it should: a failing command would be measured for nothing."""
    seconds = []
    for number in range(runs + 1):
        start = time.perf_counter()
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        taken = time.perf_counter() - start
        if result.returncode not in expected:
            sys.exit(f"{' '.join(map(str, command))}: exit {result.returncode}\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
        if number > 0:
            seconds.append(taken)
    return seconds


class Table:
    def __init__(self):
        self.rows = []

    def add(self, job, who, seconds, ours=None):
        """`ours`: the seconds of our run of the same job, if this is a peer's."""
        median, fastest = statistics.median(seconds), min(seconds)
        ratio = "" if ours is None else f"{median / statistics.median(ours):.1f} ×"
        self.rows.append(f"| {job} | {who} | {median * 1000:.0f} | {fastest * 1000:.0f} | {ratio} |")
        print(self.rows[-1], file=sys.stderr, flush=True)
        return seconds

    def figure(self, job, who, microseconds, ours):
        ratio = "" if microseconds == ours else f"{microseconds / ours:.1f} ×"
        self.rows.append(f"| {job} | {who} | {microseconds:.2f} µs | | {ratio} |")
        print(self.rows[-1], file=sys.stderr, flush=True)

    def text(self):
        return "\n".join(["| Job | Program | median ms | fastest ms | peer ÷ us |", "|---|---|---:|---:|---:|", *self.rows])


def expressions(table, options, folder):
    """One evaluation and one compilation of a typical rule, measured within each process: microseconds."""
    here = pathlib.Path(__file__).parent
    programs = [("proviso (CEL)", [str(ROOT / ".build/release/ExpressionBenchmark")])]
    if not options.without_peers:
        for name, peer in (("cel-expr-python (C++)", "cpp"), ("common-expression-language (Rust)", "rust")):
            programs.append((name, [str(ROOT / f".venv/bench-{peer}/bin/python"), str(here / "expressions.py"), peer]))
    ours = {}
    for name, command in programs:
        for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
            job, nanoseconds = line.rsplit(" ", 1)
            job = {"evaluate": "evaluate a rule", "compile": "compile a rule"}.get(job, f"{job} rules x subjects, each")
            table.figure(job, name, float(nanoseconds) / 1000, ours.setdefault(job, float(nanoseconds) / 1000))


def measures(table, options, folder):
    """Measures of tables in memory, timed within each process: seconds, ours and the peers' on the same number of rows."""
    data = ROOT / "../shared/data/flights.parquet"
    arguments = [str(data)] if data.exists() else []
    ours = {}
    for line in subprocess.run([str(ROOT / ".build/release/MeasureBenchmark"), *arguments], check=True, capture_output=True, text=True).stdout.splitlines():
        job, seconds = line.split(" ")
        ours[job] = [float(seconds)]
        table.add(job, "proviso (Metrics)", ours[job])
    if options.without_peers:
        return
    here = pathlib.Path(__file__).parent
    for peer in ([str(ROOT / ".venv/bench/bin/python"), str(here / "measures.py"), *arguments],
                 [str(ROOT / ".venv/bench-evidently/bin/python"), str(here / "evidently_drift.py")]):
        for line in subprocess.run(peer, check=True, capture_output=True, text=True).stdout.splitlines():
            job, seconds, who = line.split(" ", 2)
            table.add(job, who, [float(seconds)], ours.get(job))


def explanations(table, options, folder):
    """SHAP and LIME of models trained on Adult: seconds within each process; errors against exact values where something is sampled."""
    python = str(ROOT / ".venv/bench-explanations/bin/python")
    script = str(pathlib.Path(__file__).parent / "explanations.py")
    adult = ROOT / "repo-template/data/adult.parquet"
    subprocess.run([python, script, "prepare", str(folder), str(adult), "10000"], check=True, capture_output=True)
    names = {
        "tree": "path-dependent TreeSHAP, 10k rows of Adult, 200 trees of depth 6", "interventional": "the same against 100 background rows",
        "kernel": "KernelSHAP of an ONNX network of Adult, 20 rows, 100 background rows", "kernel-all": "the same by all coalitions",
        "permutation": "the same by permutations", "kernel-smooth": "KernelSHAP of an ONNX network of 13 numbers without ties, 20 rows, 100 background rows",
        "kernel-smooth-all": "the same by all coalitions", "permutation-smooth": "the same by permutations", "features": "interventional, features", "lime": "LIME of a logistic model, 1,000 rows of 5,000 samples",
        "rows": "interventional, rows", "background": "interventional, background rows", "depth": "interventional, depth",
        "tree-depth": "path-dependent, depth",
    }
    ours = {}
    for line in subprocess.run(
        [str(ROOT / ".build/release/ExplanationBenchmark"), str(folder)], check=True, capture_output=True, text=True
    ).stdout.splitlines():
        job, seconds, error = line.split(" ")
        name, _, detail = job.rpartition("-") if job.rsplit("-", 1)[-1].isdigit() else (job, "", "")
        ours[job] = [float(seconds)]
        table.add(f"{names[name]}{' ' + detail if detail else ''}", f"proviso, error {float(error):.1e}", ours[job])
    if options.without_peers:
        return
    for line in subprocess.run([python, script, "measure", str(folder)], check=True, capture_output=True, text=True).stdout.splitlines():
        job, seconds, error, who = line.split(" ", 3)
        name = job.rpartition("-")[0] if job.rsplit("-", 1)[-1].isdigit() else job
        # LIME is compared with five seeds' stability, which the peer does not work out.
        table.add(names[name], who if error == "-" else f"{who}, error {float(error):.1e}", [float(seconds)], ours["lime-5" if job == "lime" else job])

def search(table, options, folder):
    """Search, mitigation and fits, timed within each process: seconds a trial of the sampler with the median best value of a hundred seeds, seconds of a whole
    reduction, of whole fits of linear models and of boosted trees."""
    python, here = str(ROOT / ".venv/bench/bin/python"), pathlib.Path(__file__).parent
    adult, linear, flights = str(ROOT / "repo-template/data/adult.parquet"), str(folder / "linear.parquet"), ROOT / "../shared/data/flights.parquet"
    subprocess.run([python, str(here / "training.py"), "prepare", linear], check=True, capture_output=True)
    more = [str(flights)] if flights.exists() else []
    ours = {}
    for line in subprocess.run(
        [str(ROOT / ".build/release/SearchBenchmark"), adult, linear, *more], check=True, capture_output=True, text=True
    ).stdout.splitlines():
        job, seconds, rest = line.split(" ", 2)
        ours[job] = [float(seconds)]
        table.add(job, f"proviso, {rest}", ours[job])
    if options.without_peers:
        return
    for peer in ([python, str(here / "search.py"), adult], [python, str(here / "training.py"), "measure", linear, *more]):
        for line in subprocess.run(peer, check=True, capture_output=True, text=True).stdout.splitlines():
            job, seconds, rest = line.split(" ", 2)
            table.add(job, rest, [float(seconds)], ours.get(job))


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown CPU")
    commit = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    return (
        f"{datetime.date.today()}, commit {commit}, {os.cpu_count()} × {model}, {platform.system()} {platform.release()}, "
        f"load before {os.getloadavg()[0]:.2f}"
    )


def reconciling(table, options, folder):
    """A repository of many models, as whole processes."""
    proviso, count, runs = options.proviso, options.models, options.runs
    print(f"laying out {count} models in {folder}", file=sys.stderr)
    world = repository.lay_out(folder, proviso, count)
    reconcile = [
        proviso, "reconcile", world["server"], "--key", world["key"], "--root", world["root"], "--state", world["state"], "--threads", "1",
    ]
    gate = [
        proviso, "gate", "--repository", world["server"], "--base", "main", "--head", "touch", "--root", world["root"],
        "--store", world["state"] + "/store",
    ]
    first = time.perf_counter()
    subprocess.run(reconcile, check=True, capture_output=True)
    first = time.perf_counter() - first

    start = table.add("start-up: `--version`", "proviso", measure([proviso, "--version"], runs))
    validate = table.add(f"validate {count} specs", "proviso validate", measure([proviso, "validate", world["work"]], runs))
    table.add(f"first reconcile of {count} models (training included)", "proviso reconcile", [first])
    unchanged = table.add(f"reconcile {count} models, nothing changed", "proviso reconcile", measure(reconcile, runs))
    gated = table.add(f"gate a change that concerns none of {count} models", "proviso gate", measure(gate, runs))
    tune = ["tune" if word == "touch" else word for word in gate]
    table.add(f"gate a change of one of {count} models (training included)", "proviso gate", measure(tune, runs))
    table.add(
        f"verify a ledger of {count} records", "proviso audit verify",
        measure([proviso, "audit", "verify", world["server"], "--root", world["root"]], runs))
    if options.without_peers:
        return
    for job, who, command, where_run, ours in peers.commands(folder, pathlib.Path(world["work"]), proviso, count):
        mine = {"start": start, "validate": validate, "unchanged": unchanged, "gate": gated}[ours]
        table.add(job, who, measure(command, max(2, runs // 2), where_run), mine)


def scoring(table, options, folder):
    batch_scoring.measure(table, options.proviso, str(ROOT / ".venv/bench-explanations/bin/python"), folder, options.without_peers, options.millions)


# Each takes the table, the options and a folder of its own.
SECTIONS = {
    "reconciling": reconciling, "expressions": expressions, "measures": measures, "explanations": explanations, "scoring": scoring,
    "search": search, "engine": batch_engine.measure,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proviso", default=str(ROOT / ".build/release/proviso"))
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--millions", type=int, default=10, help="of rows that are scored")
    parser.add_argument("--stages", type=int, default=10_000, help="of pipelines that are planned")
    parser.add_argument("--gigabytes", type=int, default=1, help="that are hashed")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="SECTION", help=", ".join(SECTIONS))
    options = parser.parse_args()
    where = machine()
    table = Table()
    for name in options.only:
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f"proviso-bench-{name}-"))
        try:
            SECTIONS[name](table, options, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{where}\n\n{table.text()}")


if __name__ == "__main__":
    main()
