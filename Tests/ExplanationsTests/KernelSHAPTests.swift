import Basics
import Explanations
import Foundation
import Models
import Testing

/// Products of three features beside single ones, and a fifth order if asked.
private struct Products: Predictor {
    let featureCount: Int
    var fifth = 0.0
    let outputCount = 1
    var rawScale: OutputScale? { nil }

    func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        (0..<count).map { row in
            let x = rows[(row * featureCount)..<((row + 1) * featureCount)].map { $0 }
            let products = x[0] * x[1] * x[2] - 2 * x[2] * x[3] * x[4] + 0.5 * x[1] * x[5]
            return 3 * x[0] - x[6] + products + fifth * x[0] * x[1] * x[2] * x[3] * x[4]
        }
    }
}

@Suite struct KernelSHAPTests {
    private static func schema(_ count: Int) -> FeatureSchema {
        FeatureSchema((0..<count).map { FeatureSchema.Feature(name: "f\($0)", type: .number) })
    }

    private static func rows(_ count: Int, features: Int, seed: UInt64) -> EncodedRows {
        var random = SeededRandom(seed: seed)
        return EncodedRows(schema: schema(features), values: (0..<(count * features)).map { _ in random.nextUnit() * 2 - 1 })
    }

    private static func settings(_ coalitions: Int) -> CoalitionSHAP.Method {
        var settings = KernelSettings()
        settings.maximumCoalitions = coalitions
        settings.tolerance = 0
        return .kernel(settings)
    }

    @Test func `with coalitions enough for products of three, games of such products leave nothing to chance`() throws {
        let rows = Self.rows(3, features: 9, seed: 1)
        let background = Self.rows(2, features: 9, seed: 2)
        let players = try Players(features: rows.schema.names)
        func explained(_ model: Products, _ method: CoalitionSHAP.Method) throws -> Attributions {
            try CoalitionSHAP(model, background: background, players: players, method: method, seed: 3).explain(rows)
        }
        let model = Products(featureCount: 9)
        let exact = try explained(model, .exact)
        // 93 products want 140 pairs; there are 255.
        let sampled = try explained(model, Self.settings(300))
        #expect(distance(sampled.values, exact.values) < 1e-9)
        #expect(try #require(sampled.standardErrors).allSatisfy { $0 < 1e-9 })
        // Fewer than those fit single players only, and say so.
        let few = try explained(model, Self.settings(200))
        #expect(distance(few.values, exact.values) > 1e-4)
        #expect(try #require(few.standardErrors).contains { $0 > 1e-4 })
        // What is beyond products of three is left to chance, and the stated errors say how far.
        let beyond = Products(featureCount: 9, fifth: 4)
        let (truth, guess) = (try explained(beyond, .exact), try explained(beyond, Self.settings(300)))
        let errors = try #require(guess.standardErrors)
        #expect(distance(guess.values, truth.values) > 1e-4)
        #expect(zip(zip(guess.values, truth.values), errors).allSatisfy { abs($0.0 - $0.1) < 5 * $1 })
        #expect(guess.maximumAdditivityError < 1e-12)
    }

    @Test func `more players than coalitions can enumerate are exact against background rows that differ in few`() throws {
        let count = 40
        let row = Self.rows(1, features: count, seed: 5)
        var values = row.values + row.values
        for feature in [0, 1, 2, 4] { values[feature] = 0.25 }
        for feature in [2, 3, 5, 6, 39] { values[count + feature] = -0.5 }
        let background = EncodedRows(schema: row.schema, values: values)
        let model = Products(featureCount: count)
        let explained = try CoalitionSHAP(
            model, background: background, players: Players(features: row.schema.names), method: .kernel(KernelSettings())
        ).explain(row)
        #expect(explained.standardErrors?.allSatisfy { $0 == 0 } == true)
        #expect(explained.maximumAdditivityError < 1e-12)
        // The same without the players that never differ.
        let names = (0..<7).map { "f\($0)" }
        func few(_ all: [Double], rows: Int) -> EncodedRows {
            EncodedRows(schema: Self.schema(7), values: (0..<rows).flatMap { all[($0 * count)..<($0 * count + 7)] })
        }
        let exact = try CoalitionSHAP(
            Products(featureCount: 7), background: few(values, rows: 2), players: Players(features: names), method: .exact
        ).explain(few(row.values, rows: 1))
        #expect(distance(explained.values.prefix(7), exact.values) < 1e-12)
        #expect(explained.values.dropFirst(7).allSatisfy { abs($0) < 1e-12 })
    }

    @Test(arguments: [13, 30, 70])
    func `many players are sampled within the stated errors, and the same for any number of threads`(count: Int) throws {
        let rows = Self.rows(2, features: count, seed: 7)
        let background = Self.rows(3, features: count, seed: 8)
        var settings = KernelSettings()
        settings.maximumCoalitions = 8 * count
        let explainer = try CoalitionSHAP(
            Products(featureCount: count), background: background, players: Players(features: rows.schema.names), method: .kernel(settings))
        let explained = try explainer.explain(rows)
        #expect(try explainer.explain(rows, threads: 2) == explained)
        #expect(explained.maximumAdditivityError < 1e-9)
        // Exact values: of the seven players that do anything, all coalitions.
        let trimmed = [rows, background].map { table in
            EncodedRows(schema: Self.schema(7), values: (0..<table.rowCount).flatMap { table.row($0).prefix(7) })
        }
        let exact = try CoalitionSHAP(
            Products(featureCount: 7), background: trimmed[1], players: Players(features: trimmed[0].schema.names), method: .exact
        ).explain(trimmed[0])
        let errors = try #require(explained.standardErrors)
        for row in 0..<2 {
            for player in 0..<count {
                let truth = player < 7 ? exact.row(row)[row * 7 + player] : 0
                let place = row * count + player
                #expect(abs(explained.values[place] - truth) < 5 * errors[place] + 1e-12)
            }
        }
    }
}
