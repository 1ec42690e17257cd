import Basics
import Frames
import Models

/// The columns of the predictions.
enum ScoredTable {
    static let score = "score"
    static let decision = "decision"
    /// Of a model of several classes, the likeliest.
    static let prediction = "prediction"
    /// The digest of the model that decided.
    static let model = "model"

    static func reason(_ number: Int) -> String { "reason_\(number)" }
    static func shadow(_ name: String, _ column: String) -> String { "shadow.\(name).\(column)" }

    /// The column of an output: of a class `score:<class>`, as it is called already; of one of several others `score.<output>`.
    static func column(of output: String, of count: Int) -> String {
        count == 1 ? score : output.hasPrefix("\(score):") ? output : "\(score).\(output)"
    }

    /// Every column of the predictions, besides those that are kept.
    static func names(_ models: ScoringModelSet, _ parameters: ScoringParameters) -> [String] {
        func scores(_ model: any ScoringModel) -> [String] {
            model.outputs.map { column(of: $0, of: model.outputs.count) } + (model.classes == nil ? [decision] : [prediction])
        }
        return scores(models.champion) + (0..<parameters.reasons).map { reason($0 + 1) } + [model]
            + models.challengers.flatMap { challenger in scores(challenger.model).map { shadow(challenger.name, $0) } }
    }
}

/// Applies the models of a job to piece after piece.
struct PieceScorer {
    private let models: ScoringModelSet
    private let parameters: ScoringParameters
    private let champion: any ScoringWorker
    private let canary: (any ScoringWorker)?
    private let challengers: [(name: String, model: any ScoringModel, worker: any ScoringWorker)]
    private let reasons: ScoringReasons?

    init(_ models: ScoringModelSet, _ parameters: ScoringParameters, threads: Int) throws(ModelError) {
        self.models = models
        self.parameters = parameters
        champion = try models.champion.worker(threads: threads)
        canary = try models.canary?.worker(threads: threads)
        var workers: [(name: String, model: any ScoringModel, worker: any ScoringWorker)] = []
        for (name, model) in models.challengers { workers.append((name, model, try model.worker(threads: threads))) }
        challengers = workers
        reasons = try ScoringReasons(parameters)
    }

    /// The predictions of a piece; what came of it is added to `measures`.
    func score(_ frame: Frame, _ measures: inout ShardMeasures) throws -> Frame {
        var columns = try parameters.keep.map { try frame.column($0) }
        let rows = frame.rowCount
        let width = models.champion.outputs.count
        var scores = try champion.scores(frame)
        guard scores.count == rows * width else {
            throw ModelError(.unsupportedOutput, operation: "apply the model", message: "it gave \(scores.count) scores for \(rows) rows × \(width)")
        }
        try Self.check(scores, width: width, frame, measures, "the model")
        let own = scores
        let ownDecisions = try decided(champion, frame, own)
        var decisions = ownDecisions
        var taken: [Bool]?
        if let canary, let rule = parameters.canary {
            let chosen = Self.texts(try frame.column(rule.key)).map { $0.map { rule.takes($0) } ?? false }
            let picked = chosen.indices.filter { chosen[$0] }
            if !picked.isEmpty {
                let part = frame.selecting(rows: picked)
                let others = try canary.scores(part)
                try Self.check(others, width: width, frame, measures, "the canary", rows: picked)
                for (place, row) in picked.enumerated() { for output in 0..<width { scores[row * width + output] = others[place * width + output] } }
                if let own = try decided(canary, part, others) { for (place, row) in picked.enumerated() { decisions?[row] = own[place] } }
            }
            measures.canaryRows += picked.count
            taken = chosen
        }
        columns += Self.columns(models.champion, scores)
        if let decisions { columns.append(Column(ScoredTable.decision, .boolean(decisions))) }
        if let reasons, let decisions { columns += try found(reasons, frame, decisions, taken) }
        for challenger in challengers { columns += try shadow(challenger, frame, own, ownDecisions, &measures) }
        var digests = [models.champion.digest.description]
        if let other = models.canary { digests.append(other.digest.description) }
        columns.append(
            Column(ScoredTable.model, .category(codes: taken.map { $0.map { $0 ? 1 : 0 } } ?? Array(repeating: 0, count: rows), categories: digests)))
        measures.add(scores: scores, decisions: decisions)
        return try Frame(columns)
    }

