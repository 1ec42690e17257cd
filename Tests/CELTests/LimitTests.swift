import CEL
import Foundation
import FuzzProbes
import Synchronization
import TestSupport
import Testing

@Suite struct LimitTests {
    @Test func `what the fuzzer found, or began with, keeps its promises`() throws {
        let corpus = TestFiles.fixtures.deletingLastPathComponent().appendingPathComponent("Fuzz/corpus.txt")
        let lines = try String(contentsOf: corpus, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 5)
        for line in lines { #expect(ExpressionProbe.failure(String(line)) == nil, "\(line)") }
    }

    /// The deepest trees that the parser lets through, in a debug build on a thread of the runtime's pool.
    @Test(arguments: [
        String(repeating: "1+", count: 499) + "1", String(repeating: "(", count: 90) + "1" + String(repeating: ")", count: 90),
        String(repeating: "(", count: 40) + "1" + String(repeating: "+1+1+1+1+1)", count: 40),
        String(repeating: "[", count: 90) + String(repeating: "]", count: 90),
        String(repeating: "!", count: 90) + "true", String(repeating: "[1].map(x, ", count: 80) + "x" + String(repeating: ")", count: 80),
        String(repeating: "true ? ", count: 0) + String(repeating: "false ? 1 : ", count: 90) + "2",
    ])
    func `the deepest expressions are evaluated`(text: String) async throws {
        let expression = try CELEnvironment(variables: [:]).compile(text).get()
        _ = expression.estimatedCost
        _ = try expression.evaluate([:])
    }

    @Test func `deeper ones are refused with a hint`() {
        for text in [String(repeating: "1+", count: 600) + "1", String(repeating: "x || ", count: 600) + "x"] {
            guard case .failure(let failure) = CELEnvironment(variables: ["x": .bool]).compile(text) else {
                Issue.record("it compiles")
                continue
            }
            #expect(failure.issues[0].message.hasPrefix("more than 500 operations"))
            #expect(failure.issues[0].hint != nil)
        }
    }

    /// Each value holds the one before twice: forty steps make a trillion leaves out of a short text.
    @Test(arguments: ["a40 == a40", "a40 in [a40]", "[a40] == [a40]", "{'k': a40} == {'k': a40}", "'%s'.format([a40])"])
    func `values that are small to make and huge to look at end at the budget`(tail: String) throws {
        var text = "cel.bind(a0, [1, 1], " + (1...40).map { "cel.bind(a\($0), [a\($0 - 1), a\($0 - 1)], " }.joined() + tail
        text += String(repeating: ")", count: 41)
        let expression = try CELEnvironment(variables: [:]).parse(text).get()
        #expect { try expression.evaluate([:]) } throws: { ($0 as? CELEvaluationError)?.code == .limit }
    }

    /// A quadratic way would take minutes for what its cost allows.
    @Test func `long texts are replaced in as many steps as they have letters`() throws {
        let long = String(repeating: "a", count: 900_000)
        for (text, size) in [
            ("s.replace('a', 'bb')", 1_800_000), ("regex.replace(s.substring(0, 100000), 'a', 'bb')", 200_000), ("s.reverse()", 900_000),
        ] {
            let expression = try CELEnvironment(variables: ["s": .string]).compile("\(text).size()").get()
            #expect(try expression.evaluate(["s": .string(long)]).description == "\(size)", "\(text)")
        }
    }

    @Test func `a comprehension ends when it is cancelled`() throws {
        let asked = Mutex(0)
        var limits = EvaluationLimits()
        limits.isCancelled = {
            asked.withLock {
                $0 += 1
                return $0 > 2
            }
        }
        let list = Value.list((0..<10_000).map { .int($0) })
        let expression = try CELEnvironment(variables: ["l": .list(.int)]).compile("l.all(x, x >= 0) || true").get()
        #expect { try expression.evaluate(["l": list], limits: limits) } throws: { ($0 as? CELEvaluationError)?.code == .cancelled }
        #expect(asked.withLock { $0 } == 3)
    }

    /// Kubernetes' units, counted by hand.
    @Test(arguments: [
        ("1", 0, "0"), ("i + 1", 2, "2"), ("m.a.b > 1.0 && true", 4, "0 to 4"), ("[1, 2]", 10, "10"), ("{'a': 1}", 30, "30"),
        ("s == 'abc'", 2, "2"),
        ("'0123456789abcdefghij' == '0123456789abcdefghij'", 2, "1 to 2"), ("i in [1, 2, 3]", 14, "12 to 14"),
    ])
    func `costs are those of the model`(text: String, cost: UInt64, estimate: String) throws {
        let environment = CELEnvironment(variables: ["i": .int, "s": .string, "m": .map(.string, .map(.string, .double))])
        let expression = try environment.compile(text).get()
        let inner = Value.map(MapValue([("b", .double(2))]))
        let measured = expression.measured(["i": .int(1), "s": .string("abc"), "m": .map(MapValue([("a", inner)]))])
        _ = try measured.result.get()
        #expect(measured.cost == cost)
        #expect(expression.estimatedCost.description == estimate)
    }

    @Test func `collecting costs in proportion to what is collected`() throws {
        let expression = try CELEnvironment(variables: ["l": .list(.int)]).compile("size(l.map(x, x))").get()
        let costs = [1000, 2000].map { count in expression.measured(["l": .list((0..<count).map { .int(Int64($0)) })]).cost }
        #expect(Double(costs[1]) / Double(costs[0]) < 2.1)
    }
}
