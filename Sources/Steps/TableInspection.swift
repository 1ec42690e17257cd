public import Basics
import Frames
import Models
import Training

/// What a model wants of a data file.
public struct TableUse: Hashable, Sendable {
    /// The model's name.
    public let model: String
    /// What its rows are fitted by, as its steps have it among their parameters.
    public let parameters: JSONValue
    /// Whether training rows are held out in turn.
    public let holdsOut: Bool
    /// Whether nothing is wrong with its spec itself: else what training rows say of it would be about the same fault.
    public let isSound: Bool
    /// Models of the repository that it is made of, or learns from.
    public let files: [ReadyFile]

    public init(model: String, parameters: JSONValue, holdsOut: Bool, isSound: Bool = true, files: [ReadyFile] = []) {
        self.isSound = isSound
        self.files = files
        self.model = model
        self.parameters = parameters
        self.holdsOut = holdsOut
    }
}

/// A model's file of the repository, as its spec names it.
public struct ReadyFile: Hashable, Sendable {
    /// The part of the spec: `estimator` or `teacher`.
    public let part: String
    public let path: String
    public let bytes: [UInt8]
    /// How it is applied.
    public let options: JSONValue

    public init(part: String, path: String, bytes: [UInt8], options: JSONValue) {
        self.part = part
        self.path = path
        self.bytes = bytes
        self.options = options
    }
}

