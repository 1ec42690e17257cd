import Basics
import Diagnostics
import Foundation
import Frames
import Reconciliation
import Storage
import TestSupport
import TestWorld
import Testing

/// Stages that read feature views and models, from spec to bytes.
@Suite struct PipelineStageTests {
    private static func dataset(_ name: String, _ bytes: String, _ columns: [(String, String)]) -> String {
        World.head
            + "kind: Dataset\nmetadata: {name: \(name)}\nspec:\n  source: {path: data/\(name).csv}\n  digest: \(Digest.of(bytes))\n  columns:\n"
            + columns.map { "    - {name: \($0.0), type: \($0.1)}\n" }.joined() + "  split: {random: {seed: 1, testShare: 0.5}}\n"
    }

    private func frame(_ report: PipelineRun.Report, _ stage: String, _ output: String, _ state: String) throws -> Frame {
        let digest = try #require(report.stages.first { $0.name == stage }?.outputs[output], "\(report.stages.compactMap(\.explanation))")
        return try Frame.read(parquet: try FileStore(at: state + "/store").read(digest))
    }

    @Test func `features are those that were known at each row's time`() async throws {
        let decisions = "who,at\na,2026-01-10T00:00:00Z\na,2026-01-20T00:00:00Z\nb,2026-01-10T00:00:00Z\na,2026-03-01T00:00:00Z\n"
        // The second row of `a` happened on the 5th and was filled in on the 15th; the last is too old for March.
        let balances = """
            owner,happened,known,balance
            a,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,1
            a,2026-01-05T00:00:00Z,2026-01-15T00:00:00Z,2
            b,2026-01-11T00:00:00Z,2026-01-11T00:00:00Z,3

            """
        let files = [
            "proviso.yaml": World.head + "kind: Repository\nmetadata: {name: r}\nspec: {}\n", "data/decisions.csv": decisions,
            "data/balances.csv": balances,
            "datasets/decisions.yaml": Self.dataset("decisions", decisions, [("who", "category"), ("at", "timestamp")]),
            "datasets/balances.yaml": Self.dataset(
                "balances", balances, [("owner", "category"), ("happened", "timestamp"), ("known", "timestamp"), ("balance", "float")]),
            "features/balance.yaml": World.head + """
                kind: FeatureView
                metadata: {name: balance}
                spec: {dataset: balances, entities: [owner], eventTime: happened, knownAt: known, timeToLive: 30d, features: [balance]}

                """,
            "pipelines/p.yaml": World.pipeline(
                """
                - {name: rows, load: {dataset: decisions}}
                - name: known
                  features: {input: rows, time: at, views: [{view: balance, entities: {owner: who}, prefix: their_}]}
                """),
        ]
        let world = try World(files: files)
        let state = world.folder.path + "/runs"
        var options = PipelineRun.Options(folder: world.serverPath, pipeline: "p", state: state)
        options.revision = "main"
        let report = try await PipelineRun(options: options, clock: FixedClock()).run()
        #expect(report.isWhole && report.diagnostics.isEmpty, "\(report.stages.compactMap(\.explanation)) \(report.diagnostics.map(\.message))")
        let table = try frame(report, "known", "table", state)
        #expect(table.columnNames == ["who", "at", "their_balance"])
        #expect(try table.doubles("their_balance") == [1, 2, nil, nil])
        // A backfilled row changes no row that was decided before it was known.
        let backfilled = balances + "a,2026-01-09T00:00:00Z,2026-02-01T00:00:00Z,9\n"
        try world.commit(
            [
                "data/balances.csv": backfilled,
                "datasets/balances.yaml": Self.dataset(
                    "balances", backfilled, [("owner", "category"), ("happened", "timestamp"), ("known", "timestamp"), ("balance", "float")]),
            ], by: World.alice)
        let later = try await PipelineRun(options: options, clock: FixedClock()).run()
        #expect(try frame(later, "known", "table", state).doubles("their_balance") == [1, 2, nil, nil])
        // More seconds than there are microseconds to count them in is for ever.
        let endless = try #require(files["features/balance.yaml"]).replacing("timeToLive: 30d", with: "timeToLive: 200000000d")
        try world.commit(["features/balance.yaml": endless], by: World.alice)
        let last = try await PipelineRun(options: options, clock: FixedClock()).run()
        #expect(try frame(last, "known", "table", state).doubles("their_balance") == [1, 2, nil, 9])
    }

