public import Basics
public import Execution
import Frames
public import Planning

/// Adds columns that expressions work out of others, one after another, and drops some.
public struct DeriveStep: StepRunner {
    public let kind = StepKind.derive

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        var frame = try TableReading.read(work, "table", format: parameters["format"]?.stringValue)
        let wanted = parameters["columns"]?.arrayValue ?? []
        for (index, column) in wanted.enumerated() {
            if Task.isCancelled { throw StepFailure(.cancelled, "stopped") }
            work.progress(Double(index) / Double(max(1, wanted.count)))
            let (name, type) = (column["name"]?.stringValue ?? "", column["type"]?.stringValue ?? "")
            let expression = try RowExpression(column["expression"]?.stringValue ?? "", parameters: parameters)
            let derived = try expression.column(name, type: type, on: frame, threads: work.threads)
            var columns = frame.columns
            if let place = columns.firstIndex(where: { $0.name == name }) { columns[place] = derived } else { columns.append(derived) }
            frame = try TableReading.frame(columns)
        }
        let dropped = parameters.strings("drop")
        for name in dropped { _ = try TableReading.column(name, of: frame, "table") }
        if !dropped.isEmpty { frame = try TableReading.frame(frame.columns.filter { !dropped.contains($0.name) }) }
        return ["table": try TableReading.put(frame, work)]
    }
}
