import Attestations
import Basics
import Diagnostics
import Foundation
import Ledger
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// Groups of few rows in constraints of thresholds and searches, from a repository to the ledger.
@Suite struct SmallGroupTests {
    /// Groups a and b alike, and four rows of c, which are all positive and score high.
    static let data: String = {
        var random = SeededRandom(seed: 11)
        var lines = ["x,z,g,label"]
        for row in 0..<240 {
            let (x, z) = (random.nextUnit(), random.nextUnit())
            lines.append("\(x),\(z),\(row % 2 == 0 ? "a" : "b"),\(x + 0.3 * z > 0.6)")
        }
        lines += (0..<8).map { "0.9\($0),0.5,c,true" }
        return lines.joined(separator: "\n") + "\n"
    }()

    static func files(_ more: String, expressions: [String] = ["true"], data: String = data) -> [String: String] {
        var files = TaskTests.files(
            "binaryClassification", label: "boolean", more: "features: {include: [x, z]}\nvalidation: {folds: 3}\n" + more, expression: "true",
            data: data)
        files["policies/small.yaml"] =
            World.head + "kind: Policy\nmetadata: {name: small}\nspec:\n  match: {kinds: [Model]}\n  validations:\n"
            + expressions.enumerated().map { "    - {name: rule-\($0), expression: \"\($1)\"}\n" }.joined()
        return files
    }

    static func decision(_ measure: String) -> String {
        "decision:\n  objective: {measure: accuracy}\n  constraints: [{measure: \(measure), attribute: g, maximum: 0.3}]\n"
    }

    static func search(_ measure: String, maximum: Double = 0.3) -> String {
        "search:\n  sampler: random\n  trials: 2\n  seed: 1\n  space: {rounds: {low: 4, high: 8, integer: true}}\n  objectives: [{measure: rocAUC}]\n"
            + "  constraints: [{measure: \(measure), attribute: g, maximum: \(maximum)}]\n"
    }

    @Test(arguments: ["selectionRateDifference", "falsePositiveRateDifference", "equalizedOddsDifference"])
    func `a group of too few rows is named and holds up no constraint`(_ measure: String) async throws {
        let more = "evaluation: {minimumGroupRows: 30}\n" + Self.decision(measure) + Self.search(measure)
        let world = try World(
            files: Self.files(
                more,
                expressions: [
                    "evidence.validation.threshold.smallGroups['g'] == ['c']", "evidence.search.smallGroups['g'] == ['c']",
                    "evidence.tradeoff.attributes['g'].smallGroups == ['c']",
                    "evidence.tradeoff.attributes['g'].selectionRateDifference.with.value < 0.4",
                    "evidence.performance.accuracy.value > 0.8",
                ]))
        let problems = try Validation.revision(world.server, world.main).filter { $0.severity == .error }
        #expect(problems.isEmpty, "\(problems.map(\.text))")
        let report = try await world.reconcile()
        let rules = report.verdicts.flatMap(\.rules).filter { $0.policy == "small" }
        #expect(rules.count == 5 && rules.allSatisfy { $0.state == .pass }, "\(rules) \(report.verdicts.flatMap(\.findings).map(\.message))")
    }

    @Test func `a group whose rate is of no rows is told of constraints of a decision and of a search, once each`() throws {
        let measure = "falsePositiveRateDifference"
        let world = try World(files: Self.files(Self.decision(measure) + Self.search(measure)))
        let problems = try Validation.revision(world.server, world.main).filter { $0.severity == .error }
        #expect(problems.map(\.code) == [.dataFitting, .dataFitting], "\(problems.map(\.text))")
        #expect(problems.allSatisfy { $0.message.contains("group 'c' of 'g' has no negative row") && $0.hint?.contains("minimumGroupRows") == true })
        #expect(Set(problems.compactMap { $0.span?.start.line }).count == 2)
    }

