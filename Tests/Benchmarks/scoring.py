"""Scoring of ten million rows beside the same libraries driven from Python, each as a whole process with its peak memory.

Run by itself as `scoring.py xgboost|onnx FOLDER FILES` it is the peer: reads the Parquet files one after another, scores them and writes predictions."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

COLUMNS = [f"x{i}" for i in range(14)]


def peer(library, folder, files):
    import numpy
    import pyarrow
    import pyarrow.parquet

    threads = os.cpu_count()
    if library == "xgboost":
        import xgboost

        booster = xgboost.Booster({"nthread": threads}, model_file=folder / "model.ubj")

        def score(values):
            return booster.predict(xgboost.DMatrix(values, feature_names=COLUMNS, feature_types=["float"] * len(COLUMNS), nthread=threads))
    else:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(folder / "model.onnx", options)

        def score(values):
            return session.run(["score"], {"input": values})[0][:, 0]

    out = folder / "peer"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    for file in sorted((folder / "data").glob("*.parquet"))[:files]:
        table = pyarrow.parquet.read_table(file, columns=["id", *COLUMNS])
        values = numpy.column_stack([table[name].to_numpy().astype("float32") for name in COLUMNS])
        pyarrow.parquet.write_table(pyarrow.table({"id": table["id"], "score": score(values).astype("float64")}), out / file.name, compression="zstd")


def timed(command):
    """Seconds and peak memory in megabytes of one process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(map(str, command))}: {errors[-2000:]}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def measure(table, proviso, python, folder, without_peers, millions=10):
    """Rows of the benchmark's table: `table.add(job, who, seconds, ours)`."""
    here = pathlib.Path(__file__).parent
    folder = pathlib.Path(folder) / "scoring"
    subprocess.run([python, str(here / "scoring_data.py"), str(folder), str(millions)], check=True)
    one = folder / "one"
    one.mkdir()
    shutil.copy(folder / "data/part-00.parquet", one)
    models = {"xgboost": (folder / "model.proviso", []), "onnx": (folder / "model.onnx", ["--columns", "input=" + ",".join(COLUMNS)])}
    for library, (model, more) in models.items():
        for count, data in ((1, one), (millions, folder / "data")):
            ours = None
            for jobs in sorted({1, os.cpu_count()}):
                out = folder / f"out-{library}-{count}-{jobs}"
                seconds, peak = timed(
                    [proviso, "score", "--model", str(model), "--data", str(data), "--output", str(out), "--keep", "id", "--jobs", str(jobs), *more])
                ours = table.add(f"score {count}M rows × 14, 200 trees, {library}", f"proviso score, {jobs} jobs, peak {peak:.0f} MB", [seconds])
            if not without_peers:
                seconds, peak = timed([python, str(here / "scoring.py"), library, str(folder), str(count)])
                table.add(f"score {count}M rows × 14, 200 trees, {library}", f"Python, {os.cpu_count()} threads, peak {peak:.0f} MB", [seconds], ours)
    tiny = folder / "tiny"
    tiny.mkdir()
    subprocess.run(
        [python, "-c", "import sys; sys.path.insert(0, sys.argv[1]); import scoring_data, pyarrow.parquet as p\n"
         "for n in range(200): p.write_table(scoring_data.table(10, n), f'{sys.argv[2]}/{n:03d}.parquet')", str(here), str(tiny)], check=True)
    seconds, _ = timed([proviso, "score", "--model", str(models["xgboost"][0]), "--data", str(tiny), "--output", str(folder / "out-tiny"), "--jobs", "1"])
    table.add("overhead of a shard (200 of ten rows)", "proviso score", [seconds / 200])


if __name__ == "__main__":
    peer(sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]))
