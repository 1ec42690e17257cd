internal import Glibc

/// The scale of a prediction: what an explanation adds up to.
public enum OutputScale: String, Hashable, Sendable, CaseIterable {
    /// As the model computes it: a margin, a probability, a quantity.
    case raw
    /// The logarithm of the odds of the positive class.
    case logOdds = "log-odds"
    case probability
}

/// Anything that turns rows of numbers into predictions. Called with large blocks only; pure, and callable from several threads at once.
public protocol Predictor: Sendable {
    var featureCount: Int { get }
    var outputCount: Int { get }
    /// How `raw` predictions are to be read: nil for a quantity that is neither log-odds nor probability.
    var rawScale: OutputScale? { get }
    /// Whether the outputs of a row become the probabilities of classes by softmax.
    var isSoftmax: Bool { get }

    /// Raw predictions, rows × outputs, of `count` rows that lie one after another in `rows` (rows × features; NaN is missing).
    func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double]
}

extension Predictor {
    public var isSoftmax: Bool { false }
}

extension TreeEnsemble: Predictor {
    public var isSoftmax: Bool { link == .softmax }
    public var rawScale: OutputScale? { link == .logistic ? .logOdds : nil }

    public func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] { margins(rows.map { Float($0) }, count: count) }
}

/// A predictor on the scale that is asked for.
public struct ScaledPredictor: Predictor {
    public let base: any Predictor
    public let scale: OutputScale
    /// Of raw predictions, rows × outputs.
    private let transform: (@Sendable ([Double]) -> [Double])?

    /// Throws `unsupportedOutput` if the raw prediction is no probability and no log-odds, and something but raw is asked for.
    public init(_ base: any Predictor, scale: OutputScale) throws(ModelError) {
        self.base = base
        self.scale = scale
        switch (base.rawScale, scale) {
        case (_, .raw), (.logOdds, .logOdds), (.probability, .probability): transform = nil
        case (.logOdds, .probability): transform = { $0.map { 1 / (1 + exp(-$0)) } }
        case (.probability, .logOdds):
            transform = { $0.map(Self.logOdds) }
        case (nil, .probability) where base.isSoftmax:
            let count = base.outputCount
            transform = { Self.softmax($0, count) }
        case (nil, .logOdds) where base.isSoftmax:
            let count = base.outputCount
            transform = { Self.softmax($0, count).map(Self.logOdds) }
        default:
            throw ModelError(
                .unsupportedOutput, operation: "apply the model",
                message: "its prediction is a quantity, so it has no \(scale.rawValue); ask for raw output")
        }
    }

    public var featureCount: Int { base.featureCount }
    public var outputCount: Int { base.outputCount }
    public var rawScale: OutputScale? { transform == nil ? base.rawScale : scale }

    public func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        let raw = try base.predict(rows, count: count)
        return transform.map { $0(raw) } ?? raw
    }

    /// As far from certainty as a 64-bit number can say.
    private static func logOdds(_ probability: Double) -> Double {
        let inside = min(max(probability, 0x1p-52), 1 - 0x1p-52)
        return log(inside / (1 - inside))
    }

    /// exp(zₖ) / Σ exp(zⱼ) over the outputs of each row, less the largest first, so that no power is infinite.
    private static func softmax(_ margins: [Double], _ count: Int) -> [Double] {
        var probabilities = margins
        for start in stride(from: 0, to: margins.count, by: count) {
            let largest = margins[start..<start + count].max() ?? 0
            var sum = 0.0
            for index in start..<start + count {
                probabilities[index] = exp(margins[index] - largest)
                sum += probabilities[index]
            }
            for index in start..<start + count { probabilities[index] /= sum }
        }
        return probabilities
    }
}
