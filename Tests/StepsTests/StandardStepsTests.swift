import Attestations
import Basics
import Diagnostics
import Execution
import OrderedCollections
import Planning
import Specs
import Steps
import Storage
import TestSupport
import TestWorld
import Testing

@Suite struct StandardStepsTests {
    let folder: TemporaryFolder
    let store: FileStore

    init() throws {
        folder = try TemporaryFolder()
        store = FileStore(at: folder.path)
    }

    /// The evidence of the world's model, measured by the standard steps on other data and specs if given.
    func measure(data: String = World.data, replacing old: String = "", with new: String = "", threads: Int = 1) async throws -> (
        plan: SubjectPlan, result: ExecutionResult, evidence: JSONValue
    ) {
        let entries = World.files.filter { $0.key.hasSuffix(".yaml") }.map { path, text in
            SpecEntry(path: path, bytes: Array((old.isEmpty ? text : text.replacing(old, with: new)).utf8))
        }
        let (catalog, diagnostics) = Catalog.load(entries)
        try #require(!diagnostics.hasErrors, "\(diagnostics.map(\.message))")
        let digest = try store.put(Array(data.utf8))
        let plan = ModelPlanner.plan(
            model: try #require(catalog.models["m"]), dataset: try #require(catalog.datasets["d"]), data: digest,
            sections: Set(EvidenceSchema.Section.allCases), state: .nothing)
        let scheduler = Scheduler(runners: StandardSteps.all, store: store, results: NoStepResults(), threads: threads)
        let result = try await scheduler.run(plan.steps.map(\.step), known: [:]) { _ in }
        var evidence: [String: JSONValue] = [:]
        for (section, input) in plan.evidence {
            guard case .output(let key, let name) = input, let document = result.outputs[key]?[name] else { continue }
            evidence[section.rawValue] = try JSONValue(parsing: try store.read(document))
        }
        return (plan, result, .object(evidence))
    }

    /// Where a value is not what the schema declares.
    static func misfits(_ value: JSONValue?, _ type: EvidenceType, _ path: String) -> [String] {
        switch type {
        case .number: value?.doubleValue.map { $0.isFinite ? [] : ["\(path) is not finite"] } ?? ["\(path) is no number"]
        case .integer: value?.intValue == nil ? ["\(path) is no integer"] : []
        case .string: value?.stringValue == nil ? ["\(path) is no string"] : []
        case .boolean: value?.boolValue == nil ? ["\(path) is no boolean"] : []
        case .list(let element): value?.arrayValue?.flatMap { misfits($0, element, path + "[]") } ?? ["\(path) is no list"]
        case .map(let element): value?.objectValue?.flatMap { misfits($1, element, "\(path)['\($0)']") } ?? ["\(path) is no map"]
        case .object(let object): misfits(value, object, path)
        }
    }

    static func misfits(_ value: JSONValue?, _ object: EvidenceObject, _ path: String) -> [String] {
        guard let members = value?.objectValue else { return ["\(path) is no object"] }
        let undeclared = members.keys.filter { object.field($0) == nil }.map { "\(path).\($0) is not declared" }
        return undeclared
            + object.fields.flatMap { field in
                members[field.name] == nil
                    ? field.undefinedWhen == nil ? ["\(path).\(field.name) is missing"] : []
                    : misfits(members[field.name], field.type, "\(path).\(field.name)")
            }
    }

    /// All evidence but what the work cost, which is measured while steps run and made by none of them.
    static let measured = EvidenceObject("Evidence", "", EvidenceSchema.root.fields.filter { $0.name != EvidenceSchema.Section.resources.rawValue })

    @Test func `every piece of evidence is what the schema declares`() async throws {
        let (_, result, evidence) = try await measure()
        #expect(result.failures.isEmpty)
        #expect(Self.misfits(evidence, Self.measured, "evidence") == [])
        #expect(evidence["data"]?["rows"]?.intValue == 600)
        #expect(Set(evidence["fairness"]?["g"]?["selectionRate"]?["groups"]?.objectValue.map { Array($0.keys) } ?? []) == ["a", "b"])
    }

    @Test func `so is evidence of figures that have no value`() async throws {
        // One group, and a threshold that nobody reaches.
        let (_, result, evidence) = try await measure(
            data: World.data.replacing(",b,", with: ",a,"), replacing: "threshold: 0.5", with: "threshold: 1.0")
        #expect(result.failures.isEmpty)
        #expect(Self.misfits(evidence, Self.measured, "evidence") == [])
        let performance = try #require(evidence["performance"])
        #expect(performance["precision"]?["value"] == nil)
        #expect(performance["precision"]?["undefined"]?.stringValue != nil)
        #expect(evidence["fairness"]?["g"]?["selectionRate"]?["difference"]?["value"] == nil)
    }

    @Test func `the bytes do not depend on the number of threads`() async throws {
        let one = try await measure(threads: 1).result.outputs
        #expect(try await measure(threads: 2).result.outputs == one)
        #expect(try await measure(threads: 4).result.outputs == one)
    }

    /// Data or specs that a step cannot work with, and what it says.
    static let unusable: [(data: String, old: String, new: String, said: String)] = [
        ("x,z,g\n1,2,a\n", "", "", "there is no column 'label'"),
        ("x,z,g,label\nmuch,2,a,true\n", "", "", "column 'x': row 2 (counting the header): no float, invalid value 'much'"),
        ("", "", "", "Empty CSV file"),
        ("x,z,g,label\n1,2,a,true\n2,3,b,false\n", "testShare: 0.3", "testShare: 0.001", "test"),
        (World.data.replacing(",true", with: ",false"), "", "", "label 'label' never has its positive value 'true'; it has 'false'"),
    ]

    @Test(arguments: unusable) func `what cannot be used is said and gives no evidence`(
        _ data: String, _ old: String, _ new: String, _ said: String
    ) async throws {
        let (_, result, evidence) = try await measure(data: data, replacing: old, with: new)
        let messages = result.failures.values.map(\.message)
        #expect(messages.contains { $0.contains(said) }, "\(messages) \(evidence)")
    }
}
