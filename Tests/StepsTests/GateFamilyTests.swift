import Basics
import Execution
import Frames
import Metrics
import Planning
import Storage
import TestSupport
import Testing

@testable import Steps

/// How often a gate whose models are all as good as the live ones is held up by chance, as `evidence.significance` has it.
@Suite struct GateFamilyTests {
    let folder: TemporaryFolder
    let store: FileStore

    init() throws {
        folder = try TemporaryFolder()
        store = FileStore(at: folder.path)
    }

    /// A model's evidence: beside one that sees the same truth through other noise, and of two attributes that have nothing to do with it.
    static func evidence(rows: Int, worse: Double = 0, _ random: inout SeededRandom) throws -> (fairness: JSONValue, comparison: ModelComparison) {
        var (labels, old, new, sites, sexes): ([Bool], [Double], [Double], [String?], [String?]) = ([], [], [], [], [])
        for _ in 0..<rows {
            let signal = random.nextUnit()
            labels.append(random.nextUnit() < signal)
            old.append(0.7 * signal + 0.3 * random.nextUnit())
            new.append((1 - worse) * (0.7 * signal + 0.3 * random.nextUnit()) + worse * random.nextUnit())
            sites.append(["a", "b", "c"][Int(random.next(below: 3))])
            sexes.append(["f", "m"][Int(random.next(below: 2))])
        }
        let champion = try ScoredRows(scores: old, labels: labels, threshold: 0.5)
        let challenger = try ScoredRows(scores: new, labels: labels, threshold: 0.5)
        let (site, sex) = (try Groups(Column("site", texts: sites)), try Groups(Column("sex", texts: sexes)))
        return (
            try FairnessReport(challenger, [site, sex]).json,
            try ModelComparison(champion: champion, challenger: challenger, groups: [site])
        )
    }

    /// What the step says of each model.
    func significance(_ models: [(fairness: JSONValue, comparison: ModelComparison)], threads: Int = 1) async throws -> [JSONValue] {
        var (inputs, members): ([String: Digest], [String: JSONValue]) = ([:], [:])
        for (index, model) in models.enumerated() {
            inputs["m\(index).fairness"] = try store.put(model.fairness.canonicalBytes)
            inputs["m\(index).comparison"] = try store.put(JSONValue.object(["notWorse": ComparisonStep.json(model.comparison)]).canonicalBytes)
            members["m\(index)"] = ["fairness": "", "comparison": ""]
        }
        let step = Step(
            name: "significance", kind: .significance, parameters: ["members": .object(members)], inputs: [:], outputs: Array(members.keys.sorted()))
        let outputs = try await SignificanceStep().run(StepWork(step: step, inputs: inputs, store: store, threads: threads) { _ in })
        return try models.indices.map { try JSONValue(parsing: try store.read(try #require(outputs["m\($0)"]))) }
    }

    /// Every Holm-corrected p-value below a document.
    static func corrected(_ document: JSONValue?) -> [Double] {
        if let holm = document?["holm"]?.doubleValue { return [holm] }
        return (document?.objectValue ?? [:]).values.flatMap { corrected($0) }
    }

    @Test func `a gate of two models as good as the live ones is held up at most once in twenty`() async throws {
        var random = SeededRandom(seed: 2026)
        let trials = 50
        var (comparisons, gates, single) = (0, 0, 0)
        for _ in 0..<trials {
            let models = [try Self.evidence(rows: 200, &random), try Self.evidence(rows: 200, &random)]
            let documents = try await significance(models)
            // AUC, accuracy, F₁ and log loss of all rows and of three groups; four rates of two groups and of one beside the reference.
            #expect(documents.allSatisfy { ($0["tests"]?.intValue ?? 0) == 2 * (12 + 16) })
            // Three sites, of which the rows chose the reference: the family has what that costs.
            for (document, model) in zip(documents, models) {
                for (site, test) in document["fairness"]?["site"]?["selectionRate"]?.objectValue ?? [:] {
                    let own = model.fairness["site"]?["selectionRate"]?["comparisons"]?[site]?["significance"]
                    let (p, choice) = (try #require(own?["pValue"]?.doubleValue), try #require(own?["choicePValue"]?.doubleValue))
                    #expect(test["pValue"]?.doubleValue == p && choice == min(1, 1.5 * p) && (test["holm"]?.doubleValue ?? 0) >= choice)
                }
            }
            let worse = documents.flatMap { Self.corrected($0["comparison"]) }
            #expect(worse.count == 32)
            if worse.contains(where: { $0 < 0.05 }) { comparisons += 1 }
            if (worse + documents.flatMap { Self.corrected($0["fairness"]) }).contains(where: { $0 < 0.05 }) { gates += 1 }
            single += models.count { !$0.comparison.passes }
        }
        // 5 % and three standard errors.
        #expect(Double(comparisons) / Double(trials) <= 0.05 + 0.092)
        #expect(Double(gates) / Double(trials) <= 0.05 + 0.092)
        #expect(Double(single) / Double(2 * trials) <= 0.05 + 0.065)
        // The same gate sees what is worse.
        let mixed = try await significance([try Self.evidence(rows: 1500, &random), try Self.evidence(rows: 1500, worse: 0.7, &random)])
        #expect(Self.corrected(mixed[0]["comparison"]).allSatisfy { $0 >= 0.05 })
        #expect((mixed[1]["comparison"]?["rocAUC"]?["holm"]?.doubleValue ?? 1) < 0.05)
    }

    @Test func `the family's bytes are the same for 1, 2 and 4 threads`() async throws {
        var random = SeededRandom(seed: 7)
        let models = [try Self.evidence(rows: 300, &random), try Self.evidence(rows: 300, worse: 0.5, &random)]
        let one = try await significance(models).map(\.canonicalBytes)
        for threads in [2, 4] { #expect(try await significance(models, threads: threads).map(\.canonicalBytes) == one) }
    }
}
