"""A repository with many models on small data, its keys and its server: what the no-change figures are measured on."""

import hashlib
import pathlib
import random
import subprocess

HEAD = "apiVersion: proviso.dev/v1alpha1\n"


def rows(count: int) -> str:
    generator = random.Random(7)
    lines = ["x,z,g,label"]
    for _ in range(count):
        x, z = generator.random(), generator.random()
        group = "a" if generator.random() < 0.4 else "b"
        lines.append(f"{x!r},{z!r},{group},{str(x + 0.3 * generator.random() > 0.6).lower()}")
    return "\n".join(lines) + "\n"


def model(number: int) -> str:
    return HEAD + f"""kind: Model
metadata: {{name: m{number:04d}, labels: {{team: t{number % 20}}}}}
spec:
  purpose: model number {number}
  risk: high
  owners: [alice@example.org]
  dataset: d
  estimator: {{type: xgboost, seed: {number}, rounds: 2, maxDepth: 2}}
  decision: {{threshold: 0.5}}
"""


def write(folder: pathlib.Path, models: int) -> None:
    data = rows(300)
    files = {
        "proviso.yaml": HEAD + "kind: Repository\nmetadata: {name: bench}\nspec: {baselineEnvironment: production}\n",
        "environments/production.yaml": HEAD + "kind: Environment\nmetadata: {name: production}\nspec: {models: []}\n",
        "data/d.csv": data,
        "datasets/d.yaml": HEAD
        + f"""kind: Dataset
metadata: {{name: d}}
spec:
  source: {{path: data/d.csv}}
  digest: sha256:{hashlib.sha256(data.encode()).hexdigest()}
  columns:
    - {{name: x, type: float}}
    - {{name: z, type: float}}
    - {{name: g, type: category, protected: true}}
    - {{name: label, type: boolean, role: label}}
  split: {{random: {{seed: 5, testShare: 0.3}}}}
""",
        "policies/useful.yaml": HEAD
        + """kind: Policy
metadata: {name: useful}
spec:
  match: {kinds: [Model]}
  params: {minimum: 0.6}
  validations:
    - {name: auc, expression: evidence.performance.rocAUC.value >= params.minimum}
""",
    }
    for number in range(models):
        files[f"models/m{number:04d}.yaml"] = model(number)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def git(folder: pathlib.Path, *arguments: str) -> str:
    identity = ["-c", "user.name=alice", "-c", "user.email=alice@example.org"]
    return subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def serve(folder: pathlib.Path, proviso: str, write_files) -> dict:
    """Makes keys, a work tree with what `write_files` puts there, and a bare server that has it. Gives their paths and the root of trust."""
    keys = folder / "keys"
    keys.mkdir(parents=True)
    for name in ("alice", "reconciler"):
        subprocess.run([proviso, "keys", "generate", str(keys / name), "--comment", f"{name}@example.org"], check=True, capture_output=True)
    work, server = folder / "work", folder / "server.git"
    write_files(work)
    control = work / ".proviso"
    control.mkdir()
    public = {name: (keys / f"{name}.pub").read_text().rsplit(" ", 1)[0] for name in ("alice", "reconciler")}
    (control / "allowed_signers").write_text(f"alice@example.org {public['alice']}\n")
    (control / "ledger_signers").write_text(f"reconciler@example.org {public['reconciler']}\n")
    (control / "owners").write_text("* alice@example.org\n")
    subprocess.run(["git", "init", "-q", "-b", "main", str(work)], check=True)
    git(work, "config", "gpg.format", "ssh")
    git(work, "config", "user.signingKey", str(keys / "alice"))
    git(work, "config", "commit.gpgSign", "true")
    git(work, "add", "-A")
    git(work, "commit", "-qm", "lay out")
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(server)], check=True)
    git(work, "remote", "add", "origin", str(server))
    root = subprocess.run(["ssh-keygen", "-lf", str(keys / "alice.pub")], check=True, capture_output=True, text=True).stdout.split()[1]
    return {"work": str(work), "server": str(server), "key": str(keys / "reconciler"), "root": root, "state": str(folder / "state")}


def lay_out(folder: pathlib.Path, proviso: str, models: int) -> dict:
    """The same with many models, and two branches: one that touches nothing which counts, one that changes a model."""
    world = serve(folder, proviso, lambda work: write(work, models))
    work = pathlib.Path(world["work"])
    git(work, "checkout", "-qb", "touch")
    (work / "README.md").write_text("touched\n")
    git(work, "add", "-A")
    git(work, "commit", "-qm", "touch nothing that counts")
    git(work, "checkout", "-qb", "tune", "main")
    tuned = work / "models/m0000.yaml"
    tuned.write_text(tuned.read_text().replace("rounds: 2", "rounds: 3"))
    git(work, "commit", "-qam", "tune one model")
    git(work, "push", "-q", "origin", "touch", "tune")
    git(work, "checkout", "-q", "main")
    return world
