import Basics
import Diagnostics
import Foundation
import LocatedYAML
import OrderedCollections
import Specs
import TestSupport
import Testing

@Suite struct CatalogTests {
    /// The files of a folder as entries, paths relative to it.
    static func entries(in folder: URL) throws -> [SpecEntry] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        return try paths.filter { $0.hasSuffix(".yaml") }.map {
            SpecEntry(path: $0, bytes: Array(try Data(contentsOf: folder.appendingPathComponent($0))))
        }
    }

    static func template() throws -> [SpecEntry] { try entries(in: TestFiles.root.appendingPathComponent("repo-template")) }

    static func template(replacing old: String, with new: String, in path: String) throws -> [SpecEntry] {
        try template().map { entry in
            guard entry.path == path else { return entry }
            let text = String(decoding: entry.bytes, as: UTF8.self)
            #expect(text.contains(old))
            return SpecEntry(path: path, bytes: Array(text.replacing(old, with: new).utf8))
        }
    }

    @Test func `the template is sound`() throws {
        let (catalog, diagnostics) = Catalog.load(try Self.template())
        #expect(diagnostics.map(\.text) == [])
        #expect(catalog.models["income"]?.datasetName == "adult")
        #expect(catalog.models["income"]?.json["spec"]?["decision"]?["threshold"] == 0.5)
        #expect(catalog.policies.count == 3)
        #expect(catalog.resource(kind: "Repository", name: "proviso") != nil)
    }

    @Test(arguments: [
        ("[[sex, race]]", nil), ("[[sex, race], [race, sex]]", "[race, sex] is crossed twice"),
        ("[[sex, sex]]", "[sex, sex] crosses a column with itself"),
    ]) func `columns are crossed once, in whatever order`(crossed: String, wanted: String?) throws {
        let more = "dataset: adult\n  evaluation: {intersections: \(crossed)}"
        let found = Catalog.load(try Self.template(replacing: "dataset: adult", with: more, in: "models/income.yaml")).diagnostics
        #expect(found.map(\.code) == (wanted == nil ? [] : [.invalidValue]))
        #expect(found.first?.message.contains(wanted ?? "") != false)
    }

    @Test func `a written-out default and a comment change no digest, a value does`() throws {
        let before = Catalog.load(try Self.template()).catalog
        let same = Catalog.load(
            try Self.template(replacing: "    seed: 7\n", with: "    seed: 7\n    gamma: 0   # as ever\n", in: "models/income.yaml")
        ).catalog
        #expect(before.models["income"]?.digest == same.models["income"]?.digest)
        let other = Catalog.load(try Self.template(replacing: "seed: 7", with: "seed: 8", in: "models/income.yaml")).catalog
        #expect(before.models["income"]?.digest != other.models["income"]?.digest)
    }

    @Test(arguments: [
        ("models/income.yaml", "threshold: 0.5", "threshold: 0.3", "spec.decision.threshold", true),
        ("models/income.yaml", "risk: high", "risk: low", "spec.risk", true),
        ("models/income.yaml", "seed: 7", "seed: 8", "spec.estimator.seed", true),
        ("models/income.yaml", "owners: [alice@", "owners: [mallory@", "spec.owners", true),
        ("models/income.yaml", "rounds: 200", "rounds: 300", "spec.estimator.rounds", false),
        ("models/income.yaml", "dataset: adult", "dataset: adult\n  evaluation: {protected: [race]}", "spec.evaluation", true),
        ("models/income.yaml", "  decision:\n    threshold: 0.5\n", "  decision: {threshold: 0.4}\n", "spec.decision.threshold", true),
        ("datasets/adult.yaml", "digest: sha256:c5", "digest: sha256:d5", "spec.digest", true),
        ("datasets/adult.yaml", "race, type: category, protected: true", "race, type: category", "spec.columns", true),
        ("datasets/adult.yaml", "train: train, test: test", "train: test, test: train", "spec.split.train", true),
        ("datasets/adult.yaml", "1994 US census", "US census of 1994", "spec.description", false),
        ("policies/equalized-odds.yaml", "0.10", "0.5", "spec.params.maximumDifference", true),
        ("proviso.yaml", "Days: 90", "Days: 99", "spec.maximumWaiverDays", true),
        ("environments/staging.yaml", "name: staging", "name: staging\n  labels: {a: b}", "metadata.labels.a", false),
    ])
    func `what selects or measures is guarded`(file: String, old: String, new: String, path: String, guarded: Bool) throws {
        let before = Catalog.load(try Self.template()).catalog
        let (after, diagnostics) = Catalog.load(try Self.template(replacing: old, with: new, in: file))
        #expect(diagnostics.map(\.text) == [])
        let changes = Catalog.changes(from: before, to: after)
        let change = try #require(changes.first { $0.path.joined(separator: ".") == path })
        #expect(change.isGuarded == guarded)
        #expect(change.file == file)
    }

    @Test func `a removal is guarded and an addition of a model is not`() throws {
        let whole = Catalog.load(try Self.template()).catalog
        let without = Catalog.load(try Self.template().filter { $0.path != "models/income.yaml" }).catalog
        let removal = try #require(Catalog.changes(from: whole, to: without).first)
        #expect(removal.isRemoval && removal.isGuarded && removal.name == "income")
        let addition = try #require(Catalog.changes(from: without, to: whole).first)
        #expect(!addition.isGuarded && addition.path.isEmpty)
        let policy = Catalog.load(try Self.template().filter { $0.path != "policies/discrimination.yaml" }).catalog
        #expect(Catalog.changes(from: policy, to: whole).first?.isGuarded == true)
    }
}
