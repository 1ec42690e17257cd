"""Microseconds of one evaluation of a typical rule by a peer's engine: `cpp` (cel-expr-python) or `rust` (common-expression-language). Each has an
environment of its own, since the two clash in one. Prints `evaluate <ns>` and `compile <ns>`."""

import sys
import time

RULE = "evidence.fairness['sex'].selectionRate.ratio.value >= params.minimumRatio && size(subject.metadata.owners) > 0"
INPUT = {
    "evidence": {"fairness": {"sex": {"selectionRate": {"ratio": {"value": 0.83}}}}},
    "params": {"minimumRatio": 0.8},
    "subject": {"metadata": {"owners": ["alice@example.org", "bob@example.org"]}},
}


def nanoseconds(count, body):
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter_ns()
        for _ in range(count):
            body()
        best = min(best, (time.perf_counter_ns() - start) / count)
    return best


def cpp():
    from cel_expr_python import cel

    environment = cel.NewEnv(variables={name: cel.Type.Map(cel.Type.STRING, cel.Type.DYN) for name in INPUT})
    expression = environment.compile(RULE)
    activation = environment.Activation(INPUT)
    assert expression.eval(activation).value() is True
    return lambda: expression.eval(activation), lambda: environment.compile(RULE)


def rust():
    import cel

    program = cel.compile(RULE)
    context = cel.Context(INPUT)
    assert program.execute(context) is True
    return lambda: program.execute(context), lambda: cel.compile(RULE)


evaluate, compile_rule = {"cpp": cpp, "rust": rust}[sys.argv[1]]()
print(f"evaluate {nanoseconds(20_000, evaluate):.0f}")
print(f"compile {nanoseconds(1_000, compile_rule):.0f}")
