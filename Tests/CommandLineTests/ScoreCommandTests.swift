import Basics
import Foundation
import Frames
import Reconciliation
import TestSupport
import TestWorld
import Testing

/// `proviso score` as a user runs it, with a model that the reconciler trained.
@Suite struct ScoreCommandTests {
    private let world: World
    private var folder: String { world.folder.path }

    init() async throws {
        world = try World()
        _ = try await world.reconcile()
        let model = try #require(try Self.files(folder + "/state/store") { $0.starts(with: Data("proviso-model".utf8)) }.first)
        try FileManager.default.copyItem(atPath: model, toPath: folder + "/m.model")
        try Data(World.data.utf8).write(to: URL(fileURLWithPath: folder + "/d.csv"))
    }

    private static func files(_ folder: String, where holds: (Data) -> Bool) throws -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.sorted().map { "\(folder)/\($0)" }.filter { FileManager.default.contents(atPath: $0).map(holds) ?? false }
    }

    private func score(_ arguments: String...) throws -> StockTool.Result { try Program.run(["score"] + arguments, in: folder) }

    @Test func `scores, goes on where it was, and names a damaged shard or a wrong model`() throws {
        let first = try score("--model", "m.model", "--data", "d.csv", "--output", "out", "--keep", "x", "--threshold", "0.5")
        #expect(first.status == 0 && first.text.contains("600 rows in 1 shard: out"), "\(first.text)\(first.errors)")
        let again = try score("--model", "m.model", "--data", "d.csv", "--output", "out", "--keep", "x", "--threshold", "0.5")
        #expect(again.status == 0 && again.text.contains("1 of them scored before"), "\(again.text)\(again.errors)")

        let made = try #require(try Self.files(folder + "/out") { $0.starts(with: Data("PAR1".utf8)) }.first)
        try FileManager.default.createDirectory(atPath: folder + "/cut", withIntermediateDirectories: true)
        let whole = try Data(contentsOf: URL(fileURLWithPath: made))
        try whole.dropLast(20).write(to: URL(fileURLWithPath: folder + "/cut/part.parquet"))
        let cut = try score("--model", "m.model", "--data", "cut", "--output", "never")
        #expect(cut.status == 2 && cut.errors.contains("part.parquet"), "\(cut.text)\(cut.errors)")

        // Predictions lack what the model reads.
        try whole.write(to: URL(fileURLWithPath: folder + "/cut/part.parquet"))
        let unfit = try score("--model", "m.model", "--data", "cut", "--output", "never")
        #expect(unfit.status == 2 && unfit.errors.contains("there is no column"), "\(unfit.text)\(unfit.errors)")

        let wrong = try score("--model", "d.csv", "--data", "d.csv", "--output", "never")
        #expect(wrong.status == 2 && wrong.errors.contains("d.csv: ") && wrong.errors.contains("hint: a model is"), "\(wrong.text)\(wrong.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/never/_proviso/manifest.json"))
    }

    @Test func `numbers that are none and a folder within the data are refused`() throws {
        for option in ["--threshold", "--maximum-missing", "--maximum-unknown"] {
            let result = try score("--model", "m.model", "--data", "d.csv", "--output", "never", option, "nan")
            #expect(result.status == 2 && result.errors.contains("\(option) is a number"), "\(result.errors)")
        }
        for (options, words) in [
            (["--maximum-missing", "2"], "is a share, from 0 to 1"), (["--maximum-unknown=-0.1"], "is a share, from 0 to 1"),
            (["--warn-only"], "has no limit to warn of"), (["--positive", "no"], "none of these models is one"),
            (["--positive", "-1"], "none of these models is one"),
            (["--memory", "1KB"], "is too little for one shard"),
            (["--canary-model", "m.model", "--canary-key", "nope"], "there is no column 'nope', by which the canary's rows are chosen"),
        ] {
            let result = try Program.run(["score", "--model", "m.model", "--data", "d.csv", "--output", "never"] + options, in: folder)
            #expect(result.status == 2 && result.errors.contains(words), "\(options) \(result.errors)")
        }
        try FileManager.default.createDirectory(atPath: folder + "/in", withIntermediateDirectories: true)
        try Data(World.data.utf8).write(to: URL(fileURLWithPath: folder + "/in/d.csv"))
        for output in ["in", "in/out"] {
            let result = try score("--model", "m.model", "--data", "in", "--output", output)
            #expect(result.status == 2 && result.errors.contains("lies in the data"), "\(result.errors)")
        }
    }

    @Test func `a limit that is passed blocks`() throws {
        let halted = try score("--model", "m.model", "--data", "d.csv", "--output", "out", "--maximum-unknown", "0", "--minimum-rows", "1")
        #expect(halted.status == 0, "\(halted.text)\(halted.errors)")
        let strange = World.data.replacing(",a,", with: ",q,")
        try Data(strange.utf8).write(to: URL(fileURLWithPath: folder + "/q.csv"))
        let blocked = try score("--model", "m.model", "--data", "q.csv", "--output", "out2", "--maximum-unknown", "0.1", "--minimum-rows", "1")
        #expect(blocked.status == 1 && blocked.text.contains("halted"), "\(blocked.text)\(blocked.errors)")
    }

    @Test func `a canary and a challenger score beside the model, and a key stays with its model`() throws {
        let other = ["m.model", "d.csv"]
        let arguments = [
            "score", "--model", other[0], "--data", other[1], "--output", "out", "--threshold", "0.5", "--challenger", "next=m.model",
            "--canary-model", "m.model", "--canary-key", "g", "--canary-share", "0.5",
        ]
        let result = try Program.run(arguments, in: folder)
        #expect(result.status == 0 && result.text.contains("challenger next: agrees on 600 of 600 decisions"), "\(result.text)\(result.errors)")
        let unknown = try score("--model", "m.model", "--data", "d.csv", "--output", "o2", "--canary-model", "m.model", "--canary-share", "0.5")
        #expect(unknown.status == 2, "\(unknown.text)\(unknown.errors)")
    }

    @Test func `reasons have the codes of a map, which gives every feature one`() throws {
        func score(with map: String) throws -> StockTool.Result {
            try Data(map.utf8).write(to: URL(fileURLWithPath: folder + "/map.json"))
            return try self.score(
                "--model", "m.model", "--data", "d.csv", "--output", "out", "--threshold", "0.5", "--reasons", "2", "--reason-map", "map.json")
        }
        let partial = try score(with: #"{"x": {"code": "R1", "text": "The x"}}"#)
        #expect(partial.status == 2 && partial.errors.contains("no reason is given for 'z'"), "\(partial.text)\(partial.errors)")
        let broken = try score(with: #"{"x": {"code": "R1"}}"#)
        #expect(broken.status == 2 && broken.errors.contains("map.json: the reason of 'x' is not"), "\(broken.text)\(broken.errors)")
        let others = #"{"code": "R2", "text": "Others"}"#
        let whole = try score(with: #"{"x": {"code": "R1", "text": "The x"}, "z": \#(others), "g": \#(others)}"#)
        #expect(whole.status == 0, "\(whole.text)\(whole.errors)")
        let scored = try Frame.read(parquet: Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/out/d.parquet"))))
        let codes = try ["reason_1", "reason_2"].flatMap { name -> [String] in
            guard case .category(_, let codes) = try scored.column(name).values else { return [] }
            return codes
        }
        #expect(Set(codes) == ["R1", "R2"])
    }

    @Test func `recorded predictions are copied out by name`() async throws {
        let record = try #require(try LedgerAudit(repositoryPath: world.serverPath, revision: "main", ledger: nil).entries().first).digest
        let spec =
            World.head + """
                kind: BatchInference
                metadata: {name: nightly}
                spec: {model: {record: "\(record)"}, data: {dataset: d}, decision: {threshold: 0.5}}

                """
        try world.commit(["inference/nightly.yaml": spec], by: World.alice)
        let early = try Program.run(["predictions", "nightly", "server.git", "--store", "state/store", "--output", "out"], in: folder)
        #expect(early.status == 2 && early.errors.contains("hint: proviso reconcile makes one"), "\(early.text)\(early.errors)")
        _ = try await world.reconcile()
        let made = try Program.run(["predictions", "nightly", "server.git", "--store", "state/store", "--output", "out"], in: folder)
        #expect(made.status == 0 && made.text.contains("600 rows in 1 shard: out"), "\(made.text)\(made.errors)")
        #expect(FileManager.default.fileExists(atPath: folder + "/out/d.parquet"))
        let lost = try Program.run(["predictions", "nightly", "server.git", "--store", "nowhere", "--output", "out2"], in: folder)
        #expect(lost.status == 3 && lost.errors.contains("name the reconciler's store"), "\(lost.text)\(lost.errors)")
        let typo = try Program.run(["predictions", "nihtly", "server.git", "--store", "state/store", "--output", "out3"], in: folder)
        #expect(typo.status == 2 && typo.errors.contains("there are: nightly"), "\(typo.text)\(typo.errors)")
    }

    @Test func `on a narrow terminal no line of the view wraps`() throws {
        let rows = World.data.split(separator: "\n")
        let header = try #require(rows.first)
        let name = "a-shard-with-a-name-that-would-not-fit.csv"
        let many = [String(header)] + Array(repeating: rows.dropFirst().joined(separator: "\n"), count: 400)
        try Data((many.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        let command = "stty cols 60 rows 20; '\(Program.path)' score --model m.model --data \(name) --output wide"
        let shown = try StockTool.run("script", ["-qec", command, "/dev/null"], in: folder)
        #expect(shown.status == 0, "\(shown.text)\(shown.errors)")
        let drawn = shown.text.components(separatedBy: "\r\u{1B}[K").filter { $0.hasPrefix("shards ") }
        #expect(!drawn.isEmpty && drawn.allSatisfy { $0.count < 60 && !$0.contains("\n") }, "\(drawn)")
    }
}
