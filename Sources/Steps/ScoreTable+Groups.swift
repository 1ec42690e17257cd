import Basics
import Execution
import Frames
import Metrics

extension ScoreTable {
    /// The rows' weights as they are kept with the scores.
    static func weights(_ frame: Frame) -> [Double]? {
        if case .double(let all)? = frame[weight]?.values { all } else { nil }
    }

    /// The column that says how much each row counts, under its name in the table of scores.
    static func weights(of frame: Frame, _ name: String) throws(StepFailure) -> Column {
        guard let column = frame[name], column.missingCount == 0 else {
            throw StepFailure(.input, "the weights in '\(name)' are not all there")
        }
        switch column.values {
        case .double(let all): return Column(weight, doubles: all)
        case .integer(let all): return Column(weight, doubles: all.map { Double($0) })
        default: throw StepFailure(.input, "the weights in '\(name)' are no numbers")
        }
    }

    /// How much each row of the data counts, where a step's parameters name a column for it.
    static func weights(_ frame: Frame, _ parameters: JSONValue) throws(StepFailure) -> [Double]? {
        guard let name = parameters["weights"]?.stringValue else { return nil }
        guard case .double(let all) = try weights(of: frame, name).values else { return nil }
        return all
    }

    /// The groups that a step's parameters declare: `attributes`, between `bins` where they are numbers, and their `intersections`.
    static func groups(_ frame: Frame, _ parameters: JSONValue) throws -> [Groups] {
        func groups(_ name: String) throws -> Groups {
            let edges = parameters["bins"]?[name]?.arrayValue?.compactMap(\.doubleValue)
            return try Groups(try frame.column(group(name)).renamed(name), edges: edges)
        }
        var all = try parameters.strings("attributes").map(groups)
        for names in parameters["intersections"]?.arrayValue ?? [] {
            all.append(try Groups(crossing: try (names.arrayValue ?? []).compactMap(\.stringValue).map(groups)))
        }
        return all
    }
}
