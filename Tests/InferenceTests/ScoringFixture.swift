import Basics
import Foundation
import Frames
import Metrics
import Models
import TestSupport
import Training

@testable import Inference

/// A small model, and partitions of data for it.
enum ScoringFixture {
    static let features = ["x", "z", "g"]

    static func table(rows: Int, seed: UInt64, shift: Double = 0, from first: Int = 0) throws -> Frame {
        var random = SeededRandom(seed: seed)
        var (x, z, g, y, id): ([Double?], [Double?], [String?], [Bool?], [Int64?]) = ([], [], [], [], [])
        for row in 0..<rows {
            let value = random.nextUnit() + shift
            x.append(value)
            z.append(random.next(below: 10) == 0 ? nil : random.nextUnit())
            g.append(random.next(below: 20) == 0 ? nil : ["a", "b", "c"][Int(random.next(below: 3))])
            y.append(value + 0.4 * random.nextUnit() > 0.7)
            id.append(Int64(first + row))
        }
        return try Frame([
            Column("id", integers: id), Column("x", doubles: x), Column("z", doubles: z), Column("g", texts: g), Column("y", booleans: y),
        ])
    }

    /// The bytes of a model trained with a seed.
    static func model(seed: Int = 1) throws -> [UInt8] {
        var settings = TrainingSettings()
        settings.rounds = 8
        settings.maxDepth = 3
        settings.seed = seed
        settings.subsample = 0.8
        return try BinaryClassificationTrainer.train(
            frame: table(rows: 600, seed: 1), features: features, label: BinaryLabel(column: "y"), settings: settings
        ).bytes
    }

    static func reference() throws -> [ReferenceColumn] { try table(rows: 600, seed: 1).columns.map { ReferenceColumn($0) } }

    /// `count` partitions of 150 rows each, in folders by day.
    static func layOut(_ folder: String, count: Int, rows: Int = 150, shift: (Int) -> Double = { _ in 0 }) throws {
        for part in 0..<count {
            let path = "\(folder)/day=\(part / 2)/part-\(part).parquet"
            try FileManager.default.createDirectory(atPath: "\(folder)/day=\(part / 2)", withIntermediateDirectories: true)
            try write(try table(rows: rows, seed: UInt64(100 + part), shift: shift(part), from: part * rows), path)
        }
    }

    static func write(_ frame: Frame, _ path: String) throws { try Data(try frame.writeParquet()).write(to: URL(fileURLWithPath: path)) }

    static func load(_ bytes: [UInt8]) throws -> any ScoringModel {
        try ScoringModels.load(bytes) { _ in preconditionFailure("a model of our own needs no rows to be read") }
    }

    static func parameters(_ change: (inout ScoringParameters) -> Void = { _ in }) -> ScoringParameters {
        var parameters = ScoringParameters()
        parameters.threshold = 0.5
        parameters.keep = ["id", "day"]
        change(&parameters)
        return parameters
    }

    static func job(_ data: String, _ output: String, _ parameters: ScoringParameters = parameters(), shardRows: Int = 1_000_000) throws -> ScoringJob
    {
        ScoringJob(
            shards: try ScoringData.shards(at: data, shardRows: shardRows), models: ScoringModelSet(champion: try load(try model())),
            parameters: parameters,
            reference: try reference(), output: output)
    }

    /// Every file of a folder with the digest of its bytes, what lies in it for this machine alone left out.
    static func files(_ folder: String) throws -> [String: Digest] {
        var found: [String: Digest] = [:]
        let root = URL(fileURLWithPath: folder)
        for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            var isFolder: ObjCBool = false
            _ = unsafe FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
            if isFolder.boolValue || path.hasSuffix("lock") || path.hasSuffix("environment.json") { continue }
            found[path] = Digest.of(Array(try Data(contentsOf: root.appendingPathComponent(path))))
        }
        return found
    }
}