    @Test func `trials may be compared by a rate that is of one row, which no threshold is chosen by`() throws {
        let measure = "falsePositiveRateDifference"
        func problems(_ more: String, _ negative: Int) throws -> [String] {
            let data = Self.data.replacing("0.9\(negative),0.5,c,true", with: "0.9\(negative),0.5,c,false")
            let world = try World(files: Self.files(more, data: data))
            return try Validation.revision(world.server, world.main).filter { $0.severity == .error }.map(\.message)
        }
        // Which of the rows train is drawn.
        let trained = try #require(
            try (0..<8).first { try problems(Self.decision(measure), $0).first?.contains("has only one negative row") == true })
        #expect(try problems(Self.search(measure), trained) == [])
    }

    @Test func `groups that are all too small leave nothing to compare`() throws {
        let world = try World(files: Self.files("evaluation: {minimumGroupRows: 9999}\n" + Self.search("selectionRateDifference")))
        let problems = try Validation.revision(world.server, world.main).filter { $0.severity == .error }
        #expect(problems.map(\.message).first?.contains("'g' has no group of at least 9999 rows") == true, "\(problems.map(\.text))")
    }

    @Test func `a search that keeps no constraint names it, with how near the best trial came`() async throws {
        let world = try World(
            files: Self.files(
                "evaluation: {minimumGroupRows: 30}\n" + Self.search("selectionRateDifference", maximum: 1e-9),
                expressions: ["evidence.search.trials > 0"]))
        let findings = try await world.reconcile().verdicts.flatMap(\.findings).map(\.message)
        #expect(
            findings.contains {
                $0.contains("in the nearest, trial ") && $0.contains("'selectionRateDifference by g' is to be at most 1e-09, and is 0.")
            }, "\(findings)")
    }

    @Test(arguments: [
        ("monotone: {\"g=z\": increasing}", "'g=z'"), ("interactions: [[x, z], [\"g=z\", x]]", "'g=z'"),
    ])
    func `a constraint on a column that preprocessing does not make is told before training`(_ constraint: String, _ words: String) throws {
        var files = Self.files("preprocessing: [{type: oneHot, columns: [g]}]\n")
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing("features: {include: [x, z]}", with: "features: {include: [x, z, g]}")
            .replacing("maxDepth: 3}", with: "maxDepth: 3, \(constraint)}")
        let world = try World(files: files)
        let problems = try Validation.revision(world.server, world.main).filter { $0.severity == .error }
        #expect(problems.map(\.code) == [.dataFitting] && problems[0].message.contains("a constraint names 'g=z'"), "\(problems.map(\.text))")
        #expect(problems.first?.span?.start.column ?? 0 > 40)
    }

    @Test(arguments: [("folds: 2, outer: 3", "where part 1 of 3 of nested validation"), ("folds: 12", "where fold 1 is held out")])
    func `what encoding cannot be divided into where rows are held out is told before training`(_ fields: String, _ words: String) throws {
        let data = (["x,z,g,label"] + (0..<240).map { "0.\($0 % 7),\($0 / 8),\(["a", "b"][$0 % 2]),\($0 % 3 == 0)" }).joined(separator: "\n") + "\n"
        var files = Self.files("preprocessing: [{type: targetEncode, columns: [g]}]\n")
        files["data/d.csv"] = data
        files["datasets/d.yaml"] = World.dataset(data).replacing("{name: z, type: float}", with: "{name: z, type: integer}")
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing("features: {include: [x, z]}", with: "features: {include: [x, g]}")
            .replacing("validation: {folds: 3}", with: "validation: {\(fields), scheme: timeOrdered, column: z}")
        let world = try World(files: files)
        let problems = try Validation.revision(world.server, world.main).filter { $0.severity == .error }
        #expect(problems.count == 1, "\(problems.map(\.text))")
        #expect(problems.first?.message.contains("\(words)") == true, "\(problems.map(\.text))")
        #expect(problems.first?.message.contains("of out-of-fold encoding, 5 folds in order of time") == true, "\(problems.map(\.text))")
    }

    @Test func `what a part lacks is told once where validation is not nested`() throws {
        // The first negative rows of group c come last: no model of what was earlier has seen one.
        let rows = (0..<240).map { row in
            row < 200 ? "0.\(row % 7),\(row),\(["a", "b", "c"][row % 3]),\(row % 3 == 2 || row % 4 < 2)" : "0.\(row % 5),\(row),c,\(row % 2 == 0)"
        }
        let data = (["x,z,g,label"] + rows).joined(separator: "\n") + "\n"
        var files = Self.files("mitigation: {method: exponentiatedGradient, attribute: g, constraint: equalizedOdds}\n")
        files["data/d.csv"] = data
        files["datasets/d.yaml"] = World.dataset(data).replacing("{name: z, type: float}", with: "{name: z, type: integer}")
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing(
            "validation: {folds: 3}", with: "validation: {folds: 3, scheme: timeOrdered, column: z}")
        let world = try World(files: files)
        let problems = try Validation.revision(world.server, world.main).filter { $0.severity == .error }
        #expect(problems.count == 1, "\(problems.map(\.text))")
        #expect(
            problems.first?.message.hasPrefix("where fold 1 is held out, group 'c' of 'g' has no negative rows") == true, "\(problems.map(\.text))")
    }
}
