public import Basics
public import Explanations
public import Frames
public import Models

/// An explanation that is ready to run: model, rows and background, and the explainer made of them.
public struct Explanation: Sendable {
    public let settings: ExplanationSettings
    public let model: ModelFile
    /// The explained rows' places in the table, from 0.
    public let places: [Int]
    /// The explained rows, all columns.
    public let frame: Frame
    public let rows: EncodedRows
    /// Columns, or groups of them.
    public let players: Players
    /// The rows as the method sees them, and their players: the same names in the same order.
    let explained: (rows: EncodedRows, players: Players)
    public let outputNames: [String]
    /// Of the model's file (a scorer's with its command's files), the table's and the background's (nil for the table's own rows).
    public let digests: (model: Digest, data: Digest, background: Digest?)
    let explainer: ExplanationEngine
    /// Of rows of columns.
    let predictor: any Predictor
    /// The background's rows of columns.
    let reference: EncodedRows

    /// - Parameters:
    ///   - bytes: the model's file.
    ///   - background: a table of its own; nil takes rows of the explained one.
    ///   - transport: carries rows to a scorer; called only if the model is one.
    ///
    /// Throws `ModelError`, `ExplanationError`, `FrameError`, or what `transport` throws.
    public init(
        model bytes: [UInt8], data: Frame, dataDigest: Digest, background: Frame?, backgroundDigest: Digest?, settings: ExplanationSettings,
        transport: (ScorerDescription) throws -> any ScorerTransport
    ) throws {
        self.settings = settings
        model = try ModelFile(bytes: bytes)
        places = Self.spread(data.rowCount, settings.rows ?? data.rowCount)
        frame = places.count == data.rowCount ? data : data.selecting(rows: places)
        let source = background ?? data
        let reference = source.selecting(rows: Self.spread(source.rowCount, settings.backgroundRows))
        var scorer: (any ScorerTransport)?
        if case .scorer(let description) = model { scorer = try transport(description) }
        digests = (scorer.map { Self.digest(of: bytes, with: $0) } ?? Digest.of(bytes), dataDigest, backgroundDigest)
        let ready = try ExplainedModel(model, frames: background == nil ? [data] : [data, source], settings: settings, scorer: scorer)
        rows = try EncodedRows(frame, schema: ready.schema)
        let columns = try Players(features: ready.schema.names, groups: settings.groups)
        let form = try ready.form(settings.method, players: columns, groups: settings.groups)
        explained = (try form.encode(frame), form.players)
        players = columns.ordered(as: form.players.names)
        outputNames = ready.outputNames
        do {
            explainer = try ready.engine(settings, form: form, reference: reference)
        } catch let error as ExplanationError where error.code == .prediction {
            throw ExplanationError(error.code, message: "of the background, before any row is explained: \(error.message)")
        }
        predictor = ready.predictor
        self.reference = try EncodedRows(reference, schema: ready.schema)
    }

    /// At most `count` of the rows, evenly over them.
    static func spread(_ rows: Int, _ count: Int) -> [Int] {
        rows <= count ? Array(0..<rows) : (0..<count).map { $0 * rows / count }
    }

    /// Other bytes in a file that the scorer's command reads are another model.
    private static func digest(of bytes: [UInt8], with scorer: any ScorerTransport) -> Digest {
        var encoder = CanonicalEncoder(domain: "proviso.scorer-model.v1")
        encoder.append(Digest.of(bytes))
        encoder.append(scorer.digest)
        return encoder.digest
    }

    /// What the figures depend on; blocks that were kept under another key are of another explanation. The domain's version is that of the methods: whoever changes
    /// what one of them gives raises it.
    var key: Digest {
        var encoder = CanonicalEncoder(domain: "proviso.explanation.v3")
        encoder.append(digests.model)
        encoder.append(digests.data)
        encoder.append(digests.background ?? digests.data)
        encoder.append(settings.json)
        return encoder.digest
    }

    /// The blocks, in their order, each of as many rows but the last.
    var blocks: [Range<Int>] {
        stride(from: 0, to: rows.rowCount, by: settings.rowsOfBlock).map { $0..<min($0 + settings.rowsOfBlock, rows.rowCount) }
    }

    /// Of a model that answers by what comes with a row nothing true can be said; permutations and surrogates would not show it.
    private func checkRowsAlone(_ part: ExplainedRows) throws {
        guard part.values.rowCount > 1, settings.method == .permutation || settings.method == .lime else { return }
        switch model {
        case .onnx, .scorer: break
        case .artifact, .trees, .linear: return
        }
        let alone = try ScaledPredictor(predictor, scale: part.values.scale).predict(Array(explained.rows.row(0)), count: 1)
        for (one, among) in zip(alone, part.values.predictions) where abs(one - among) > 1e-6 * max(1, abs(one)) {
            throw ExplanationError(
                .prediction,
                message:
                    "the model predicts \(one) for row \(places[0] + 1) alone and \(among) for it among others, so that no value is the row's own")
        }
    }

    /// Explains all rows, block after block, as `explain` of all at once would.
    ///
    /// - Parameters:
    ///   - folder: where blocks are kept and found again; nil keeps none.
    ///   - progress: is told how many rows are done, and how many of them were found; stops the work by throwing.
    ///
    /// Throws `ExplanationError` for values that do not add up, or whose message names the rows of the block that failed, `BlockFolderError`, or what `progress` throws.
    public func run(keepingIn folder: BlockFolder? = nil, progress: (_ done: Int, _ found: Int) throws -> Void = { _, _ in }) throws -> ExplainedRows
    {
        try folder?.claim(key)
        var parts: [ExplainedRows] = []
        var found = 0
        for (index, block) in blocks.enumerated() {
            if let kept = try folder?.block(index) {
                guard let part = BlockCoding.decode(kept, players: players.names, rowCount: block.count) else {
                    throw BlockFolderError("block \(index + 1) in it is damaged", hint: "remove the folder, or give another")
                }
                found += block.count
                parts.append(part)
            } else {
                let part: ExplainedRows
                do {
                    part = try explainer.explain(explained.rows.selecting(rows: Array(block)), threads: settings.threads)
                } catch {
                    throw ExplanationError(
                        error.code,
                        message:
                            "block \(index + 1) of \(blocks.count) (rows \(places[block.lowerBound] + 1) to \(places[block.upperBound - 1] + 1) of the table): \(error.message)"
                    )
                }
                if index == 0 { try checkRowsAlone(part) }
                parts.append(part)
                try folder?.keep(BlockCoding.encode(part), as: index)
            }
            try progress(block.upperBound, found)
        }
        guard let whole = ExplainedRows(joining: parts) else {
            throw BlockFolderError(
                "the blocks in it are of different models, though model, table and settings are the same",
                hint: "does the model give the same predictions every time? remove the folder to start anew")
        }
        if whole.values.method != .lime { try whole.values.checkAdditivity() }
        return whole
    }
}
