public import Basics
public import Execution
import Frames
import Metrics
import Models
public import Planning
import Statistics
import Training

/// What the data hold, whether they are as expected, and whether test rows or features give the label away.
public struct QualityStep: StepRunner {
    public let kind = StepKind.quality

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = TableParameters(parameters)
        let checks = (parameters["expectations"]?.arrayValue ?? []).map { ExpectationCheck($0) }
        // Keys and moments are mostly no features, and something is expected of them all the same.
        func read(_ table: TableParameters, _ bytes: [UInt8], of dataset: String?) throws(StepFailure) -> Frame {
            try table.asking(checks.reduce(into: []) { $0.formUnion($1.columns(of: dataset)) }).read(bytes)
        }
        let whole = try read(table, try work.read("data"), of: nil)
        var others: [String: Frame] = [:]
        for (name, table) in parameters["others"]?.objectValue ?? [:] {
            others[name] = try read(TableParameters(["table": table]), try work.read("dataset.\(name)"), of: name)
        }
        do {
            let wanted = Set(table.wanted.map(\.name))
            let frame = try Frame(whole.columns.filter { wanted.contains($0.name) })
            let rows = try table.rows(of: frame)
            var expectations: [String: JSONValue] = [:]
            for check in checks { expectations[check.name] = try check.evidence(on: whole, others: others) }
            let features = parameters.strings("features")
            let label = parameters["label"]?.stringValue ?? ""
            let questions = try Self.questions(parameters, table, label, frame)
            var strongest: (feature: String, area: Estimate)?
            for name in features {
                for labels in questions {
                    let area = FeatureArea.of(try frame.column(name), labels: labels, train: rows.train, test: rows.test)
                    guard let value = area.value, value > strongest?.area.value ?? 0 else { continue }
                    strongest = (name, area)
                }
            }
            var proxies: [String: JSONValue] = [:]
            let protected = parameters.strings("protected")
            for name in features where !protected.contains(name) {
                let column = try frame.column(name)
                var strongest: (attribute: String, strength: Estimate)?
                for attribute in protected {
                    guard let found = Association.estimate(column, try frame.column(attribute)), found.value ?? 0 > strongest?.strength.value ?? -1
                    else { continue }
                    strongest = (attribute, found)
                }
                proxies[name] = strongest.flatMap { Self.evidence(["attribute": .string($0.attribute)], "cramersV", $0.strength) }
            }
            let profile = TableProfile(frame, threads: work.threads)
            let personal = profile.columns.reduce(0) { $0 + $1.personalData.values.reduce(0, +) }
            let evidence: JSONValue = JSONValue.object([
                "rows": .int(Int64(frame.rowCount)), "columns": profile.json, "expectations": .object(expectations),
                "personalData": .int(Int64(personal)),
                "duplicatesAcrossSplit": .int(
                    Int64(try Leakage.duplicates(frame, columns: features + [label], train: rows.train, test: rows.test))),
                "proxies": proxies.isEmpty ? .null : .object(proxies),
                "strongestFeature": strongest.flatMap { Self.evidence(["feature": .string($0.feature)], "rocAUC", $0.area) } ?? .null,
            ]).droppingNulls
            return ["evidence": try work.put(evidence.canonicalBytes)]
        } catch let failure as StepFailure {
            throw failure
        } catch {
            throw StepFailure(of: error)
        }
    }

    /// A figure by its name, its rows and bounds beside it.
    private static func evidence(_ members: [String: JSONValue], _ name: String, _ figure: Estimate) -> JSONValue? {
        figure.value.map { value in
            let own: [String: JSONValue] = [
                name: .double(value), "n": .int(Int64(figure.n)), "lower": figure.interval.map { .double($0.lower) } ?? .null,
                "upper": figure.interval.map { .double($0.upper) } ?? .null,
            ]
            return JSONValue.object(members.merging(own) { $1 }).droppingNulls
        }
    }

    /// What a feature could tell of the label, as questions of two answers: the class; each of several against the rest; of numbers, whether they lie above
    /// their median.
    private static func questions(_ parameters: JSONValue, _ table: TableParameters, _ label: String, _ frame: Frame) throws -> [[Bool]] {
        let task = parameters["task"]?.stringValue.flatMap(ModelTask.init(rawValue:)) ?? .binary
        if task == .binary { return [try table.label(label).resolve(frame, requiringTwoClasses: false)] }
        let plan = TrainingPlan(task: task, label: label, features: [])
        let targets = try plan.targets(frame)
        if task == .multiclass { return targets.classes.indices.map { place in targets.values.map { Int($0) == place } } }
        let sorted = targets.values.sorted()
        let middle = sorted[sorted.count / 2]
        // Of counts that are mostly the least one, those above it.
        return [targets.values.map { middle > sorted[0] ? $0 >= middle : $0 > middle }]
    }
}
