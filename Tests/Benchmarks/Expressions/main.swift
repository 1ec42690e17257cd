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

/// Different rules on different subjects: what an evaluation costs must not grow with the number of either.
func scaled(rules: Int, subjects: Int) throws -> Double {
    let programs = try (0..<rules).map { index in
        try environment.compile(rule.replacing("minimumRatio", with: "limit\(index)", maxReplacements: 1)).get()
    }
    let parameters = Value.map(MapValue((0..<rules).map { ("limit\($0)", Value.double(0.8)) }))
    let inputs = (0..<subjects).map { index in
        bindings.merging(["params": parameters, "name": .string("subject-\(index)")]) { $1 }
    }
    var passed = 0
    let duration = try ContinuousClock().measure {
        for program in programs {
            for input in inputs { if case .bool(true) = try program.evaluate(input) { passed += 1 } }
        }
    }
    guard passed == rules * subjects else { fatalError("every rule holds for every subject") }
    return (Double(duration.components.seconds) * 1e9 + Double(duration.components.attoseconds) / 1e9) / Double(passed)
}

for (rules, subjects) in [(100, 1000), (1000, 1000), (10_000, 1000)] {
    print("evaluate \(rules)x\(subjects) \(Int(try scaled(rules: rules, subjects: subjects)))")
}