    @Test func `a model is trained, measured and scores every row of a table`() async throws {
        var files = World.files
        files["pipelines/p.yaml"] = World.pipeline(
            """
            - {name: rows, load: {dataset: d}}
            - {name: fit, train: {model: m}}
            - {name: measured, evaluate: {model: fit}}
            - {name: scored, score: {model: fit, input: rows, keep: [x, label]}}
            """)
        let world = try World(files: files)
        let state = world.folder.path + "/runs"
        var options = PipelineRun.Options(folder: world.serverPath, pipeline: "p", state: state)
        options.revision = "main"
        var seen: Set<Digest> = []
        for threads in [1, 4] {
            options.threads = threads
            options.state = "\(state)\(threads)"
            let report = try await PipelineRun(options: options, clock: FixedClock()).run()
            #expect(report.isWhole && report.diagnostics.isEmpty, "\(report.stages.compactMap(\.explanation)) \(report.diagnostics.map(\.message))")
            let table = try frame(report, "scored", "scores", options.state)
            #expect(table.rowCount == 600 && table.columnNames.contains("x") && table.columnNames.contains("label"))
            let scores = try table.doubles(try #require(table.columnNames.first { $0.contains("score") })).compactMap { $0 }
            #expect(scores.count == 600 && scores.allSatisfy { (0...1).contains($0) } && Set(scores).count > 3)
            guard case .boolean(let decisions) = try table.column("decision").values else { return #expect(Bool(false)) }
            #expect(decisions == scores.map { $0 >= 0.5 })
            seen.insert(try #require(report.stages.first { $0.name == "scored" }?.outputs["scores"]))
        }
        #expect(seen.count == 1)
    }

    /// The scores that steps of a pipeline make.
    private func scores(of steps: [String], _ stages: [String], _ files: [String: String]) async throws -> [Frame] {
        let spec = World.pipeline(stages.map { "- \($0)" }.joined(separator: "\n"))
        let world = try World(files: files.merging(["pipelines/p.yaml": spec]) { $1 })
        var options = PipelineRun.Options(folder: world.serverPath, pipeline: "p", state: world.folder.path + "/runs")
        options.revision = "main"
        let report = try await PipelineRun(options: options, clock: FixedClock()).run()
        #expect(report.isWhole && report.diagnostics.isEmpty, "\(report.stages.compactMap(\.explanation)) \(report.diagnostics.map(\.message))")
        return try steps.map { try frame(report, $0, "scores", options.state) }
    }

    @Test func `a stage decides as the model is judged: by what was fitted for it`() async throws {
        var files = World.files
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing(
            "  decision: {threshold: 0.5}\n",
            with: "  validation: {folds: 2}\n  calibration: {method: beta}\n  decision: {objective: {measure: fBeta, beta: 3}}\n")
        let tables = try await scores(
            of: ["scored", "measured.predict"],
            [
                "{name: rows, load: {dataset: d}}", "{name: fit, train: {model: m}}", "{name: scored, score: {model: fit, input: rows}}",
                "{name: measured, evaluate: {model: fit}}",
            ], files)
        let (scored, judged) = (tables[0], tables[1])
        guard case .integer(let rows) = try judged.column("row").values, case .boolean(let decisions) = try scored.column("decision").values else {
            return #expect(Bool(false))
        }
        let (own, theirs) = (try scored.doubles("score"), try judged.doubles("score"))
        #expect(rows.indices.allSatisfy { own[Int(rows[$0])] == theirs[$0] })
        // The fitted threshold, and not the half that nobody declared, decides.
        let accepted = own.indices.filter { decisions[$0] }.compactMap { own[$0] }
        let refused = own.indices.filter { !decisions[$0] }.compactMap { own[$0] }
        let (least, most) = (try #require(accepted.min()), try #require(refused.max()))
        #expect(most < least && least < 0.5)
    }

    @Test func `rows of several classes are scored for each, and the likeliest is named`() async throws {
        let files = TaskTests.files("multiclassClassification", label: "category", expression: "true")
        let tables = try await scores(
            of: ["scored"],
            [
                "{name: rows, load: {dataset: d}}", "{name: fit, train: {model: m}}",
                "{name: scored, score: {model: fit, input: rows, keep: [label]}}",
            ], files)
        let table = tables[0]
        #expect(table.columnNames == ["row", "score:high", "score:low", "score:middle", "prediction", "label"])
        let scores = try ["high", "low", "middle"].map { try table.doubles("score:\($0)").compactMap { $0 } }
        guard case .category(let codes, let names) = try table.column("prediction").values else { return #expect(Bool(false)) }
        for row in 0..<table.rowCount {
            let own = scores.map { $0[row] }
            let named = try #require(["high", "low", "middle"].firstIndex(of: names[Int(codes[row])]))
            #expect(abs(own.reduce(0, +) - 1) < 1e-6 && own.max() == own[named])
        }
        #expect(Set(codes).count == 3)
    }
}

extension Frame {
    /// A column of numbers; nil where a value is missing.
    fileprivate func doubles(_ name: String) throws -> [Double?] {
        let column = try column(name)
        guard case .double(let values) = column.values else { return [] }
        return values.enumerated().map { column.isMissing($0) ? nil : $1 }
    }
}
