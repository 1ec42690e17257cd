public import Basics
import Frames
import Training

/// What is wrong with a data file, seen from the declaration of its columns and split, before any step works with it.
public struct TableProblem: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case unreadable
        case missingColumn
        case columnType
        case label
        case missingLabel
        case split
    }

    public let kind: Kind
    /// The declared column that it is about, where it is about one.
    public let column: String?
    public let message: String
    /// What the data have instead: the columns, the column's type, or the values of the split column, a few of them.
    public let found: [String]

    /// All problems that can be told at once.
    ///
    /// - Parameter table: `format`, `columns` and `split` as steps have them among their parameters.
    public static func all(of bytes: [UInt8], table: JSONValue) -> [TableProblem] {
        let parameters = TableParameters(["table": table])
        let frame: Frame
        do throws(FrameError) {
            frame = try parameters.frame(bytes)
        } catch {
            return error.code == .missingColumn ? missing(parameters, bytes) : [TableProblem(error)]
        }
        let types = parameters.typeErrors(in: frame).map { error in
            TableProblem(error, found: error.column.flatMap { frame[$0] }.map { [TableParameters.typeName($0.kind)] } ?? [])
        }
        guard types.isEmpty else { return types }
        var problems: [TableProblem] = []
        do throws(TrainingError) {
            _ = try parameters.split.resolve(frame)
        } catch {
            // That both sides name the same value, or a column that nobody declared, is said of the spec already.
            let isDeclared = error.column.map { column in parameters.columns.contains { $0.name == column } } ?? true
            let values = Set(error.column.flatMap { frame[$0]?.classTexts() }?.compactMap { $0 } ?? [])
            if error.code != .invalidSetting, isDeclared {
                problems.append(TableProblem(.split, error.column, error.message, found: Array(values.sorted().prefix(6))))
            }
        }
        for label in parameters.columns where label.role == "label" {
            do throws(TrainingError) {
                _ = try parameters.label(label.name).resolve(frame)
            } catch {
                problems.append(TableProblem(error.code == .missingLabels ? .missingLabel : .label, label.name, error.message))
            }
        }
        return problems
    }

    /// Every declared column that the file lacks, not the first one only.
    private static func missing(_ parameters: TableParameters, _ bytes: [UInt8]) -> [TableProblem] {
        do throws(FrameError) {
            let found = try (parameters.format == "csv" ? Frame.read(csv: bytes) : Frame.read(parquet: bytes)).columnNames
            return parameters.wanted.filter { !found.contains($0.name) }.map { column in
                TableProblem(.missingColumn, column.name, "the data have no column '\(column.name)'", found: found)
            }
        } catch {
            return [TableProblem(error)]
        }
    }

    private init(_ error: FrameError, found: [String] = []) {
        // A column that comes twice is about the file, not about what is declared of the column.
        let column = error.code == .duplicateColumn ? nil : error.column
        self.init(error.code == .wrongType ? .columnType : .unreadable, column, error.description, found: found)
    }

    private init(_ kind: Kind, _ column: String?, _ message: String, found: [String] = []) {
        self.kind = kind
        self.column = column
        self.message = message
        self.found = found
    }
}
