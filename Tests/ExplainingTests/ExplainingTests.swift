import Basics
import Explaining
import Explanations
import Foundation
import Frames
import Models
import Reports
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite struct ExplainingTests {
    static func frame(rows: Int = 200) throws -> Frame {
        var random = SeededRandom(seed: 4)
        let numbers = (0..<rows).map { _ in (random.nextUnit(), random.nextUnit() * 10) }
        return try Frame([
            Column("a", doubles: numbers.map { $0.0 }), Column("b", doubles: numbers.map { $0.1 }),
            Column("word", texts: numbers.map { $0.0 > 0.5 ? "high" : "low" }),
        ])
    }

    static let linear = Array(#"{"linear": {"features": ["a", "b"], "coefficients": [[2.0, -0.5]], "intercepts": [0.25]}}"#.utf8)
    static let scorer = Array(#"{"scorer": {"command": ["/bin/sh", "score.sh"], "features": ["a", "b", "word"]}}"#.utf8)

    struct NoScorer: Error {}

    static func explanation(
        _ model: [UInt8] = linear, _ method: ExplanationMethod = .linear, change: (inout ExplanationSettings) -> Void = { _ in },
        transport: (any ScorerTransport)? = nil
    ) throws -> Explanation {
        var settings = ExplanationSettings(method: method)
        settings.blockRows = 16
        settings.backgroundRows = 10
        change(&settings)
        return try Explanation(
            model: model, data: frame(), dataDigest: Digest.of("data"), background: nil, backgroundDigest: nil, settings: settings
        ) { _ in
            guard let transport else { throw NoScorer() }
            return transport
        }
    }

    /// Scores a + length of the word, and fails on the calls that it is told to.
    final class Transport: ScorerTransport {
        private let calls = Mutex(0)
        private let failing: Range<Int>

        init(failing: Range<Int> = 0..<0, contents: String = "a scorer") {
            self.failing = failing
            digest = Digest.of(contents)
        }

        var count: Int { calls.withLock { $0 } }
        let digest: Digest

        func score(_ rows: [UInt8], count: Int) throws(ModelError) -> [UInt8] {
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if failing.contains(call) { throw ModelError(.library, operation: "run the scorer", message: "it fell over") }
            do {
                let frame = try Frame.read(arrow: rows)
                guard frame.rowCount == count, case .double(let a) = try frame.column("a").values,
                    case .category(let codes, let texts) = try frame.column("word").values
                else { throw ModelError(.library, operation: "run the scorer", message: "wrong table") }
                return try Frame([Column("score", .double(zip(a, codes).map { $0 + Double(texts[Int($1)].count) }))]).writeArrow()
            } catch let error as ModelError { throw error } catch { throw ModelError(.library, operation: "run the scorer", message: "\(error)") }
        }
    }

    @Test func `blocks, threads and a kept state change no byte`() throws {
        let folder = try TemporaryFolder()
        for method in [ExplanationMethod.kernel, .permutation, .exact, .lime] {
            let whole = try Self.explanation(Self.linear, method) {
                $0.blockRows = 1000
                $0.threads = 1
            }
            let expected = try ExplanationDocument(whole, whole.run()).json
            let parts = try Self.explanation(Self.linear, method) { $0.threads = 4 }
            let state = BlockFolder("\(folder.path)/\(method.rawValue)")
            #expect(try ExplanationDocument(parts, parts.run(keepingIn: state)).json == expected)
            // All blocks are found, and none is worked out.
            var found = 0
            #expect(try ExplanationDocument(parts, parts.run(keepingIn: state) { _, kept in found = kept }).json == expected)
            #expect(found == 200)
        }
    }

    @Test func `a run that was stopped goes on where it was`() throws {
        let folder = try TemporaryFolder()
        let state = BlockFolder("\(folder.path)/state")
        let explanation = try Self.explanation()
        #expect(throws: CancellationError.self) {
            try explanation.run(keepingIn: state) { done, _ in if done >= 48 { throw CancellationError() } }
        }
        var seen: [Int] = []
        let values = try explanation.run(keepingIn: state) { _, found in seen.append(found) }
        #expect(seen[2] == 48 && seen.last == 48)
        #expect(values == (try Self.explanation().run()))
    }

    @Test func `a scorer that fails on one block loses that block only, and the error names its rows`() throws {
        let folder = try TemporaryFolder()
        let state = BlockFolder("\(folder.path)/state")
        // One call for the base, then for each block its predictions and the masked rows of all its rows: the third block's.
        let transport = Transport(failing: 6..<1000)
        let explanation = try Self.explanation(Self.scorer, .exact, transport: transport)
        do {
            _ = try explanation.run(keepingIn: state)
            Issue.record("passed")
        } catch let error as ExplanationError {
            #expect(error.message.contains("block 3 of 13 (rows 33 to 48 of the table)"), "\(error.message)")
            #expect(error.message.contains("it fell over"))
        }
        let better = Transport()
        let again = try Self.explanation(Self.scorer, .exact, transport: better)
        let values = try again.run(keepingIn: state)
        #expect(values.values.maximumAdditivityError < 1e-12)
        let fresh = try Self.explanation(Self.scorer, .exact, transport: Transport())
        #expect(values == (try fresh.run()))
        // Large blocks: the base, and two calls for each of eleven blocks.
        #expect(better.count == 23)
    }

    @Test func `blocks of another explanation, of another folder, and damaged ones are refused`() throws {
        let folder = try TemporaryFolder()
        let state = BlockFolder("\(folder.path)/state")
        _ = try Self.explanation().run(keepingIn: state)
        func message(_ change: (inout ExplanationSettings) -> Void) -> String {
            do { _ = try Self.explanation(change: change).run(keepingIn: state) } catch { return (error as? BlockFolderError)?.message ?? "\(error)" }
            return "passed"
        }
        #expect(message { $0.threads = 1 } == "passed")
        #expect(message { $0.backgroundRows = 11 }.contains("blocks of another explanation"))
        let file = "\(folder.path)/state/block-000002"
        var bytes = Array(try #require(FileManager.default.contents(atPath: file)))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        #expect(message { _ in }.contains("block-000002 is damaged"))
        #expect(throws: BlockFolderError.self) { try Self.explanation().run(keepingIn: BlockFolder(folder.path)) }
    }

    @Test func `LIME's surrogates come with fidelity and stability, and give no reasons`() throws {
        let explanation = try Self.explanation(Self.linear, .lime) {
            $0.rows = 3
            $0.lime.samples = 500
            $0.backgroundRows = 100
        }
        let found = try explanation.run()
        let document = try ExplanationDocument(explanation, found)
        let surrogate = try #require(document.json["rows"]?.arrayValue?.first?["surrogates"]?.arrayValue?.first)
        #expect(surrogate["terms"]?.arrayValue?.count == 2)
        #expect(try #require(surrogate["fidelity"]?.doubleValue) > 0.5)
        #expect(document.json["additivityError"] == nil)
        #expect(
            try document.table().columnNames == [
                "row", "prediction", "intercept", "localPrediction", "fidelity", "stability:selection", "stability:ranks", "lime:a", "lime:b",
            ])
        let map = try ReasonMap(["a": Reason(code: "A", text: "a is low"), "b": Reason(code: "B", text: "b is high")])
        #expect(throws: ExplanationError.self) { try ExplanationDocument(explanation, found, reasonCodes: ReasonCodes(map)) }
    }

    @Test func `the JSON form, the table and the report say the same`() throws {
        let explanation = try Self.explanation { $0.rows = 5 }
        let map = try ReasonMap(["a": Reason(code: "A", text: "a is low"), "b": Reason(code: "B", text: "b is high")])
        let document = try ExplanationDocument(explanation, explanation.run(), reasonCodes: ReasonCodes(map, maximum: 2))
        let json = document.json
        #expect(json["schema"] == "proviso.dev/explanation/v1")
        #expect(json["rows"]?.arrayValue?.map { $0["row"]?.intValue } == [1, 41, 81, 121, 161])
        let table = try document.table()
        #expect(
            table.columnNames == ["row", "prediction", "base", "shap:a", "shap:b", "reason:1", "reasonText:1", "reason:2", "reasonText:2"])
        guard case .double(let a) = try table.column("shap:a").values else { throw NoScorer() }
        #expect(a.map { JSONValue.double($0) } == json["rows"]?.arrayValue?.compactMap { $0["values"]?.arrayValue?.first?.arrayValue?.first })
        let html = document.document(pictures: true).rendered(.html)
        #expect(html.components(separatedBy: "<svg").count == 1 + 2 + 2 + 3)
        #expect(html == document.document(pictures: true).rendered(.html))
        #expect(!document.document(pictures: false).rendered(.text).contains("Single rows"))
    }

    @Test func `a model is known by its bytes`() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        func kind(_ path: String) throws -> String {
            try ModelFile(bytes: Array(Data(contentsOf: tests.appending(path: "Oracles/\(path)")))).kind
        }
        #expect(try kind("explanations/models/poisson.ubj") == "xgboost")
        #expect(try kind("explanations/models/regression.json") == "xgboost")
        #expect(try kind("onnx/models/network.onnx") == "onnx")
        #expect(try ModelFile(bytes: Self.linear).kind == "linear")
        #expect(try ModelFile(bytes: Self.scorer).kind == "scorer")
        for text in ["", "{}", "PAR1", "proviso-model 2\n", "\u{8}\u{8}"] {
            #expect(throws: ModelError.self) { try ModelFile(bytes: Array(text.utf8)) }
        }
    }

    @Test func `a method that a model does not have names those that it has`() throws {
        func message(_ model: [UInt8], _ method: ExplanationMethod, _ change: (inout ExplanationSettings) -> Void = { _ in }) -> String {
            do { _ = try Self.explanation(model, method, change: change, transport: Transport()) } catch { return "\(error)" }
            return "passed"
        }
        #expect(
            message(Self.linear, .tree).contains("'tree' is for XGBoost models, and this one is linear; use linear, kernel, permutation or exact"))
        #expect(message(Self.scorer, .linear).contains("'linear' is for linear models"))
        #expect(message(Self.linear, .linear) { $0.scale = .probability }.contains("'linear' explains raw output, not probability"))
        #expect(message(Self.linear, .exact) { $0.scale = .probability }.contains("no probability"))
        #expect(message(Self.linear, .exact) { $0.groups = ["g": ["a", "c"]] }.contains("group 'g' has feature 'c', which the model does not read"))
        let wide = #"{"linear": {"features": ["a", "word"], "coefficients": [[1, 1]], "intercepts": [0]}}"#
        #expect(message(Array(wide.utf8), .exact).contains("column 'word' has text"))
    }

    @Test func `a scorer runs in the sandbox, and what it does wrong is said`() async throws {
        let folder = try TemporaryFolder()
        func answer(_ script: String, output: String = "a") async throws -> String {
            try Data(script.utf8).write(to: URL(fileURLWithPath: folder.path + "/score.sh"))
            let text = #"{"scorer": {"command": ["/bin/sh", "score.sh"], "files": ["score.sh"], "features": ["a", "b"], "outputs": ["\#(output)"]}}"#
            let path = folder.path
            return await withCheckedContinuation { continuation in
                Thread {
                    let result = Result {
                        var settings = ExplanationSettings(method: .exact)
                        settings.rows = 1
                        let explanation = try Explanation(
                            model: Array(text.utf8), data: Self.frame(rows: 20), dataDigest: Digest.of("data"), background: nil,
                            backgroundDigest: nil,
                            settings: settings
                        ) { try SandboxedScorer($0, folder: path, policy: .required, seconds: 20) }
                        let values = try explanation.run()
                        #expect(zip(values.values.predictions, values.values.values.indices).allSatisfy { $0.0 >= 0 })
                        return "passed"
                    }
                    switch result {
                    case .success(let word): continuation.resume(returning: word)
                    case .failure(let error): continuation.resume(returning: "\(error)")
                    }
                }.start()
            }
        }
        #expect(try await answer("cp $PROVISO_ROWS $PROVISO_SCORES") == "passed")
        let failing = try await answer("echo the disk is tired >&2; exit 3")
        #expect(failing.contains("ended with exit code 3: the disk is tired"), "\(failing)")
        #expect(try await answer("true").contains("scores.arrow"))
        #expect(try await answer("echo nonsense > $PROVISO_SCORES").contains("the scorer's answer"))
        let none = try await answer("cp $PROVISO_ROWS $PROVISO_SCORES", output: "score")
        #expect(none.contains("there is no column 'score'"), "\(none)")
    }

    @Test func `without a sandbox a scorer is not run, which is no failure of the model`() async throws {
        let error = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<ExplanationError?, any Error>) in
            Thread {
                continuation.resume(
                    with: Result {
                        do {
                            let policy = SandboxPolicy(bubblewrap: "/there/is/no/bwrap")
                            let description = try ScorerDescription(json: JSONValue(parsing: Self.scorer))
                            _ = try Self.explanation(Self.scorer, .exact, transport: SandboxedScorer(description, folder: "/", policy: policy)).run()
                            return nil
                        } catch let error as ExplanationError { return error }
                    })
            }.start()
        }
        #expect(error?.code == .sandboxUnavailable, "\(error?.message ?? "ran")")
    }

    @Test func `kept blocks of another model are not joined, though its description is the same`() throws {
        let folder = try TemporaryFolder()
        let state = BlockFolder("\(folder.path)/state")
        _ = try Self.explanation(Self.scorer, .exact, transport: Transport()).run(keepingIn: state)
        let other = try Self.explanation(Self.scorer, .exact, transport: Transport(contents: "other files"))
        #expect(other.digests.model != (try Self.explanation(Self.scorer, .exact, transport: Transport())).digests.model)
        #expect(throws: BlockFolderError.self) { try other.run(keepingIn: state) }
    }

    @Test func `the model as a whole is told in every form, with pictures in one`() throws {
        let explanation = try Self.explanation {
            $0.rows = 60
            $0.label = "a"
        }
        let found = try explanation.run()
        let document = try ExplanationDocument(explanation, found, whole: explanation.whole(found))
        let whole = try #require(document.json["global"])
        #expect(whole["partialDependence"]?.arrayValue?.map { $0["feature"]?.stringValue } == ["b", "a"])
        // A linear model: the curve of b falls by half of what b rises.
        let curve = try #require(whole["partialDependence"]?.arrayValue?.first)
        let mean = (curve["mean"]?.arrayValue ?? []).compactMap(\.doubleValue)
        let values = (curve["values"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap { Double($0) } }
        #expect(mean.count == values.count && mean.count > 2)
        #expect(abs((mean[mean.count - 1] - mean[0]) + 0.5 * (values[values.count - 1] - values[0])) < 1e-9)
        #expect(try #require(whole["faithfulness"]?["gain"]?.doubleValue) > 0)
        #expect(whole["permutationImportance"]?["loss"]?.stringValue == "squared-error")
        #expect(whole["surrogateTree"]?["rules"]?.arrayValue?.isEmpty == false)
        let html = document.document(pictures: true).rendered(.html)
        #expect(html.contains("Deletion and insertion") && html.contains("single rows") && html.contains("Permutation importance"))
        #expect(document.document(pictures: false).rendered(.text).contains("A small tree that imitates the model"))
    }

    @Test func `a scorer's file says what is wrong with it`() {
        func message(_ text: String) -> String {
            do { _ = try ModelFile(bytes: Array(text.utf8)) } catch { return error.message }
            return "passed"
        }
        #expect(message(#"{"scorer": {"features": ["a"]}}"#).contains("'scorer.command' is missing"))
        #expect(message(#"{"scorer": {"command": ["x"]}}"#).contains("'scorer.features' is missing"))
        #expect(message(#"{"scorer": {"command": ["x"], "features": ["a", "a"]}}"#).contains("names something twice"))
        #expect(message(#"{"scorer": {"command": ["x"], "features": ["a"], "files": ["../secret"]}}"#).contains("not below the folder"))
        #expect(message(#"{"scorer": {"command": ["x"], "features": ["a"], "colour": "red"}}"#).contains("has no 'colour'"))
        #expect(message(#"{"scorer": {"command": ["x"], "features": ["a"], "scale": "percent"}}"#).contains("not 'percent'"))
    }
}
