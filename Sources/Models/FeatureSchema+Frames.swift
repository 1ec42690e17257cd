public import Frames

extension FeatureSchema {
    /// The schema of the named columns as they are in several tables: categories are those in use in any of them. A column without any value in a
    /// table says nothing there; without any at all it is a number.
    ///
    /// Throws `missingFeature`, or `wrongType` for a timestamp or for a column that is one thing here and another there.
    public init(of frames: [Frame], features names: [String]) throws(ModelError) {
        var features: [Feature] = []
        for name in names {
            var found: FeatureType?
            for frame in frames {
                let column = try frame.feature(name)
                if column.missingCount == column.count { continue }
                guard let own = try FeatureSchema(of: frame, features: [name]).features.first?.type else { continue }
                switch (found, own) {
                case (nil, _): found = own
                case (.category(let texts)?, .category(let more)):
                    let all = Set((texts + more).map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
                    found = .category(all.map { String(decoding: $0, as: UTF8.self) })
                case (let earlier?, _):
                    guard earlier == own else {
                        throw ModelError(
                            .wrongType, operation: "read the features", feature: name,
                            message: "column '\(name)' is \(earlier.word) in one table and \(own.word) in another")
                    }
                }
            }
            features.append(Feature(name: name, type: found ?? .number))
        }
        self.init(features)
    }

    /// The same without any category of the named columns but those that could stand for a missing one in ONNX, which say nothing.
    ///
    /// - Parameter kept: other columns, with what stays of them too.
    func forgettingTexts(of columns: Set<String>, but kept: [String: [String]] = [:]) -> FeatureSchema {
        guard !columns.isEmpty || !kept.isEmpty else { return self }
        return FeatureSchema(
            features.map { feature in
                guard case .category(let texts) = feature.type else { return feature }
                guard let known = columns.contains(feature.name) ? [] : kept[feature.name] else { return feature }
                let places = CategoryPlaces(known)
                return Feature(name: feature.name, type: .category(texts.filter { places[$0] != nil || MissingText.isOne($0) }))
            })
    }

    /// The same with the categories that the tables have in place of its own, so that what is to be done with unseen ones is seen to be done.
    ///
    /// Throws `missingFeature`, or `wrongType`.
    public func withCategories(of frames: [Frame]) throws(ModelError) -> FeatureSchema {
        var own: [Feature] = []
        for feature in features {
            guard case .category = feature.type,
                case .category(let texts)? = try FeatureSchema(of: frames, features: [feature.name]).features.first?.type
            else {
                own.append(feature)
                continue
            }
            own.append(Feature(name: feature.name, type: .category(texts)))
        }
        return FeatureSchema(own)
    }
}

extension FeatureSchema.FeatureType {
    /// For messages.
    var word: String {
        switch self {
        case .number: "a number"
        case .boolean: "a truth value"
        case .category: "text"
        case .timestamp: "a timestamp"
        }
    }
}