/// What is wrong with a data file, seen from the declaration of its columns and split, before any step works with it.
public struct TableProblem: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case unreadable
        case missingColumn
        case columnType
        case label
        case missingLabel
        case split
        /// A number that no learner takes.
        case number
        /// Training rows cannot be held out as the model declares.
        case validation
        /// Nothing can be fitted to training rows as the model declares.
        case fitting
        /// A ready model cannot be applied to the rows.
        case model
    }

    public let kind: Kind
    /// The declared column that it is about, where it is about one.
    public let column: String?
    public let message: String
    /// What the data have instead: the columns, the column's type, or the values of the split column, a few of them.
    public let found: [String]
    /// The model that it is about, where it is about one.
    public let model: String?
    /// The part of its spec.
    public let path: [String]

    /// All problems that can be told at once.
    ///
    /// - Parameters:
    ///   - table: `format`, `columns` and `split` as steps have them among their parameters.
    ///   - uses: of the models that read it: what a label must be is decided by their tasks.
    public static func all(of bytes: [UInt8], table: JSONValue, uses: [TableUse] = []) -> [TableProblem] {
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
        var (train, test): ((frame: Frame, rows: [Int])?, (frame: Frame, rows: [Int])) = (nil, (frame.selecting(rows: []), []))
        do throws(TrainingError) {
            let rows = try parameters.split.resolve(frame)
            train = (frame.selecting(rows: rows.train), rows.train)
            test = (frame.selecting(rows: rows.test), rows.test)
        } catch {
            // That both sides name the same value, or a column that nobody declared, is said of the spec already.
            let isDeclared = error.column.map { column in parameters.columns.contains { $0.name == column } } ?? true
            let values = Set(error.column.flatMap { frame[$0]?.classTexts() }?.compactMap { $0 } ?? [])
            if error.code != .invalidSetting, isDeclared {
                problems.append(TableProblem(.split, error.column, error.message, found: Array(values.sorted().prefix(6))))
            }
        }
        let infinite = infinite(frame, uses)
        problems += infinite
        let unreadable = Set(infinite.compactMap(\.column))
        for label in parameters.columns where label.role == "label" {
            let own = Self.labelProblem(label.name, parameters, frame, train?.frame, uses)
            problems += own.map { [$0] } ?? []
            guard own == nil, let train else { continue }
            for use in uses where use.isSound && unreadable.isDisjoint(with: use.parameters.strings("features")) {
                problems += use.files.compactMap { Self.fileProblem($0, use, parameters, train.frame) }
                let held = use.holdsOut ? Self.validationProblem(use, parameters, train) : nil
                let found = held.map { [$0] } ?? Self.fittingProblems(use, parameters, train, test)
                problems += found.filter { !problems.contains($0) }
            }
        }
        return problems
    }

    /// Features of some model with a number that is infinite, or beyond 32-bit range.
    private static func infinite(_ frame: Frame, _ uses: [TableUse]) -> [TableProblem] {
        let features = Set(uses.flatMap { $0.parameters.strings("features") })
        return frame.columns.compactMap { column in
            guard features.contains(column.name), case .double(let all) = column.values,
                let row = all.indices.first(where: { !column.isMissing($0) && abs(all[$0]) > Double(Float.greatestFiniteMagnitude) })
            else { return nil }
            return TableProblem(
                .number, column.name,
                "feature '\(column.name)' is infinite or beyond ±3.4e38 in row \(row + 1) (not counting a header): \(all[row])")
        }
    }

    /// Of all rows, then of those that train: a class, or a second number, that only test rows have cannot be learnt.
    private static func labelProblem(
        _ name: String, _ table: TableParameters, _ frame: Frame, _ train: Frame?, _ uses: [TableUse]
    ) -> TableProblem? {
        let tasks = Set(uses.compactMap { $0.parameters["task"]?.stringValue.flatMap(ModelTask.init(rawValue:)) })
        let positive = table.label(name).positive
        do throws(TrainingError) {
            // Without a model nobody knows what is predicted, unless the label says that it has a positive value.
            if tasks.contains(.binary) || tasks.isEmpty && (positive != nil || frame[name]?.kind == .boolean) {
                _ = try table.label(name).resolve(frame)
            } else if let column = frame[name], column.missingCount > 0 {
                let row = (0..<column.count).first(where: column.isMissing) ?? 0
                throw TrainingError(.missingLabels, column: name, message: "label '\(name)' is missing in row \(row + 1) (not counting a header)")
            }
            for task in tasks.sorted(by: { $0.rawValue < $1.rawValue }) {
                let plan = TrainingPlan(task: task, label: name, positive: positive, features: [])
                if task != .binary { _ = try plan.targets(frame) }
                guard let train else { continue }
                let known: Targets
                do throws(TrainingError) { known = try plan.targets(train) } catch {
                    let isSaid = error.message.contains("training row")
                    throw TrainingError(error.code, column: name, message: isSaid ? error.message : "in training rows, \(error.message)")
                }
                if task == .multiclass { _ = try plan.targets(frame, classes: known.classes, isTraining: false) }
            }
            return nil
        } catch {
            return TableProblem(error.code == .missingLabels ? .missingLabel : .label, name, error.message)
        }
    }

    private static func validationProblem(
        _ use: TableUse, _ table: TableParameters, _ train: (frame: Frame, rows: [Int])
    ) -> TableProblem? {
        do {
            _ = try FitParameters(use.parameters, table).folds(train.frame)
            return nil
        } catch let error as TrainingError where error.code == .folds || error.code == .missingValues {
            return TableProblem(.validation, nil, error.message(inFile: train.rows), model: use.model, path: ["validation"])
        } catch {
            // What else is wrong is told by the steps.
            return nil
        }
    }

    private static func fittingProblems(
        _ use: TableUse, _ table: TableParameters, _ train: (frame: Frame, rows: [Int]), _ test: (frame: Frame, rows: [Int])
    ) -> [TableProblem] {
        // What no spec could mean is told by the steps, or of the spec.
        guard let parameters = try? FitParameters(use.parameters, table) else { return [] }
        return parameters.problems(train, test: test, holdsOut: use.holdsOut).map { problem in
            // What is wrong with a column of weights is about the data set.
            problem.path.isEmpty
                ? TableProblem(.fitting, parameters.plan.weights, problem.message)
                : TableProblem(
                    .fitting, nil, problem.message, found: (try? parameters.plan.targets(train.frame))?.classes ?? [], model: use.model,
                    path: problem.path)
        }
    }

    /// Tried on some rows, as the step tries it on all.
    private static func fileProblem(_ file: ReadyFile, _ use: TableUse, _ table: TableParameters, _ train: Frame) -> TableProblem? {
        let plan = TrainingPlan(
            task: use.parameters["task"]?.stringValue.flatMap(ModelTask.init(rawValue:)) ?? .binary,
            label: use.parameters["label"]?.stringValue ?? "",
            positive: table.label(use.parameters["label"]?.stringValue ?? "").positive, features: use.parameters.strings("features"),
            quantile: use.parameters["quantile"]?.doubleValue)
        do throws(TrainingError) {
            _ = try ReadyModel.artifact(file.bytes, plan: plan, train: train, options: file.options, rows: 256)
            return nil
        } catch {
            // A machine without ONNX Runtime knows nothing of the file.
            guard error.code != .environment else { return nil }
            return TableProblem(
                .model, nil, "the model '\(file.path)' cannot be taken: \(error.message)", model: use.model, path: [file.part, "path"])
        }
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

    private init(_ kind: Kind, _ column: String?, _ message: String, found: [String] = [], model: String? = nil, path: [String] = []) {
        self.model = model
        self.path = path
        self.kind = kind
        self.column = column
        self.message = message
        self.found = found
    }
}
