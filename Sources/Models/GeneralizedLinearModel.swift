internal import Basics
internal import Glibc

/// A generalised linear model: η = intercept + Σ coefficient · feature for each output, and the inverse link of η as the prediction.
public struct GeneralizedLinearModel: Hashable, Sendable {
    public enum Link: String, Hashable, Sendable, CaseIterable {
        case identity, logit, softmax, log
    }

    public let link: Link
    /// One an output.
    public let intercepts: [Double]
    /// Outputs × features.
    public let coefficients: [Double]

    public init(link: Link, intercepts: [Double], coefficients: [Double]) {
        precondition(!intercepts.isEmpty && coefficients.count % intercepts.count == 0, "outputs × features")
        self.link = link
        self.intercepts = intercepts
        self.coefficients = coefficients
    }

    public var outputCount: Int { intercepts.count }
    public var featureCount: Int { coefficients.count / intercepts.count }

    /// The linear predictors as a model of their own, whose predictions are on the link's scale.
    public func linearModel(features: [String]) -> LinearModel {
        LinearModel(
            featureNames: features, coefficients: coefficients, intercepts: intercepts, isLogistic: link == .logit, isSoftmax: link == .softmax)
    }

    /// The payload of an artefact.
    public var bytes: [UInt8] {
        let json: JSONValue = [
            "link": .string(link.rawValue), "intercepts": .array(intercepts.map { .double($0) }),
            "coefficients": .array(coefficients.map { .double($0) }),
        ]
        return json.canonicalBytes
    }

    /// Reads a payload. Throws `malformedArtifact`.
    public init(bytes: [UInt8], header: ModelHeader) throws(ModelError) {
        func malformed(_ reason: String) -> ModelError { ModelError(.malformedArtifact, operation: "read the model", message: reason) }
        let json: JSONValue
        do { json = try JSONValue(parsing: bytes) } catch { throw malformed("\(error)") }
        let intercepts = (json["intercepts"]?.arrayValue ?? []).compactMap(\.doubleValue)
        let coefficients = (json["coefficients"]?.arrayValue ?? []).compactMap(\.doubleValue)
        guard let link = json["link"]?.stringValue.flatMap(Link.init(rawValue:)), intercepts.count == header.outputCount,
            coefficients.count == intercepts.count * header.features.features.count
        else { throw malformed("its coefficients are not those of its features") }
        self.init(link: link, intercepts: intercepts, coefficients: coefficients)
    }

    /// Predictions, rows × outputs. Throws `missingValue`, since a sum with something missing is nothing.
    public func predict(_ rows: EncodedRows, threads: Int = 1) throws(ModelError) -> [Double] {
        precondition(rows.width == featureCount, "one coefficient a feature")
        if let place = rows.values.firstIndex(where: \.isNaN) {
            let name = rows.schema.features[place % rows.width].name
            throw ModelError(
                .missingValue, operation: "apply the model", feature: name,
                message: "feature '\(name)' is missing in row \(place / rows.width + 1), and a linear model cannot do without; impute it first")
        }
        let block = 4096
        return concurrentBlocks((rows.rowCount + block - 1) / block, threads: threads) { index in
            var values: [Double] = []
            let range = (index * block)..<min((index + 1) * block, rows.rowCount)
            values.reserveCapacity(range.count * outputCount)
            for row in range { values += predictions(ofRow: row, rows) }
            return values
        }.flatMap { $0 }
    }

    private func predictions(ofRow row: Int, _ rows: EncodedRows) -> [Double] {
        var sums = intercepts
        for output in sums.indices {
            for feature in 0..<featureCount {
                sums[output] += coefficients[output * featureCount + feature] * rows.values[row * featureCount + feature]
            }
        }
        switch link {
        case .identity: return sums
        case .logit: return sums.map { 1 / (1 + exp(-$0)) }
        case .log: return sums.map { exp($0) }
        case .softmax:
            let largest = sums.max() ?? 0
            let powers = sums.map { exp($0 - largest) }
            let total = powers.reduce(0, +)
            return powers.map { $0 / total }
        }
    }
}
