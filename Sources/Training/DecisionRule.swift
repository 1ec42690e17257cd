public import Basics
public import Frames
internal import Metrics

/// How scores become chances and chances decisions: fitted on rows that the model did not see, kept beside it from then on.
public struct DecisionRule: Hashable, Sendable {
    public let calibrator: Calibrator?
    /// Of several classes, which have no threshold: the one of the highest chance is predicted.
    public let classes: ClassCalibrators?
    /// At or above it a chance is a positive decision, where no thresholds by group are.
    public let threshold: Double
    public let groupThresholds: GroupThresholds?
    /// Ascending edges between the groups of a column of numbers.
    public let edges: [Double]?

    public init(calibrator: Calibrator? = nil, threshold: Double, groupThresholds: GroupThresholds? = nil, edges: [Double]? = nil) {
        self.calibrator = calibrator
        classes = nil
        self.threshold = threshold
        self.groupThresholds = groupThresholds
        self.edges = edges
    }

    public init(_ classes: ClassCalibrators) {
        self.classes = classes
        (calibrator, threshold, groupThresholds, edges) = (nil, 0.5, nil, nil)
    }

    /// Of several classes: rows × classes.
    public func chances(_ scores: [Double]) -> [Double] {
        classes?.chances(scores) ?? calibrator.map { scores.map($0.callAsFunction) } ?? scores
    }

    /// - Parameter keyed: the columns that make a row's key: rows that agree in them have the same draw.
    ///
    /// Throws `features` if the groups are those of the label, which nobody knows of a row that is to be decided.
    public func decisions(_ chances: [Double], frame: Frame, keyed: [String], label: String?) throws(TrainingError) -> [Bool] {
        guard let groupThresholds else { return chances.map { $0 >= threshold } }
        if let label, groupThresholds.attribute == label {
            throw TrainingError(.features, column: label, message: "thresholds by the label '\(label)' decide by what is to be predicted")
        }
        let groups = try frame.groups(groupThresholds.attribute, edges: edges)
        let columns = keyed.compactMap { frame[$0] }
        return chances.indices.map { row in
            let group = groups.names[Int(groups.codes[row])]
            let chance = groupThresholds.rule(group).chance(chances[row])
            if chance <= 0 || chance >= 1 { return chance >= 1 }
            return groupThresholds.decision(score: chances[row], group: group, key: RowDraw.key(columns, row))
        }
    }

    /// Whether scores are decided on as they are, at ½.
    public var isPlain: Bool { calibrator == nil && classes == nil && groupThresholds == nil && threshold == 0.5 }

    public var json: JSONValue {
        if let classes { return ["classes": classes.json] }
        return JSONValue.object([
            "calibrator": calibrator?.json ?? .null, "threshold": .double(threshold), "groups": groupThresholds?.json ?? .null,
            "edges": edges.map { .array($0.map { .double($0) }) } ?? .null,
        ]).droppingNulls
    }

    /// Reads `json`; nil if it has not that form.
    public init?(json: JSONValue) {
        if let list = json["classes"] {
            guard let classes = ClassCalibrators(json: list) else { return nil }
            self.init(classes)
            return
        }
        guard let threshold = json["threshold"]?.doubleValue, (0...1).contains(threshold) else { return nil }
        let calibrator = json["calibrator"].flatMap(Calibrator.init(json:))
        let groups = json["groups"].flatMap(GroupThresholds.init(json:))
        guard (json["calibrator"] != nil) == (calibrator != nil), (json["groups"] != nil) == (groups != nil) else { return nil }
        self.init(
            calibrator: calibrator, threshold: threshold, groupThresholds: groups,
            edges: json["edges"]?.arrayValue?.compactMap(\.doubleValue))
    }
}
