public import Basics
public import Execution
import Metrics
public import Planning

/// The reliability of the scores, over ten bins of about as many rows each.
public struct CalibrationStep: StepRunner {
    public let kind = StepKind.calibration

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let (frame, rows) = try ScoreTable.read(work, threshold: 0.5)
        return try asInput {
            var evidence = try CalibrationReport(rows, binning: .quantile).json.objectValue ?? [:]
            var attributes: [String: JSONValue] = [:]
            for each in try ScoreTable.groups(frame, work.step.parameters) {
                var groups: [String: JSONValue] = [:]
                for (name, chosen) in zip(each.names, each.members) {
                    // A group in which no row counts has no calibration.
                    let counted = chosen.count { (rows.weights?[$0] ?? 1) > 0 }
                    guard counted > 0 else { continue }
                    var members = try CalibrationReport(rows.selecting(rows: chosen), binning: .quantile).json.objectValue ?? [:]
                    members["binning"] = nil
                    members["rows"] = .int(Int64(counted))
                    groups[name] = .object(members)
                }
                attributes[each.attribute] = .object(groups)
            }
            if !attributes.isEmpty { evidence["groups"] = .object(attributes) }
            return ["evidence": try work.put(JSONValue.object(evidence).canonicalBytes)]
        }
    }
}
