import Basics
import Frames
public import Metrics
import Models

/// Scores one shard after another. Memory depends on the columns and the models, not on the rows.
public struct ShardScoring {
    /// Raised by every change that may give other bytes.
    static let version = 5

    private let models: ScoringModelSet
    private let parameters: ScoringParameters
    private let reference: [ReferenceColumn]
    private let scorer: PieceScorer

    /// - Parameter threads: for the models alone; their number changes no bit.
    ///
    /// Throws `model`, or `parameters` where they do not fit each other.
    public init(_ models: ScoringModelSet, _ parameters: ScoringParameters, reference: [ReferenceColumn], threads: Int = 1) throws(InferenceError) {
        try models.check(parameters)
        self.models = models
        self.parameters = parameters
        let names = Set(models.inputs.map(\.name))
        self.reference = reference.filter { names.contains($0.name) }
        do throws(ModelError) { scorer = try PieceScorer(models, parameters, threads: threads) } catch { throw InferenceError(.model, "\(error)") }
    }

    /// Writes a shard's predictions to a new file. `progress` is told the rows of each piece, and stops the work by throwing.
    public func score(_ shard: Shard, to path: String, progress: (Int) throws -> Void) throws -> ShardMeasures {
        do {
            let reader = try reader(of: shard)
            let writer = try TableWriter(parquet: path)
            var measures = ShardMeasures(reference: reference)
            var first = 1
            while let piece = try reader.next() {
                let frame = try withKeys(piece, of: shard)
                try check(frame, shard, firstRow: first)
                try measures.add(frame, inputs: models.inputs) { models.champion.knownCategories(of: $0) }
                try writer.append(try scorer.score(frame, &measures))
                first += frame.rowCount
                try progress(frame.rowCount)
            }
            // Engines leave parts without rows; their predictions are a part without rows.
            if measures.rows == 0 { try writer.append(try scorer.score(try withKeys(try emptyPiece(of: shard), of: shard), &measures)) }
            try writer.close()
            return measures
        } catch let error as FrameError {
            throw InferenceError(error, shard: shard.partition.name)
        } catch let error as ModelError {
            throw InferenceError(.data, shard: shard.partition.name, "\(error)")
        } catch let error as MetricsError {
            throw InferenceError(.schema, shard: shard.partition.name, "\(error)")
        }
    }

    /// What of the data is read, with its kind where one is known.
    private var wanted: [(name: String, kind: Column.Kind?)] {
        var seen: Set<String> = []
        let inputs = models.inputs.map { ($0.name, $0.read as Column.Kind?) }
        let others = (parameters.keep + (parameters.canary.map { [$0.key] } ?? [])).map { ($0, Column.Kind.category as Column.Kind?) }
        return (inputs + others).filter { seen.insert($0.0).inserted }
    }

    /// What a folder says of a column and what the file says of it may differ, and nobody could say which the model is to read.
    private func checkKeys(of shard: Shard) throws {
        if shard.partition.values.isEmpty { return }
        for name in try ScoringData.headers(of: shard).map(\.name) where wanted.contains(where: { $0.name == name }) {
            guard let value = shard.partition.values[name] else { continue }
            throw InferenceError(
                .schema, shard: shard.partition.name, "'\(name)' is a column of the file, and a key of its folder, '\(name)=\(value ?? "")'",
                hint: "name the folder otherwise, or leave the column out of the file")
        }
    }

    private func reader(of shard: Shard) throws -> TableReader {
        try checkKeys(of: shard)
        let columns = wanted.filter { shard.partition.values[$0.name] == nil }
        guard !columns.isEmpty else {
            throw InferenceError(.schema, shard: shard.partition.name, "the model reads nothing but the folders' keys")
        }
        do throws(FrameError) {
            let names = columns.map(\.name)
            guard shard.partition.format == .parquet else { return try TableReader(csv: shard.path, columns: names, kinds: columns.map(\.kind)) }
            let reader = try TableReader(parquet: shard.path, columns: names, groups: shard.groups)
            // Before a row is read.
            for header in reader.columns { try checkKind(header.kind, of: header.name, shard) }
            return reader
        } catch {
            guard error.code == .missingColumn, let name = error.column else { throw error }
            throw InferenceError(.schema, shard: shard.partition.name, missing(name), hint: present(shard, near: name))
        }
    }

    private func missing(_ name: String) -> String {
        guard let input = models.inputs.first(where: { $0.name == name }) else {
            return parameters.keep.contains(name)
                ? "there is no column '\(name)', which is to be kept" : "there is no column '\(name)', by which the canary's rows are chosen"
        }
        return "there is no column '\(name)', which the model reads as \(input.kind.rawValue)"
    }

    private func present(_ shard: Shard, near name: String) -> String? {
        let names: [String]
        do throws(FrameError) { names = try ScoringData.headers(of: shard).map(\.name) } catch { return nil }
        return "there are: \(names.joined(separator: ", "))"
    }

    private func checkKind(_ found: Column.Kind?, of name: String, _ shard: Shard) throws(FrameError) {
        guard let found, let input = models.inputs.first(where: { $0.name == name }), !input.takes(found) else { return }
        throw FrameError(
            .wrongType, operation: "read the features", column: name,
            message: "column '\(name)' is \(input.kind.rawValue) for the model, and the data have \(found.rawValue)")
    }

    private func check(_ frame: Frame, _ shard: Shard, firstRow: Int) throws {
        for input in models.inputs {
            let column = try frame.column(input.name)
            guard column.missingCount < column.count, !input.takes(column.kind) else { continue }
            throw InferenceError(
                .schema, shard: shard.partition.name,
                "column '\(input.name)' is \(input.kind.rawValue) for the model, and the data have \(column.kind.rawValue) from row \(firstRow) on",
                hint: "give the data that type, or name another model")
        }
    }

    private func emptyPiece(of shard: Shard) throws -> Frame {
        try Frame(
            wanted.filter { shard.partition.values[$0.name] == nil }.map { name, kind in
                switch kind {
                case .double: Column(name, .double([]))
                case .boolean: Column(name, .boolean([]))
                default: Column(name, .category(codes: [], categories: []))
                }
            })
    }

    /// The piece with the columns of its folders' keys.
    private func withKeys(_ piece: Frame, of shard: Shard) throws -> Frame {
        guard !shard.partition.values.isEmpty else { return piece }
        var columns = piece.columns
        for (name, kind) in wanted where shard.partition.values[name] != nil {
            if let column = try shard.partition.column(name, as: kind ?? .category, rows: piece.rowCount) { columns.append(column) }
        }
        return try Frame(columns)
    }
}
