public import Basics
public import Frames
public import Metrics

/// What is done to training so that groups fare alike: a declared step of the model.
public struct Mitigation: Hashable, Sendable {
    public enum Method: Hashable, Sendable {
        case reweighing
        case exponentiatedGradient(ParityConstraint, Reductions.Options)
        case gridSearch(ParityConstraint, size: Int)
        case disparateImpactRemover(level: Double)
    }

    public let method: Method
    /// The protected column whose groups are compared.
    public let attribute: String
    /// Ascending edges between the groups of a column of numbers.
    public let edges: [Double]?

    public init(_ method: Method, attribute: String, edges: [Double]? = nil) {
        self.method = method
        self.attribute = attribute
        self.edges = edges
    }

    /// Reads what a Model spec declares; nil if it has not that form.
    public init?(json: JSONValue, edges: [Double]? = nil) {
        guard let attribute = json["attribute"]?.stringValue else { return nil }
        let constraint = ParityConstraint(
            ParityConstraint.Kind(rawValue: json["constraint"]?.stringValue ?? "") ?? .demographicParity,
            bound: json["bound"]?.doubleValue ?? 0.01)
        switch json["method"]?.stringValue {
        case "reweighing": self.init(.reweighing, attribute: attribute, edges: edges)
        case "exponentiatedGradient":
            var options = Reductions.Options()
            options.iterations = json["iterations"]?.intValue.map { Int($0) } ?? options.iterations
            self.init(.exponentiatedGradient(constraint, options), attribute: attribute, edges: edges)
        case "gridSearch":
            self.init(.gridSearch(constraint, size: Int(json["size"]?.intValue ?? 10)), attribute: attribute, edges: edges)
        case "disparateImpactRemover":
            self.init(.disparateImpactRemover(level: json["level"]?.doubleValue ?? 1), attribute: attribute, edges: edges)
        default: return nil
        }
    }

    /// Whether a row's group must be known to apply the model.
    public var needsGroupToScore: Bool { if case .disparateImpactRemover = method { true } else { false } }

    func groups(_ frame: Frame) throws(TrainingError) -> Groups { try frame.groups(attribute, edges: edges) }
}

extension Frame {
    /// The groups of a protected column. Throws `missingColumn`, or `wrongType` for a column that does not fall into groups.
    public func groups(_ attribute: String, edges: [Double]? = nil) throws(TrainingError) -> Groups {
        guard let column = self[attribute] else {
            throw TrainingError(.missingColumn, column: attribute, message: "the data have no column '\(attribute)' to compare groups by")
        }
        do {
            return try Groups(column, edges: edges)
        } catch {
            throw TrainingError(.wrongType, column: attribute, message: error.message)
        }
    }
}
