import Diagnostics
import OrderedCollections
import Specs
import Testing

@Suite struct ReasonsTests {
    private static func texts(_ map: String) throws -> [String] {
        let entries = try CatalogTests.template().map { entry in
            guard entry.path == "models/income.yaml" else { return entry }
            let text = String(decoding: entry.bytes, as: UTF8.self)
            return SpecEntry(path: entry.path, bytes: Array((text + "  adverseReasons:\n    map:\n" + map).utf8))
        }
        return Catalog.load(entries).diagnostics.map(\.text)
    }

    /// A reason for each feature of the template's model but those named.
    private static func map(without left: [String] = []) throws -> String {
        let catalog = Catalog.load(try CatalogTests.template()).catalog
        let (model, dataset) = (try #require(catalog.models["income"]), try #require(catalog.datasets["adult"]))
        return model.featureNames(in: dataset).filter { !left.contains($0) }.enumerated()
            .map { "      \($1): {code: R\($0), text: \"because of \($1)\"}\n" }.joined()
    }

    @Test func `a total map is sound`() throws { #expect(try Self.texts(Self.map()) == []) }

    @Test func `a feature without a reason, a reason without a feature, and two texts of one code are errors at their places`() throws {
        let missing = try Self.texts(Self.map(without: ["age"]))
        #expect(missing.count == 1)
        #expect(missing[0].contains("no reason is given for 'age'"))
        #expect(missing[0].hasPrefix("models/income.yaml:"))
        let unknown = try Self.texts(Self.map() + "      shoeSize: {code: R99, text: Shoes}\n")
        #expect(unknown.count == 1)
        #expect(unknown[0].contains("the model reads no feature 'shoeSize'"))
        let twice = try Self.texts(Self.map(without: ["age"]) + "      age: {code: R1, text: Other words}\n")
        #expect(twice.count == 1)
        #expect(twice[0].contains("the reason 'R1' has two texts"))
    }
}
