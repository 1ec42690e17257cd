public import Basics
public import Execution
import Frames
public import Planning

/// Reads a data set as its spec declares it, and hands it on as a table whose columns have the declared types.
public struct LoadStep: StepRunner {
    public let kind = StepKind.load

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let table = TableParameters(work.step.parameters)
        let frame = try table.read(try work.read("data"))
        let wanted = work.step.parameters["columns"]?.arrayValue?.compactMap(\.stringValue) ?? table.wanted.map(\.name)
        let types = Dictionary(table.wanted.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        let loaded: Frame
        do throws(FrameError) {
            loaded = try Frame(
                try frame.selecting(columns: wanted).columns.map { column in
                    // A file may hold whole numbers where the spec says float.
                    guard types[column.name] == "float", case .integer(let values) = column.values else { return column }
                    return Column(column.name, .double(values.map { Double($0) }), validity: column.validity)
                })
        } catch {
            throw StepFailure(of: error)
        }
        return ["table": try TableReading.put(loaded, work)]
    }
}
