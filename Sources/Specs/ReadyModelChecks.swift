public import Basics
import Diagnostics

/// What a Model spec asks of models that something else trained, or of a teacher, that cannot be.
struct ReadyModelChecks {
    private let model: Model
    private(set) var diagnostics: [Diagnostic] = []

    init(_ model: Model, teacher: Model?) {
        self.model = model
        let type = model.spec["estimator"]?["type"]?.stringValue ?? ""
        if type == "onnx" { checkFile(["estimator"]) }
        if type == "command", model.spec["estimator"]?["command"] == nil {
            report(.missingField, "the estimator 'command' lacks 'command'", at: ["estimator"], hint: "for example: command: [python3, train.py]")
        }
        if type == "command", let path = model.spec["estimator"]?["writes"]?.stringValue, ![".onnx", ".ubj", ".json"].contains(where: path.hasSuffix)
        {
            report(
                .invalidValue, "'\(path)' is the name of no model", at: ["estimator", "writes"],
                hint: "an ONNX file ends in .onnx, a model of XGBoost's in .ubj or .json")
        }
        if type == "onnx" || type == "command" { checkReady(type) }
        for part in ["estimator", "teacher"] { checkClasses(part) }
        if model.spec["teacher"] != nil { checkTeacher(teacher, isReady: type == "onnx" || type == "command") }
    }

    private mutating func report(_ code: DiagnosticCode, _ message: String, at path: [String], hint: String? = nil) {
        diagnostics.append(Diagnostic(code, message, at: model.resource.span(at: ["spec"] + path), hint: hint))
    }

    private mutating func checkFile(_ path: [String]) {
        let body = path.reduce(model.spec as JSONValue?) { $0?[$1] } ?? .null
        guard body["path"] != nil else {
            report(.missingField, "an ONNX model needs 'path'", at: path, hint: "name the file in the repository")
            return
        }
        guard body["digest"] == nil else { return }
        report(.missingField, "an ONNX model needs 'digest'", at: path, hint: "SHA-256 of the file's bytes: sha256sum FILE, written as sha256:…")
    }

    /// What is said of an output's columns.
    private mutating func checkClasses(_ part: String) {
        guard let classes = model.spec[part]?["classes"]?.arrayValue else { return }
        if model.spec[part]?["outputColumn"] != nil {
            report(.conflictingFields, "'classes' and 'outputColumn' exclude each other", at: [part, "classes"], hint: "keep one of them")
        }
        if !model.task.hasSuffix("Classification") {
            report(.conflictingFields, "the task '\(model.task)' has no classes", at: [part, "classes"], hint: "remove 'classes'")
        }
        for (place, name) in classes.enumerated() where classes[..<place].contains(name) {
            report(.invalidValue, "a class is named twice", at: [part, "classes", String(place)], hint: "name each column's class once")
        }
    }

    /// What only a learner of ours can do.
    private mutating func checkReady(_ type: String) {
        let reason = type == "onnx" ? "nothing is trained" : "a program trains it"
        for name in ["preprocessing", "classWeights", "validation", "calibration", "mitigation", "search"] where model.spec[name] != nil {
            report(
                .conflictingFields, "'\(name)' is for learners of Proviso's, and of this model \(reason)", at: [name],
                hint: "remove it, or do it where the model is made")
        }
        for name in ["objective", "groups"] where model.spec["decision"]?[name] != nil {
            report(
                .conflictingFields, "'decision.\(name)' is for learners of Proviso's, and of this model \(reason)", at: ["decision", name],
                hint: "give a threshold")
        }
    }

    private mutating func checkTeacher(_ teacher: Model?, isReady: Bool) {
        let body = model.spec["teacher"] ?? .null
        if body["model"] != nil {
            for field in ["path", "digest", "inputs", "output", "outputColumn", "classes"] where body[field] != nil {
                report(.conflictingFields, "'model' and '\(field)' exclude each other", at: ["teacher", field], hint: "keep one of them")
            }
        } else {
            checkFile(["teacher"])
        }
        if let teacher {
            if teacher.name == model.name || teacher.teacherName != nil {
                report(
                    .referenceCycle,
                    teacher.name == model.name ? "the model is its own teacher" : "the teacher '\(teacher.name)' has a teacher itself",
                    at: ["teacher", "model"], hint: "name a model that is trained on labels")
            }
            if teacher.datasetName != model.datasetName || teacher.task != model.task {
                report(
                    .conflictingFields,
                    "the teacher predicts '\(teacher.task)' from '\(teacher.datasetName)', the model '\(model.task)' from '\(model.datasetName)'",
                    at: ["teacher", "model"], hint: "both must be of one task and data set, or test rows might be rows that the teacher saw")
            }
        }
        guard !isReady else { return }
        if model.task == "quantile" {
            report(
                .conflictingFields, "a quantile of a teacher's predictions is not the quantile of the number", at: ["teacher"],
                hint: "train on labels")
        }
        for name in ["validation", "calibration", "mitigation", "search"] where model.spec[name] != nil {
            report(
                .conflictingFields, "'\(name)' and 'teacher' exclude each other", at: [name],
                hint: "the teacher has seen every training row, so none of them can be held out from its student")
        }
        for name in ["objective", "groups"] where model.spec["decision"]?[name] != nil {
            report(.conflictingFields, "'decision.\(name)' and 'teacher' exclude each other", at: ["decision", name], hint: "give a threshold")
        }
        if model.spec["estimator"]?["earlyStopping"] != nil {
            report(
                .conflictingFields, "'earlyStopping' and 'teacher' exclude each other", at: ["estimator", "earlyStopping"],
                hint: "the teacher has seen every training row: say how many rounds")
        }
    }
}

extension Model {
    /// ONNX files of the repository that it is made of, or learns from: `estimator` or `teacher`.
    public var readyFiles: [(part: String, path: String, digest: Digest)] {
        (spec["estimator"]?["type"] == "onnx" ? ["estimator", "teacher"] : ["teacher"]).compactMap { part in
            guard let path = spec[part]?["path"]?.stringValue, let digest = spec[part]?["digest"]?.stringValue.flatMap(Digest.init(_:)) else {
                return nil
            }
            return (part, path, digest)
        }
    }

    /// Files of the repository that the spec pins: what there must be at each path, and where the spec says so.
    public var pinnedFiles: [(path: String, digest: Digest, place: [String])] {
        var files: [(path: String, digest: Digest, place: [String])] = []
        for part in ["estimator", "teacher"] {
            guard let path = spec[part]?["path"]?.stringValue, let digest = spec[part]?["digest"]?.stringValue.flatMap(Digest.init(_:)) else {
                continue
            }
            files.append((path, digest, [part]))
        }
        for (path, text) in (spec["estimator"]?["files"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let digest = text.stringValue.flatMap(Digest.init(_:)) { files.append((path, digest, ["estimator", "files"])) }
        }
        return files
    }
}