    /// The outputs, and of classes the likeliest, the first of equal ones.
    private static func columns(_ model: any ScoringModel, _ scores: [Double]) -> [Column] {
        let width = model.outputs.count
        let columns = model.outputs.enumerated().map { output, name in
            Column(
                ScoredTable.column(of: name, of: width),
                .double(width == 1 ? scores : stride(from: output, to: scores.count, by: width).map { scores[$0] }))
        }
        guard let classes = model.classes else { return columns }
        return columns + [.likeliest(ScoredTable.prediction, scores: scores, classes: classes)]
    }

    /// By the model's own rule, or else by the threshold that is declared; by draws of a mixture unless that is another than ½. Nil where there is neither.
    private func decided(_ worker: any ScoringWorker, _ frame: Frame, _ scores: [Double]) throws(ModelError) -> [Bool]? {
        let declared = parameters.threshold.map { $0 != 0.5 } ?? false
        if !(declared && worker.draws), let own = try worker.decisions(frame, scores: scores) { return own }
        return parameters.threshold.map { threshold in scores.map { $0 >= threshold } }
    }

    /// The reasons of rows with an adverse decision; the others have none.
    private func found(_ reasons: ScoringReasons, _ frame: Frame, _ decisions: [Bool], _ taken: [Bool]?) throws -> [Column] {
        var found = [[String]](repeating: [], count: frame.rowCount)
        for (worker, isCanary) in [(champion, false)] + (canary.map { [($0, true)] } ?? []) {
            let rows = decisions.indices.filter { reasons.isAdverse(decisions[$0]) && (taken?[$0] ?? false) == isCanary }
            guard !rows.isEmpty else { continue }
            for (row, names) in zip(rows, try reasons.find(frame.selecting(rows: rows), worker)) { found[row] = names }
        }
        return (0..<reasons.count).map { number in
            Column(ScoredTable.reason(number + 1), texts: found.map { $0.count > number ? $0[number] : nil })
        }
    }

    private func shadow(
        _ challenger: (name: String, model: any ScoringModel, worker: any ScoringWorker), _ frame: Frame, _ champion: [Double],
        _ championDecisions: [Bool]?, _ measures: inout ShardMeasures
    ) throws -> [Column] {
        let scores = try challenger.worker.scores(frame)
        let width = challenger.model.outputs.count
        try Self.check(scores, width: width, frame, measures, "challenger '\(challenger.name)'")
        var columns = Self.columns(challenger.model, scores).map { $0.renamed(ScoredTable.shadow(challenger.name, $0.name)) }
        guard challenger.model.classes == models.champion.classes, champion.count == scores.count else { return columns }
        var alike: [Bool]?
        if width > 1 {
            if challenger.model.classes != nil {
                alike = zip(Column.likeliest(champion, width: width), Column.likeliest(scores, width: width)).map { $0 == $1 }
            }
        } else if let decisions = try decided(challenger.worker, frame, scores) {
            columns.append(Column(ScoredTable.shadow(challenger.name, ScoredTable.decision), .boolean(decisions)))
            alike = championDecisions.map { zip($0, decisions).map { $0 == $1 } }
        }
        measures.compare(challenger.name, champion, scores, width: width, alike: alike)
        return columns
    }

    /// A score that is no number decides nothing, and would pass for a negative decision.
    ///
    /// - Parameter rows: the rows of `frame` that were scored; nil: all.
    private static func check(
        _ scores: [Double], width: Int, _ frame: Frame, _ measures: ShardMeasures, _ who: String, rows: [Int]? = nil
    ) throws(ModelError) {
        guard let place = scores.firstIndex(where: { !$0.isFinite }) else { return }
        let row = measures.rows - frame.rowCount + (rows?[place / width] ?? place / width) + 1
        throw ModelError(
            .unsupportedOutput, operation: "apply the model",
            message: "\(who) gave \(scores[place]) for row \(row): a missing value that it cannot take, perhaps")
    }

    /// A key's cells as text; nil is missing.
    static func texts(_ column: Column) -> [String?] {
        (0..<column.count).map { row in
            if column.isMissing(row) { return nil }
            return switch column.values {
            case .category(let codes, let names): names[Int(codes[row])]
            case .integer(let all), .timestamp(let all): "\(all[row])"
            case .double(let all): Int64(exactly: all[row]).map { "\($0)" } ?? "\(all[row])"
            case .boolean(let all): "\(all[row])"
            }
        }
    }
}
