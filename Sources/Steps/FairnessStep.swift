public import Basics
public import Execution
import Frames
import Metrics
public import Planning

/// Group measures of the scores at the threshold, for every protected attribute.
public struct FairnessStep: StepRunner {
    public let kind = StepKind.fairness

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let (frame, rows) = try ScoreTable.read(work)
        do {
            let parameters = work.step.parameters
            func groups(_ name: String) throws -> Groups {
                let edges = parameters["bins"]?[name]?.arrayValue?.compactMap(\.doubleValue)
                return try Groups(try frame.column(ScoreTable.group(name)).renamed(name), edges: edges)
            }
            var all = try parameters.strings("attributes").map(groups)
            for names in parameters["intersections"]?.arrayValue ?? [] {
                all.append(try Groups(crossing: try (names.arrayValue ?? []).compactMap(\.stringValue).map(groups)))
            }
            var options = FairnessReport.Options()
            options.minimumGroupRows = Int(parameters["minimumGroupRows"]?.intValue ?? 0)
            options.references = (parameters["references"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
            options.threads = work.threads
            return ["evidence": try work.put(try FairnessReport(rows, all, options: options).json.canonicalBytes)]
        } catch let failure as StepFailure {
            throw failure
        } catch {
            throw StepFailure(.input, "\(error)")
        }
    }
}
