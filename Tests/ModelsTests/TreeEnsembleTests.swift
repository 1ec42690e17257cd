import Basics
import Foundation
import Models
import Testing

@Suite struct TreeEnsembleTests {
    static func model(_ file: String) throws -> [UInt8] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try Array(Data(contentsOf: tests.appending(path: "Oracles/explanations/models/\(file)")))
    }

    @Test func `a model of ours gives XGBoost's own margins, whether asked through the library or through its arrays`() throws {
        let (frame, _) = try ModelArtifactTests.frame()
        let artifact = try ModelArtifactTests.artifact()
        let ensemble = try TreeEnsemble(xgboost: artifact.ubj)
        let rows = try EncodedRows(frame, schema: artifact.schema)
        let booster = try XGBoostModel.load(ubj: artifact.ubj)
        let margins = try booster.predict(FeatureMatrix(rows), .margin, threads: 1)
        let own = try ensemble.predict(rows.values, count: rows.rowCount)
        #expect(own.count == margins.count)
        #expect(zip(own, margins).allSatisfy { abs($0 - Double($1)) < 4e-6 })
        let probabilities = try ScaledPredictor(ensemble, scale: .probability).predict(rows.values, count: rows.rowCount)
        let expected = try artifact.predict(frame)
        #expect(zip(probabilities, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func `threads of XGBoost's spin for a moment only while they wait, unless somebody says otherwise`() {
        #expect(ModelLibraries.versions["xgboost"] != nil)
        let variables = ProcessInfo.processInfo.environment
        #expect(variables["GOMP_SPINCOUNT"] == "3000" || variables["OMP_WAIT_POLICY"] != nil)
    }

    @Test func `XGBoost's contributions add up to its margins`() throws {
        let (frame, _) = try ModelArtifactTests.frame()
        let artifact = try ModelArtifactTests.artifact()
        let matrix = try FeatureMatrix(frame, schema: artifact.schema)
        let booster = try XGBoostModel.load(ubj: artifact.ubj)
        let margins = try booster.predict(matrix, .margin, threads: 1)
        let contributions = try booster.predict(matrix, .contributions, threads: 2)
        #expect(contributions.count == margins.count * 4)
        for row in margins.indices { #expect(abs(contributions[(row * 4)..<(row * 4 + 4)].reduce(0, +) - margins[row]) < 1e-5) }
        #expect(try booster.predict(matrix, .interactions, threads: 1).count == margins.count * 16)
    }

    @Test func `a quantity has no log-odds and no probability`() throws {
        let ensemble = try TreeEnsemble(xgboost: Self.model("regression.json"))
        #expect(throws: ModelError.self) { try ScaledPredictor(ensemble, scale: .probability) }
        #expect(try ScaledPredictor(ensemble, scale: .raw).predict([], count: 0) == [])
    }

    @Test func `no shortened and no altered model crashes the reader`() throws {
        let bytes = try Self.model("poisson.ubj")
        for length in stride(from: 0, to: bytes.count - 1, by: 7) {
            #expect(throws: ModelError.self) { try TreeEnsemble(xgboost: Array(bytes[..<length])) }
        }
        var random = SeededRandom(seed: 11)
        for _ in 0..<2000 {
            var altered = bytes
            for _ in 0..<(1 + random.next(below: 3)) { altered[Int(random.next(below: UInt64(bytes.count)))] = UInt8(random.next(below: 256)) }
            guard let ensemble = try? TreeEnsemble(xgboost: altered), ensemble.featureCount < 100 else { continue }
            _ = try ensemble.predict([Double](repeating: 0.5, count: ensemble.featureCount), count: 1)
        }
    }

    @Test func `a file that is no model says so`() {
        for text in ["", "{}", "PAR1", "{\"learner\": {\"gradient_booster\": {\"name\": \"gblinear\"}}}"] {
            #expect(throws: ModelError.self) { try TreeEnsemble(xgboost: Array(text.utf8)) }
        }
    }
}
