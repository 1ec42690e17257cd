public import Basics
public import Execution
import Frames
public import Planning

/// Adds features to a table as they were known at each row's time.
public struct PointInTimeStep: StepRunner {
    public let kind = StepKind.pointInTime

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let table = try TableReading.read(work, "table", format: parameters["format"]?.stringValue)
        let time = try TableReading.column(parameters["time"]?.stringValue ?? "", of: table, "table")
        var columns = table.columns
        let views = parameters["views"]?.arrayValue ?? []
        for (index, view) in views.enumerated() {
            if Task.isCancelled { throw StepFailure(.cancelled, "stopped") }
            work.progress(Double(index) / Double(views.count))
            columns += try Self.features(
                view, of: table, at: time, from: try TableParameters(view).read(try work.read("view\(index)")), threads: work.threads)
        }
        return ["table": try TableReading.put(try TableReading.frame(columns), work)]
    }

    private static func features(
        _ view: JSONValue, of table: Frame, at time: Column, from history: Frame, threads: Int
    ) throws(StepFailure) -> [Column] {
        var (asked, held): ([Column], [Column]) = ([], [])
        for entity in view["entities"]?.arrayValue ?? [] {
            asked.append(try TableReading.column(entity["table"]?.stringValue ?? "", of: table, "table"))
            held.append(try TableReading.column(entity["view"]?.stringValue ?? "", of: history, "view"))
        }
        let keys: RowKeys
        do throws(RowKeys.Mismatch) {
            keys = try RowKeys(left: asked, right: held)
        } catch {
            throw StepFailure(.input, error.message)
        }
        let event = try TableReading.column(view["eventTime"]?.stringValue ?? "", of: history, "view")
        let known = try view["knownAt"]?.stringValue.map { name throws(StepFailure) in try TableReading.column(name, of: history, "view") } ?? event
        let (times, perSecond) = try moments(time)
        let (events, eventsPerSecond) = try moments(event)
        let (knowns, knownPerSecond) = try moments(known)
        guard perSecond == eventsPerSecond, perSecond == knownPerSecond else {
            throw StepFailure(
                .input, "'\(time.name)', '\(event.name)' and '\(known.name)' are not of one type, so that their times cannot be compared")
        }
        // Longer than time itself is for ever.
        let timeToLive = view["timeToLiveSeconds"]?.intValue.flatMap { seconds -> Int64? in
            let (units, overflow) = seconds.multipliedReportingOverflow(by: perSecond)
            return overflow ? nil : units
        }
        let rows = PointInTimeJoin.rows(
            entities: keys.left, times: times, history: .init(entities: keys.right, events: events, known: knowns),
            timeToLive: timeToLive, threads: threads)
        let prefix = view["prefix"]?.stringValue ?? ""
        var features: [Column] = []
        for name in view.strings("features") {
            features.append(try TableReading.column(name, of: history, "view").gathering(rows, as: prefix + name))
        }
        return features
    }

    /// Times, and how many of their units are a second.
    private static func moments(_ column: Column) throws(StepFailure) -> ([Int64?], Int64) {
        func present(_ values: [Int64]) -> [Int64?] { values.indices.map { column.isMissing($0) ? nil : values[$0] } }
        switch column.values {
        case .timestamp(let values): return (present(values), 1_000_000)
        case .integer(let values): return (present(values), 1)
        default: throw StepFailure(.input, "'\(column.name)' holds \(TableParameters.typeName(column.kind)), and no times")
        }
    }
}
