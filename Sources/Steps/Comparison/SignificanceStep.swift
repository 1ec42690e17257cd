public import Basics
public import Execution
public import Planning
import Statistics

/// The tests of several models and attributes, corrected together: one document for each model.
public struct SignificanceStep: StepRunner {
    public let kind = StepKind.significance

    public init() {}

    /// A p-value and where it belongs in its model's document.
    private struct Test {
        let model: String
        let path: [String]
        let found: Found
    }

    /// What a test gave, and what of it is corrected: more where the rows chose what they are tested against.
    private struct Found {
        let pValue: Double
        let choice: Double
    }

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let models = (work.step.parameters["members"]?.objectValue ?? [:]).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        var family: [Test] = []
        var documents: [String: JSONValue] = [:]
        for (model, tests) in models {
            var document: [String: JSONValue] = [:]
            for section in ["fairness", "comparison"] where tests[section] != nil {
                document[section] = [:]
                let evidence = try Self.document(work, "\(model).\(section)")
                let found = section == "fairness" ? Self.groups(evidence) : Self.figures(evidence)
                // A model beside itself is not tested: it cannot be worse.
                if evidence["champion"]?["isSameModel"]?.boolValue == true {
                    for (path, test) in found { Self.insert(Self.corrected(test.pValue, 1, 1), at: [section] + path, into: &document) }
                } else {
                    family += found.map { Test(model: model, path: [section] + $0, found: $1) }
                }
            }
            documents[model] = .object(document)
        }
        let pValues = family.map(\.found.choice)
        for (test, (holm, hochberg)) in zip(family, zip(Multiplicity.holm(pValues), Multiplicity.benjaminiHochberg(pValues))) {
            var document = documents[test.model]?.objectValue ?? [:]
            Self.insert(Self.corrected(test.found.pValue, holm, hochberg), at: test.path, into: &document)
            documents[test.model] = .object(document)
        }
        var outputs: [String: Digest] = [:]
        for (model, document) in documents {
            var members = document.objectValue ?? [:]
            members["tests"] = .int(Int64(family.count))
            members["models"] = .array(models.map { .string($0.key) })
            outputs[model] = try work.put(JSONValue.object(members).canonicalBytes)
        }
        return outputs
    }

    private static func document(_ work: StepWork, _ input: String) throws(StepFailure) -> JSONValue {
        let bytes = try work.read(input)
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw StepFailure(.input, "'\(input)' is no evidence: \(error)")
        }
    }

    private static func corrected(_ pValue: Double, _ holm: Double, _ hochberg: Double) -> JSONValue {
        ["pValue": .double(pValue), "holm": .double(holm), "benjaminiHochberg": .double(hochberg)]
    }

    private static func insert(_ value: JSONValue, at path: [String], into members: inout [String: JSONValue]) {
        guard let name = path.first else { return }
        guard path.count > 1 else {
            members[name] = value
            return
        }
        var inner = members[name]?.objectValue ?? [:]
        insert(value, at: Array(path.dropFirst()), into: &inner)
        members[name] = .object(inner)
    }

    /// Attribute, measure, group: in one order, whatever the dictionaries'.
    private static func groups(_ evidence: JSONValue) -> [(path: [String], found: Found)] {
        sorted(evidence).flatMap { attribute, measures in
            sorted(measures).flatMap { measure, figures in
                sorted(figures["comparisons"] ?? .null).compactMap { group, comparison in
                    let test = comparison["significance"]
                    return test?["pValue"]?.doubleValue.map { p in
                        ([attribute, measure, group], Found(pValue: p, choice: test?["choicePValue"]?.doubleValue ?? p))
                    }
                }
            }
        }
    }

    private static func figures(_ evidence: JSONValue) -> [(path: [String], found: Found)] {
        sorted(evidence["notWorse"]?["results"] ?? .null).compactMap { figure, result in
            result["pValue"]?.doubleValue.map { ([figure], Found(pValue: $0, choice: $0)) }
        }
    }

    private static func sorted(_ value: JSONValue) -> [(key: String, value: JSONValue)] {
        (value.objectValue ?? [:]).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
    }
}
