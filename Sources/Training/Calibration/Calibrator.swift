public import Basics
internal import Glibc

/// Turns scores into chances: fitted on rows that the model did not see, and part of the model from then on. Every kind is monotone.
public enum Calibrator: Hashable, Sendable {
    public enum Method: String, Hashable, Sendable, CaseIterable {
        case platt, isotonic, beta
    }

    /// 1 / (1 + exp(−(slope·z + intercept))) of the score's log-odds z (Platt 1999), the slope not negative.
    case platt(slope: Double, intercept: Double)
    /// Linear between points, constant beyond them; `scores` ascend, `chances` do not descend (Zadrozny and Elkan 2002).
    case isotonic(scores: [Double], chances: [Double])
    /// 1 / (1 + exp(−(a·ln s − b·ln(1 − s) + c))), a and b not negative (Kull, Silva Filho and Flach 2017).
    case beta(a: Double, b: Double, c: Double)

    public var method: Method {
        switch self {
        case .platt: .platt
        case .isotonic: .isotonic
        case .beta: .beta
        }
    }

    /// The chance that goes with a score in 0…1.
    public func callAsFunction(_ score: Double) -> Double {
        guard !score.isNaN else { return score }
        switch self {
        case .platt(let slope, let intercept): return logistic(slope * logOdds(score) + intercept)
        case .beta(let a, let b, let c):
            let inside = clipped(score)
            return logistic(a * log(inside) - b * log(1 - inside) + c)
        case .isotonic(let scores, let chances):
            guard let last = scores.last, score < last else { return chances[chances.count - 1] }
            guard score > scores[0] else { return chances[0] }
            var (low, high) = (0, scores.count - 1)
            while high - low > 1 {
                let middle = (low + high) / 2
                if scores[middle] <= score { low = middle } else { high = middle }
            }
            let share = (score - scores[low]) / (scores[high] - scores[low])
            return chances[low] + share * (chances[high] - chances[low])
        }
    }

    /// Fits a calibrator to scores in 0…1 of rows that the model was not fitted on.
    ///
    /// Throws `classes` if the rows are of one class, `invalidSetting` for scores outside 0…1 or weights that make no sense.
    public static func fit(_ method: Method, scores: [Double], labels: [Bool], weights: [Double]? = nil) throws(TrainingError) -> Calibrator {
        precondition(scores.count == labels.count && weights.map { $0.count == scores.count } ?? true, "one label and weight a score")
        if let row = scores.firstIndex(where: { !(0...1).contains($0) }) {
            throw TrainingError(.invalidSetting, message: "the score \(scores[row]) is no chance, so it cannot be calibrated")
        }
        if let row = weights?.firstIndex(where: { !($0 >= 0 && $0 < .infinity) }) {
            throw TrainingError(.invalidSetting, message: "the weight of row \(row + 1) of the calibration rows is \(weights?[row] ?? 0)")
        }
        let used = labels.indices.filter { (weights?[$0] ?? 1) > 0 }
        guard used.contains(where: { labels[$0] }), used.contains(where: { !labels[$0] }) else {
            throw TrainingError(.classes, message: "the calibration rows are of one class only, so there is nothing to calibrate by")
        }
        // Weights may be counts, as scikit-learn takes them to be; below one on average they are shares, and Platt's targets are of how many rows there are.
        let mean = min(1, weights.map { all in all.reduce(0, +) / Double(used.count) } ?? 1)
        let weights = weights?.map { $0 / mean }
        return switch method {
        case .platt: platt(scores, labels, weights)
        case .isotonic: isotonic(scores, labels, weights)
        case .beta: beta(scores, labels, weights)
        }
    }

    public var json: JSONValue {
        switch self {
        case .platt(let slope, let intercept): ["method": "platt", "slope": .double(slope), "intercept": .double(intercept)]
        case .beta(let a, let b, let c): ["method": "beta", "a": .double(a), "b": .double(b), "c": .double(c)]
        case .isotonic(let scores, let chances):
            ["method": "isotonic", "scores": .array(scores.map { .double($0) }), "chances": .array(chances.map { .double($0) })]
        }
    }

    /// Reads `json`; nil if it has not that form or would not be monotone.
    public init?(json: JSONValue) {
        func number(_ key: String) -> Double? { json[key]?.doubleValue.flatMap { $0.isFinite ? $0 : nil } }
        func numbers(_ key: String) -> [Double]? {
            guard let all = json[key]?.arrayValue?.map(\.doubleValue), !all.contains(nil) else { return nil }
            return all.compactMap { $0 }
        }
        switch json["method"]?.stringValue {
        case "platt":
            guard let slope = number("slope"), let intercept = number("intercept"), slope >= 0 else { return nil }
            self = .platt(slope: slope, intercept: intercept)
        case "beta":
            guard let a = number("a"), let b = number("b"), let c = number("c"), a >= 0, b >= 0 else { return nil }
            self = .beta(a: a, b: b, c: c)
        case "isotonic":
            guard let scores = numbers("scores"), let chances = numbers("chances"), !scores.isEmpty, scores.count == chances.count,
                zip(scores, scores.dropFirst()).allSatisfy({ $0 < $1 }), zip(chances, chances.dropFirst()).allSatisfy({ $0 <= $1 })
            else { return nil }
            self = .isotonic(scores: scores, chances: chances)
        default: return nil
        }
    }
}

func logistic(_ z: Double) -> Double { z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z)) }

/// As far from certainty as a 64-bit number can say on both sides.
func clipped(_ score: Double) -> Double { min(max(score, 0x1p-52), 1 - 0x1p-52) }

func logOdds(_ score: Double) -> Double {
    let inside = clipped(score)
    return log(inside / (1 - inside))
}
