import CEL

/// Nanoseconds of one evaluation, and of one compilation, of a rule as policies have them. Prints `evaluate <ns>` and `compile <ns>`.
let rule = "evidence.fairness['sex'].selectionRate.ratio.value >= params.minimumRatio && size(subject.metadata.owners) > 0"

let owners = Value.list([.string("alice@example.org"), .string("bob@example.org")])
let ratio = Value.map(MapValue([("ratio", Value.map(MapValue([("value", Value.double(0.83))])))]))
let bindings: [String: Value] = [
    "evidence": .map(MapValue([("fairness", .map(MapValue([("sex", .map(MapValue([("selectionRate", ratio)])))])))])),
    "params": .map(MapValue([("minimumRatio", Value.double(0.8))])),
    "subject": .map(MapValue([("metadata", .map(MapValue([("owners", owners)])))])),
]
let environment = CELEnvironment(variables: bindings.mapValues { _ in .map(.string, .dyn) })

func nanoseconds(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<5 {
        let duration = try clock.measure { for _ in 0..<count { try body() } }
        best = min(best, (Double(duration.components.seconds) * 1e9 + Double(duration.components.attoseconds) / 1e9) / Double(count))
    }
    return best
}

let expression = try environment.compile(rule).get()
guard case .bool(true) = try expression.evaluate(bindings) else { fatalError("the rule holds") }
print("evaluate \(Int(try nanoseconds(100_000) { _ = try expression.evaluate(bindings) }))")
print("compile \(Int(try nanoseconds(2_000) { _ = try environment.compile(rule).get() }))")
