public import Basics

/// A weighted sum of numbers, one for each output; with the logistic link it is the log-odds of the positive class.
public struct LinearModel: Predictor, Hashable {
    public let featureNames: [String]
    /// Outputs × features.
    public let coefficients: [Double]
    /// One an output.
    public let intercepts: [Double]
    public let isLogistic: Bool
    public let isSoftmax: Bool

    public init(featureNames: [String], coefficients: [Double], intercepts: [Double], isLogistic: Bool, isSoftmax: Bool = false) {
        precondition(!intercepts.isEmpty && coefficients.count == intercepts.count * featureNames.count, "outputs × features")
        self.featureNames = featureNames
        self.coefficients = coefficients
        self.intercepts = intercepts
        self.isLogistic = isLogistic
        self.isSoftmax = isSoftmax
    }

    /// Reads `{"linear": {"features": […], "coefficients": [[…]…], "intercepts": […], "link": "logistic"|"softmax"|"identity"}}`, one row of coefficients for
    /// each output. Throws `malformedArtifact`.
    public init(json: JSONValue) throws(ModelError) {
        func malformed(_ reason: String) -> ModelError { ModelError(.malformedArtifact, operation: "read the model", message: reason) }
        guard let linear = json["linear"], let names = linear["features"]?.arrayValue, let rows = linear["coefficients"]?.arrayValue,
            let starts = linear["intercepts"]?.arrayValue
        else { throw malformed("a linear model has 'features', 'coefficients' and 'intercepts'") }
        let features = names.compactMap(\.stringValue)
        let coefficients = rows.flatMap { ($0.arrayValue ?? []).compactMap(\.doubleValue) }
        let intercepts = starts.compactMap(\.doubleValue)
        guard !features.isEmpty, Set(features).count == names.count else { throw malformed("its features are not unique names") }
        guard !intercepts.isEmpty, intercepts.count == starts.count, rows.count == intercepts.count,
            rows.allSatisfy({ $0.arrayValue?.count == features.count }), coefficients.count == intercepts.count * features.count
        else { throw malformed("it has not one intercept, and one coefficient a feature, for each output") }
        let link = linear["link"]?.stringValue ?? "identity"
        guard ["identity", "logistic", "softmax"].contains(link) else {
            throw malformed("its link '\(link)' is none of identity, logistic and softmax")
        }
        self.init(
            featureNames: features, coefficients: coefficients, intercepts: intercepts, isLogistic: link == "logistic",
            isSoftmax: link == "softmax")
    }

    public var featureCount: Int { featureNames.count }
    public var outputCount: Int { intercepts.count }
    public var rawScale: OutputScale? { isLogistic ? .logOdds : nil }

    /// Throws `missingValue`, since a sum with something missing is nothing.
    public func predict(_ rows: [Double], count: Int) throws(ModelError) -> [Double] {
        precondition(rows.count == count * featureCount, "rows × features")
        if let place = rows.firstIndex(where: \.isNaN) {
            throw ModelError(
                .missingValue, operation: "apply the model", feature: featureNames[place % featureCount],
                message:
                    "feature '\(featureNames[place % featureCount])' is missing in row \(place / featureCount + 1), and a linear model cannot do without"
            )
        }
        var sums: [Double] = []
        sums.reserveCapacity(count * outputCount)
        for row in 0..<count {
            for output in 0..<outputCount {
                var sum = intercepts[output]
                for feature in 0..<featureCount { sum += coefficients[output * featureCount + feature] * rows[row * featureCount + feature] }
                sums.append(sum)
            }
        }
        return sums
    }
}
