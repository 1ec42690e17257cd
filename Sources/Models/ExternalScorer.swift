public import Basics
package import Frames

/// Carries one block of rows to a scorer and its scores back.
public protocol ScorerTransport: Sendable {
    /// Of all that decides the answers and is known: the command and the files that it reads.
    var digest: Digest { get }

    /// - Parameters:
    ///   - rows: an Arrow IPC stream.
    ///   - count: how many rows are in it.
    /// - Returns: an Arrow IPC stream or file, or a Parquet file.
    func score(_ rows: [UInt8], count: Int) throws(ModelError) -> [UInt8]
}

/// What a scorer's file says: the command, what it reads, what it writes.
///
///     {"scorer": {"command": ["python3", "score.py"], "files": ["score.py", "model.pkl"], "features": ["age", "job"],
///                 "outputs": ["score"], "scale": "probability"}}
public struct ScorerDescription: Hashable, Sendable {
    public let command: [String]
    /// Files beside the description that the command reads, by relative path.
    public let files: [String]
    public let features: [String]
    /// The columns that it answers with.
    public let outputs: [String]
    /// Nil for a quantity that is neither log-odds nor probability.
    public let scale: OutputScale?

    /// Throws `malformedArtifact`.
    public init(json: JSONValue) throws(ModelError) {
        func malformed(_ reason: String) -> ModelError { ModelError(.malformedArtifact, operation: "read the model", message: reason) }
        guard let scorer = json["scorer"]?.objectValue else { throw malformed("a scorer has 'scorer' with 'command' and 'features'") }
        let known = ["command", "files", "features", "outputs", "scale"]
        if let unknown = scorer.keys.sorted().first(where: { !known.contains($0) }) {
            throw malformed("'scorer' has no '\(unknown)'; it has \(known.joined(separator: ", "))")
        }
        func texts(_ key: String, default other: [String]) throws(ModelError) -> [String] {
            guard let value = scorer[key] else { return other }
            guard let list = value.arrayValue, !list.isEmpty else { throw malformed("'scorer.\(key)' is not a list of texts") }
            let texts = list.compactMap(\.stringValue)
            guard texts.count == list.count, !texts.contains("") else { throw malformed("'scorer.\(key)' is not a list of texts") }
            guard key == "command" || Set(texts).count == texts.count else { throw malformed("'scorer.\(key)' names something twice") }
            return texts
        }
        command = try texts("command", default: [])
        files = try texts("files", default: [])
        features = try texts("features", default: [])
        outputs = try texts("outputs", default: ["score"])
        guard !command.isEmpty else { throw malformed("'scorer.command' is missing: the words of the command that scores") }
        guard !features.isEmpty else { throw malformed("'scorer.features' is missing: the columns that the scorer reads") }
        if let outside = files.first(where: { $0.hasPrefix("/") || $0.split(separator: "/").contains("..") }) {
            throw malformed("'\(outside)' is not below the folder of the scorer's file")
        }
        switch scorer["scale"]?.stringValue {
        case nil where scorer["scale"] == nil: scale = nil
        case "raw": scale = nil
        case let word?:
            guard let found = OutputScale(rawValue: word) else { throw malformed("'scorer.scale' is raw, log-odds or probability, not '\(word)'") }
            scale = found
        case nil: throw malformed("'scorer.scale' is raw, log-odds or probability")
        }
    }
}

/// A program as a predictor: it reads blocks of rows as an Arrow stream and answers with a table that has a column for each output.
public struct ExternalScorer: Predictor {
    public let description: ScorerDescription
    public let schema: FeatureSchema
    private let transport: any ScorerTransport

    /// The most rows that go to the scorer at once.
    public static let blockRows = 1 << 16

    /// `schema` has the description's features.
    public init(_ description: ScorerDescription, schema: FeatureSchema, transport: any ScorerTransport) {
        precondition(schema.names == description.features, "the scorer's features")
        self.description = description
        self.schema = schema
        self.transport = transport
    }

    public var featureCount: Int { schema.features.count }
    public var outputCount: Int { description.outputs.count }
    public var rawScale: OutputScale? { description.scale }

    /// Throws what the transport throws, or `unsupportedOutput` for an answer that is not one finite number a row and output; the message names the block's
    /// rows.
    public func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        precondition(rows.count == count * featureCount, "rows × features")
        var scores: [Double] = []
        scores.reserveCapacity(count * outputCount)
        for start in stride(from: 0, to: count, by: Self.blockRows) {
            let end = min(start + Self.blockRows, count)
            do {
                scores += try score(Array(rows[(start * featureCount)..<(end * featureCount)]), count: end - start)
            } catch {
                throw ModelError(
                    error.code, operation: "score rows \(start + 1) to \(end) of \(count)", feature: error.feature, message: error.message)
            }
        }
        return scores
    }

    private func score(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        let sent: [UInt8]
        do { sent = try Frame(schema.columns(of: rows, count: count)).writeArrow() } catch { throw Self.failure(error) }
        let answer = try transport.score(sent, count: count)
        let frame: Frame
        do {
            let isParquet = answer.starts(with: Array("PAR1".utf8))
            frame =
                isParquet
                ? try Frame.read(parquet: answer, columns: description.outputs) : try Frame.read(arrow: answer, columns: description.outputs)
        } catch { throw Self.failure(error) }
        guard frame.rowCount == count else {
            throw ModelError(
                .unsupportedOutput, operation: "apply the model", message: "the scorer gave \(frame.rowCount) scores for \(count) rows")
        }
        var outputs: [[Double]] = []
        for column in frame.columns {
            let numbers: [Double]
            switch column.values {
            case .double(let all): numbers = all
            case .integer(let all): numbers = all.map { Double($0) }
            default:
                throw ModelError(
                    .unsupportedOutput, operation: "apply the model",
                    message: "the scorer's column '\(column.name)' has \(column.kind.rawValue), not numbers")
            }
            if let row = (0..<count).first(where: { column.isMissing($0) || !numbers[$0].isFinite }) {
                throw ModelError(
                    .unsupportedOutput, operation: "apply the model",
                    message: "the scorer's '\(column.name)' is \(column.isMissing(row) ? "missing" : "\(numbers[row])") in row \(row + 1)")
            }
            outputs.append(numbers)
        }
        return (0..<count).flatMap { row in outputs.map { $0[row] } }
    }

    private static func failure(_ error: FrameError) -> ModelError {
        ModelError(.unsupportedOutput, operation: "apply the model", feature: error.column, message: "the scorer's answer: \(error)")
    }
}

extension FeatureSchema {
    /// Encoded rows as columns again: numbers, truth values and texts, missing where a value is NaN.
    package func columns(of rows: [Double], count: Int) -> [Column] {
        features.enumerated().map { place, feature in
            let numbers = (0..<count).map { rows[$0 * features.count + place] }
            switch feature.type {
            case .number: return Column(feature.name, doubles: numbers.map { $0.isNaN ? nil : $0 })
            case .boolean: return Column(feature.name, booleans: numbers.map { $0.isNaN ? nil : $0 != 0 })
            case .category(let texts): return Column(feature.name, texts: numbers.map { $0.isNaN ? nil : texts[Int($0)] })
            case .timestamp:
                return Column(
                    feature.name, .timestamp(numbers.map { $0.isNaN ? 0 : Int64($0) }), validity: numbers.map { !$0.isNaN })
            }
        }
    }
}
