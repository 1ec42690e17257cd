import Basics
import Execution
import Frames
import Training

/// How a step reads its table: from the step's parameters, which came from the Dataset spec.
struct TableParameters {
    let format: String
    let columns: [(name: String, type: String, role: String, positive: JSONValue?)]
    let split: Split
    /// Ignored columns that are read all the same.
    private var asked: Set<String> = []

    init(_ parameters: JSONValue) {
        let table = parameters["table"] ?? .null
        format = table["format"]?.stringValue ?? "parquet"
        columns = (table["columns"]?.arrayValue ?? []).map {
            ($0["name"]?.stringValue ?? "", $0["type"]?.stringValue ?? "", $0["role"]?.stringValue ?? "", $0["positive"])
        }
        let split = table["split"] ?? .null
        if let column = split["column"]?.stringValue {
            self.split = .column(column, train: Self.text(split["train"]), test: Self.text(split["test"]))
        } else {
            let way = ["stratified", "grouped", "timeOrdered"].first { split[$0] != nil } ?? "random"
            let (seed, share) = (UInt64(split[way]?["seed"]?.intValue ?? 0), split[way]?["testShare"]?.doubleValue ?? 0)
            let column = split[way]?["by"]?.stringValue ?? ""
            self.split =
                switch way {
                case "stratified": .stratified(by: column, seed: seed, testShare: share)
                case "grouped": .grouped(by: column, seed: seed, testShare: share)
                case "timeOrdered": .timeOrdered(by: column, testShare: share)
                default: .random(seed: seed, testShare: share)
                }
        }
    }

    private static func text(_ value: JSONValue?) -> String { value?.stringValue ?? value?.canonicalText ?? "" }

    /// The declared columns but the ignored ones of which nothing is asked.
    var wanted: [(name: String, type: String, role: String, positive: JSONValue?)] {
        columns.filter { $0.role != "ignored" || asked.contains($0.name) }
    }

    /// The same, with columns of these names read though models ignore them.
    func asking(_ names: Set<String>) -> TableParameters {
        var table = self
        table.asked = names
        return table
    }

    /// The wanted columns, checked against their declared types.
    func read(_ bytes: [UInt8]) throws(StepFailure) -> Frame {
        do throws(FrameError) {
            let frame = try frame(bytes)
            if let first = typeErrors(in: frame).first { throw first }
            return frame
        } catch {
            throw StepFailure(of: error)
        }
    }

    /// The wanted columns as the file has them.
    func frame(_ bytes: [UInt8]) throws(FrameError) -> Frame {
        let names = wanted.map(\.name)
        return try format == "csv"
            ? Frame.read(csv: bytes, columns: names, kinds: wanted.map { Self.kind($0.type) }) : Frame.read(parquet: bytes, columns: names)
    }

    func typeErrors(in frame: Frame) -> [FrameError] {
        wanted.compactMap { column in
            guard let found = frame[column.name]?.kind, !Self.fits(found, column.type) else { return nil }
            return FrameError(
                .wrongType, operation: "read the table", column: column.name,
                message: "it is declared as \(column.type), and holds \(Self.typeName(found))")
        }
    }

    /// Of a type as a Dataset declares it, or an expectation: `double` is another word for `float`.
    static func kind(_ type: String) -> Column.Kind {
        switch type {
        case "integer": .integer
        case "float", "double": .double
        case "boolean": .boolean
        case "category", "string": .category
        default: .timestamp
        }
    }

    /// As a Dataset declares it.
    static func typeName(_ kind: Column.Kind) -> String { kind == .double ? "float" : kind.rawValue }

    private static func fits(_ kind: Column.Kind, _ type: String) -> Bool {
        kind == self.kind(type) || (kind == .integer && type == "float")
    }

    func rows(of frame: Frame) throws(StepFailure) -> Split.Rows {
        do throws(TrainingError) {
            return try split.resolve(frame)
        } catch {
            throw StepFailure(of: error)
        }
    }

    func label(_ name: String) -> BinaryLabel {
        BinaryLabel(column: name, positive: columns.first { $0.name == name }?.positive)
    }
}

extension JSONValue {
    func strings(_ key: String) -> [String] { (self[key]?.arrayValue ?? []).compactMap(\.stringValue) }
}
