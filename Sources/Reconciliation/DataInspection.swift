import Attestations
import Diagnostics
import Planning
import Policies
import Specs
import Steps

/// What is wrong inside a data file, said at the place of the spec that the file contradicts.
enum DataInspection {
    static func problems(in bytes: [UInt8], of dataset: Dataset) -> [Diagnostic] {
        TableProblem.all(of: bytes, table: ModelPlanner.table(of: dataset)).map { problem in
            Diagnostic(
                code(problem), problem.message, at: dataset.resource.span(at: path(problem, in: dataset)), hint: hint(problem, in: dataset))
        }
    }

    private static func code(_ problem: TableProblem) -> DiagnosticCode {
        switch problem.kind {
        case .unreadable: .dataUnreadable
        case .missingColumn: .dataMissingColumn
        case .columnType: .dataColumnType
        case .label: .dataLabel
        case .split: .dataSplit
        }
    }

    private static func path(_ problem: TableProblem, in dataset: Dataset) -> [String] {
        if problem.kind == .split { return ["spec", "split"] }
        guard let column = dataset.columns.firstIndex(where: { $0.name == problem.column }) else { return ["spec", "source", "path"] }
        let isOfType = problem.kind == .columnType || problem.kind == .unreadable
        return ["spec", "columns", String(column), isOfType ? "type" : "name"]
    }

    private static func hint(_ problem: TableProblem, in dataset: Dataset) -> String? {
        switch problem.kind {
        case .missingColumn:
            NameSuggestion.nearest(to: problem.column ?? "", among: problem.found).map { "did you mean '\($0)'?" }
                ?? "there are: \(problem.found.joined(separator: ", "))"
        case .unreadable where problem.column == nil: "it is read as \(dataset.format); 'format' says otherwise if that is wrong"
        default: nil
        }
    }
}

extension Finding {
    /// Nothing can be decided on data that are not what they should be.
    init(dataProblem problem: Diagnostic) {
        self.init(
            kind: "data", outcome: .undecided, message: problem.message, hint: problem.hint, location: problem.span.map { FileLocation($0) })
    }
}
