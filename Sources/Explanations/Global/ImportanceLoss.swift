internal import Glibc

/// How far predictions are from the truth; the less the better.
public enum ImportanceLoss: String, Sendable, Hashable, CaseIterable {
    case squaredError = "squared-error"
    case absoluteError = "absolute-error"
    /// Of probabilities; labels are 0 or 1, or, of several outputs, the number of the true one.
    case logLoss = "log-loss"
    /// 1 − the area under the ROC curve; labels are 0 or 1.
    case rocAUC = "1-roc-auc"

    /// Each row's loss; nil for a loss that rows do not have one by one.
    func byRow(_ predictions: [Double], _ labels: [Double]) -> [Double]? {
        switch self {
        case .squaredError: zip(predictions, labels).map { ($0 - $1) * ($0 - $1) }
        case .absoluteError: zip(predictions, labels).map { abs($0 - $1) }
        case .logLoss where predictions.count > labels.count:
            labels.indices.map { row in
                -log(max(predictions[row * (predictions.count / labels.count) + Int(labels[row])], 0x1p-52))
            }
        case .logLoss:
            zip(predictions, labels).map { prediction, label in
                let inside = min(max(prediction, 0x1p-52), 1 - 0x1p-52)
                return -log(label > 0.5 ? inside : 1 - inside)
            }
        case .rocAUC: nil
        }
    }

    /// Of all rows; nil where it is undefined: one class only.
    func value(_ predictions: [Double], _ labels: [Double]) -> Double? {
        if let losses = byRow(predictions, labels) { return losses.reduce(0, +) / Double(losses.count) }
        let ranks = RankCorrelation.ranks(predictions)
        let positives = labels.indices.filter { labels[$0] > 0.5 }
        let (p, n) = (Double(positives.count), Double(labels.count - positives.count))
        guard p > 0, n > 0 else { return nil }
        // Mann and Whitney's U from the positives' ranks.
        return 1 - (positives.reduce(0) { $0 + ranks[$1] } - p * (p + 1) / 2) / (p * n)
    }
}
