import Basics
import Diagnostics
import Frames
import Models
import OrderedCollections
import Specs
import Steps

/// What batch inferences name in the repository, looked at before anything runs.
struct InferenceFiles {
    let catalog: Catalog
    /// A regular file's bytes; nil if there is none.
    let bytes: (String) throws -> [UInt8]?
    /// The files in a folder, by their paths from it; none if there is no such folder.
    let list: (String) throws -> [String]

    func problems() throws -> [Diagnostic] { try catalog.inferences.values.flatMap(problems) }

    private func problems(_ inference: BatchInference) throws -> [Diagnostic] {
        var found: [Diagnostic] = []
        func report(_ code: DiagnosticCode, _ message: String, _ path: [String], _ hint: String?) {
            found.append(Diagnostic(code, message, at: inference.resource.span(at: path), hint: hint))
        }
        for served in inference.models {
            if case .live(let environment, let model) = served.source, let found = catalog.environments[environment],
                catalog.models[model] != nil, !found.live.contains(where: { $0.model == model })
            {
                report(
                    .danglingReference, "'\(environment)' has no model '\(model)' live", served.path + ["environment"],
                    "proviso promote \(model) --to \(environment)")
            }
            guard case .path(let path) = served.source else { continue }
            guard let bytes = try bytes(path) else {
                report(.dataMissing, "there is no file '\(path)' in the repository", served.path + ["path"], "add and commit it, or mend the path")
                continue
            }
            if let problem = Self.problem(withModel: bytes, inference.onnx) {
                let (words, hint) =
                    problem.code == .unclearClass
                    ? (
                        "of which class a score of '\(path)' is cannot be told",
                        "name the class in 'onnx.positive', or its column in 'onnx.outputColumn'"
                    )
                    : ("'\(path)' is no model", "a model is what proviso wrote, or an ONNX file")
                report(.dataUnreadable, "\(words): \(problem.message)", served.path + ["path"], hint)
            } else if served.role == "champion", let problem = inference.unknownLimitProblem(UnnamedCategories.columns(ofModel: bytes)) {
                found.append(problem)
            }
        }
        let wanted = (inference.spec["keep"]?.arrayValue ?? []).enumerated().map { (["keep", String($0)], $1.stringValue ?? "") }
        let key = inference.spec["canary"]?["key"]?.stringValue.map { [(["canary", "key"], $0)] } ?? []
        let read = (inference.onnx["columns"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.flatMap { input, names in
            (names.arrayValue ?? []).enumerated().map { (["onnx", "columns", input, String($0)], $1.stringValue ?? "") }
        }
        guard let table = try table(of: inference, report) else { return found }
        for (path, name) in wanted + key + read where !table.columns.contains(name) {
            report(
                .dataMissingColumn, "'\(table.path)' has no column '\(name)'", ["spec"] + path,
                NameSuggestion.nearest(to: name, among: table.columns).map { "did you mean '\($0)'?" }
                    ?? "there are: \(table.columns.prefix(30).joined(separator: ", "))")
        }
        return found
    }

    /// Nil if it may be one. Whether it reads the columns that there are is seen when it runs.
    private static func problem(withModel bytes: [UInt8], _ options: JSONValue) -> ModelError? {
        if bytes.starts(with: Array("proviso-".utf8)) { return nil }
        do throws(ModelError) {
            return ONNXPredictor.unclearClass(try ONNXModel(bytes: bytes), ONNXPredictor.Options(json: options))
        } catch {
            return error.code == .environment ? nil : error
        }
    }

    private typealias Table = (path: String, columns: [String])

    /// The first table that is scored, with its columns and those that its folders give. Nil if a pipeline makes it, another diagnostic speaks of it, or it
    /// cannot be read by itself.
    private func table(
        of inference: BatchInference, _ report: (DiagnosticCode, String, [String], String?) -> Void
    ) throws -> Table? {
        guard let path = inference.dataPath else {
            guard let dataset = inference.datasetName.flatMap({ catalog.datasets[$0] }), case .path(let path) = dataset.source,
                let bytes = try bytes(path)
            else { return nil }
            return Self.columns(of: bytes, isCSV: dataset.format == "csv").map { (path, $0) }
        }
        if let bytes = try bytes(path) { return Self.columns(of: bytes, isCSV: path.hasSuffix(".csv")).map { (path, $0) } }
        let place = ["spec", "data", "path"]
        let names = try list(path)
        guard !names.isEmpty else {
            report(.dataMissing, "there is no file or folder '\(path)' in the repository", place, "add and commit it, or mend the path")
            return nil
        }
        do throws(FrameError) {
            guard let first = try PartitionedTable.partitions(names, root: path).first else { return nil }
            let file = (path.hasSuffix("/") ? path : path + "/") + first.name
            guard let bytes = try? bytes(file), let columns = Self.columns(of: bytes, isCSV: first.format == .csv) else { return nil }
            return (file, columns + first.values.keys.sorted())
        } catch {
            report(.dataUnreadable, "\(error)", place, nil)
            return nil
        }
    }

    /// Nil for what is no table: scoring it says why.
    private static func columns(of bytes: [UInt8], isCSV: Bool) -> [String]? {
        guard isCSV else { return try? RowGroups.columnNames(parquet: bytes) }
        // The heading and a row, unless a field may have a line break.
        let heading = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let row = bytes.dropFirst(heading.count + 1).prefix { $0 != UInt8(ascii: "\n") }
        let start = bytes[..<min(row.endIndex + 1, bytes.count)]
        return try? Frame.read(csv: start.contains(UInt8(ascii: "\"")) ? bytes : Array(start)).columnNames
    }
}
