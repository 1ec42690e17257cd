import Attestations
import Basics
import Diagnostics
import LocatedYAML
import OrderedCollections
import Planning
import Policies
import Specs
import Steps

/// What is wrong inside a data file, said at the place of the spec that the file contradicts.
enum DataInspection {
    /// - Parameters:
    ///   - catalog: whose models read the data set: by their tasks a label is looked at.
    ///   - known: what is said of the specs already: training rows are not held against a model whose own spec is wrong.
    ///   - only: the only model that counts; nil: all do.
    ///   - file: the bytes of a file of the repository, if there is one.
    static func problems(
        in bytes: [UInt8], of dataset: Dataset, for catalog: Catalog, known: [Diagnostic], model only: String? = nil,
        file: (String) throws -> [UInt8]?
    ) rethrows -> [Diagnostic] {
        let faulty = Set(known.filter { $0.severity == .error }.compactMap { $0.span?.file.path })
        let models = catalog.models.values.filter { $0.datasetName == dataset.name && ($0.name == only || only == nil) }
        let uses = try models.map { model in
            let (parameters, holdsOut) = ModelPlanner.fitting(of: model, dataset: dataset)
            return TableUse(
                model: model.name, parameters: parameters, holdsOut: holdsOut, isSound: !faulty.contains(model.resource.path),
                files: try model.readyFiles.compactMap { ready in
                    // Others than those that are pinned are told of already.
                    guard let bytes = try file(ready.path), Digest.of(bytes) == ready.digest else { return nil }
                    return ReadyFile(part: ready.part, path: ready.path, bytes: bytes, options: model.spec[ready.part] ?? .null)
                })
        }
        return TableProblem.all(of: bytes, table: ModelPlanner.table(of: dataset), uses: uses).map { problem in
            if let model = models.first(where: { $0.name == problem.model }) {
                // As far as the spec says anything of it.
                let place = problem.path.indices.reversed().map { Array(problem.path[...$0]) }.first { path in
                    model.resource.located.value(at: ["spec"] + path) != nil
                }
                return Diagnostic(
                    code(problem), problem.message, at: model.resource.span(at: ["spec"] + (place ?? ["dataset"])),
                    hint: hint(problem, in: dataset, tasks: [])
                )
            }
            return Diagnostic(
                code(problem), problem.message, at: dataset.resource.span(at: path(problem, in: dataset)),
                hint: hint(problem, in: dataset, tasks: Set(models.map(\.task))))
        }
    }

    private static func code(_ problem: TableProblem) -> DiagnosticCode {
        switch problem.kind {
        case .unreadable: .dataUnreadable
        case .missingColumn: .dataMissingColumn
        case .columnType: .dataColumnType
        case .label, .missingLabel: .dataLabel
        case .number: .dataColumnType
        case .split, .validation: .dataSplit
        case .fitting, .model: .dataFitting
        }
    }

    private static func path(_ problem: TableProblem, in dataset: Dataset) -> [String] {
        if problem.kind == .split { return ["spec", "split"] }
        guard let column = dataset.columns.firstIndex(where: { $0.name == problem.column }) else { return ["spec", "source", "path"] }
        let isOfType = problem.kind == .columnType || problem.kind == .unreadable
        return ["spec", "columns", String(column), isOfType ? "type" : "name"]
    }

    private static func hint(_ problem: TableProblem, in dataset: Dataset, tasks: Set<String>) -> String? {
        switch problem.kind {
        case .model: "mend the file, or what the spec says of its inputs and output"
        case .validation: "training rows are divided as 'validation' says, into 5 parts if it says nothing"
        case .fitting:
            switch problem.path.first {
            case nil: "mend the data, or give the column another role"
            case "classWeights": "rows of every class need a weight above 0; there are: \(problem.found.joined(separator: ", "))"
            case let part? where part == "search" || problem.path.prefix(2) == ["decision", "constraints"]:
                "say how many rows a group needs to be compared, such as evaluation: {minimumGroupRows: 30}, join small groups, or compare by another column"
            case "mitigation", "decision": "give every group training rows of both classes, join small groups, or compare by another column"
            case "features": "take other features, or other training rows"
            case "validation": "take fewer parts, or the scheme 'stratified'; or join small groups, or compare by another column"
            case "estimator" where problem.path.count > 1: "raise 'share', or train without earlyStopping"
            default: "say in 'preprocessing' what is to be done with such a column, or leave it out of 'features'"
            }
        case .number: "leave it missing, or leave the column out of the model's features"
        case .missingColumn:
            otherSeparator(problem.found)
                ?? NameSuggestion.nearest(to: problem.column ?? "", among: problem.found).map { "did you mean '\($0)'?" }
                ?? "there are: \(problem.found.joined(separator: ", "))"
        case .unreadable where problem.column == nil:
            "mend the file; it is read as \(dataset.format), and 'format' says otherwise if that is wrong"
        case .unreadable: "mend the file, or declare the column as what it holds"
        case .columnType: problem.found.first.map { "declare it as \($0), or mend the data" }
        case .split where problem.column == nil: "take more rows, or a share nearer to 0.5"
        case .split where dataset.spec["split"]?["column"] == nil:
            "every row needs a value there, and rows of one value stay together: mend the data, or take another share or split"
        case .split:
            problem.found.isEmpty ? "the split column must say of each row what it is for" : "it has: \(problem.found.joined(separator: ", "))"
        case .label where tasks.isEmpty || tasks.contains("binaryClassification"):
            "a binary label has two values; 'positive' names the one that counts as true"
        case .label: "the models' tasks say what it must be: \(tasks.sorted().joined(separator: ", "))"
        case .missingLabel: "fill the labels in, or leave those rows out"
        }
    }
}

/// For a CSV file whose header is a single column since its fields stand apart by something else.
private func otherSeparator(_ columns: [String]) -> String? {
    guard columns.count == 1, let only = columns.first else { return nil }
    return [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")].first { only.contains($0.0) }
        .map { "separate the fields by commas; these seem to be separated by \($0.1)" }
}

extension Finding {
    /// Nothing can be decided on data that are not what they should be.
    init(dataProblem problem: Diagnostic) {
        self.init(
            kind: "data", outcome: .undecided, message: problem.message, hint: problem.hint, location: problem.span.map { FileLocation($0) })
    }
}
