import Attestations
import Basics

/// What is said of tasks other than decisions between two classes, and of a model's size.
extension Card {
    var isOfClasses: Bool { spec["task"]?.stringValue.map { $0.hasSuffix("Classification") } ?? true }

    private static let averaged = ["precision", "recall", "f1", "rocAUC"]
    /// What the task is judged by; the deviances are of counts.
    private var ofNumbers: [String] {
        let all = ["rootMeanSquaredError", "meanAbsoluteError", "meanAbsolutePercentageError", "r2"]
        return switch spec["task"]?.stringValue {
        case "count": all + ["poissonDeviance"]
        case "quantile": ["quantileLoss"] + all
        default: all
        }
    }

    /// Nil where nothing of the kind was measured.
    var taskPerformance: [Document.Block]? {
        if let several = evidence["multiclass"] {
            let classes = (several["classes"]?.arrayValue ?? []).map { text($0) }
            var blocks: [Document.Block] = [
                .heading("Performance"), .paragraph("On the test rows, of \(classes.count) classes; the likeliest is predicted."),
                .table(Document.Table(Self.columns, ofClasses(several, section: "multiclass", prefix: ""))),
            ]
            if classes.count <= 20 {
                let counts = (several["confusion"]?.arrayValue ?? []).map { ($0.arrayValue ?? []).map { text($0) } }
                blocks += [
                    .paragraph("Rows of a true class (down) that are predicted as a class (across); evidence \(source("multiclass"))."),
                    .table(Document.Table(["true class"] + classes, zip(classes, counts).map { [$0] + $1 })),
                ]
            }
            return blocks
        }
        guard let numbers = evidence["regression"] else { return nil }
        return [
            .heading("Performance"), .paragraph("On \(testRows(numbers["rows"]))."),
            .table(Document.Table(Self.columns, ofNumbers.map { row(words($0), numbers[$0], "regression") })),
        ]
    }

    private func ofClasses(_ several: JSONValue, section: String, prefix: String) -> [[String]] {
        func named(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix) \(name)" }
        var rows = [row(named("accuracy"), several["accuracy"], section), row(named("log loss"), several["logLoss"], section)]
        for name in Self.averaged { rows.append(row(named("\(words(name)), mean over classes"), several[name]?["macro"], section)) }
        return rows + [row(named("Cohen's kappa"), several["cohenKappa"], section)]
    }

    /// Figures of held-out rows, whatever the task is.
    func validated(_ part: JSONValue, prefix: String) -> [[String]] {
        var rows: [[String]] = []
        if let performance = part["performance"] {
            rows = ["rocAUC", "logLoss", "brierScore"].map { row("\(prefix) \(words($0))", performance[$0], "validation") }
        }
        if let several = part["multiclass"] { rows = ofClasses(several, section: "validation", prefix: prefix) }
        if let numbers = part["regression"] { rows = ofNumbers.map { row("\(prefix) \(words($0))", numbers[$0], "validation") } }
        if let accuracy = part["accuracy"] { rows.append(row("\(prefix) accuracy of decisions", accuracy, "validation")) }
        return rows
    }

    /// How large it is, and what it is beside its teacher.
    var size: [Document.Block] {
        var blocks: [Document.Block] = []
        if let footprint = evidence["footprint"]?.objectValue {
            let rows = footprint.sorted { $0.key < $1.key }.filter { $0.value.doubleValue != nil || $0.value.stringValue != nil }
                .map { [words($0.key), text($0.value), source("footprint")] }
            blocks += [.heading("Size"), .table(Document.Table(["", "value", "evidence"], rows))]
        }
        guard let distillation = evidence["distillation"] else { return blocks }
        var rows = [["bytes", text(distillation["teacherBytes"]), text(distillation["bytes"]), source("distillation")]]
        let (teacher, student) = (distillation["teacher"]?.objectValue ?? [:], distillation["student"]?.objectValue ?? [:])
        for (name, figure) in student.sorted(by: { $0.key < $1.key }) {
            rows.append([words(name), text(teacher[name]?["value"]), text(figure["value"]), source("distillation")])
        }
        blocks += [
            .heading("Beside its teacher"),
            .paragraph(
                "Decides as its teacher on a share of \(text(distillation["agreement"]?["value"])) of \(testRows(distillation["rows"]))."),
            .table(Document.Table(["figure", "teacher", "model", "evidence"], rows)),
        ]
        return blocks
    }
}
