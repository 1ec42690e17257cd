import Basics
import Diagnostics

/// Bounds of measures that no model can keep, whatever the data: of a search's constraints, or of a decision's.
struct ConstraintChecks {
    private let model: Model
    private let path: [String]
    /// A search's are impossible searches, a decision's invalid values.
    private let code: DiagnosticCode
    private(set) var diagnostics: [Diagnostic] = []

    /// - Parameter path: of the list, below `spec`.
    init(_ model: Model, at path: [String]) {
        (self.model, self.path) = (model, path)
        code = path.first == "search" ? .impossibleSearch : .invalidValue
        let entries = path.reduce(model.spec as JSONValue?) { $0?[$1] }?.arrayValue ?? []
        for (index, entry) in entries.enumerated() { checkReach(entry, index) }
        checkTogether(entries)
    }

    /// What values a measure has.
    private static func range(of measure: String) -> ClosedRange<Double> {
        switch measure {
        case "logLoss", "rootMeanSquaredError", "meanAbsoluteError", "quantileLoss", "poissonDeviance", "gammaDeviance": 0...Double.infinity
        case "r2": -Double.infinity...1
        default: 0...1
        }
    }

    private static func name(of measure: JSONValue) -> String {
        let name = measure["measure"]?.stringValue ?? ""
        guard name.hasSuffix("Ratio") || name.hasSuffix("Difference"), let attribute = measure["attribute"]?.stringValue else { return name }
        return "\(name) by \(attribute)"
    }

    private mutating func checkReach(_ entry: JSONValue, _ index: Int) {
        let name = entry["measure"]?.stringValue ?? ""
        let range = Self.range(of: name)
        if let minimum = entry["minimum"]?.doubleValue, minimum > range.upperBound {
            report("'\(name)' is never above \(text(range.upperBound)), so no model reaches \(text(minimum))", index, "minimum")
        }
        if let maximum = entry["maximum"]?.doubleValue, maximum < range.lowerBound {
            report("'\(name)' is never below \(text(range.lowerBound)), so no model keeps \(text(maximum))", index, "maximum")
        }
    }

    /// Entries of one measure that exclude each other; within one entry that is said of the entry.
    private mutating func checkTogether(_ entries: [JSONValue]) {
        var bounds: [String: (minimum: Double, maximum: Double)] = [:]
        for (index, entry) in entries.enumerated() {
            let own = (entry["minimum"]?.doubleValue ?? -.infinity, entry["maximum"]?.doubleValue ?? .infinity)
            guard own.0 <= own.1 else { continue }
            let name = Self.name(of: entry)
            let (minimum, maximum) = bounds[name] ?? (-.infinity, .infinity)
            let both = (max(minimum, own.0), min(maximum, own.1))
            if both.0 > both.1, minimum <= maximum {
                diagnostics.append(
                    Diagnostic(
                        .conflictingFields, "'\(name)' is to be at least \(text(both.0)) and at most \(text(both.1)), by two constraints",
                        at: model.resource.span(at: ["spec"] + path + [String(index)]), hint: "keep one of them"))
            }
            bounds[name] = both
        }
    }

    private mutating func report(_ message: String, _ index: Int, _ field: String) {
        diagnostics.append(
            Diagnostic(code, message, at: model.resource.span(at: ["spec"] + path + [String(index), field]), hint: "mend the bound"))
    }

    private func text(_ number: Double) -> String { Int64(exactly: number).map { String($0) } ?? String(number) }
}
