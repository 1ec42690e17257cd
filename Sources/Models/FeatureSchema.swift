public import Basics
public import Frames

/// What a model reads: its features in order, each with its type and, for a category, the categories it was trained on.
public struct FeatureSchema: Hashable, Sendable {
    public enum FeatureType: Hashable, Sendable {
        case number
        case boolean
        /// Unique, ordered by UTF-8 bytes; the place in the list is the code that the model sees.
        case category([String])
        /// Microseconds since 1970-01-01T00:00:00Z; no model reads it but through preprocessing.
        case timestamp
    }

    public struct Feature: Hashable, Sendable {
        public let name: String
        public let type: FeatureType

        public init(name: String, type: FeatureType) {
            self.name = name
            self.type = type
        }
    }

    public let features: [Feature]

    public init(_ features: [Feature]) { self.features = features }

    /// The schema of the named columns as they are in `frame`: categories are those in use there.
    ///
    /// Throws `missingFeature`, or `wrongType` for a timestamp unless `allowingTimestamps`.
    public init(of frame: Frame, features names: [String], allowingTimestamps: Bool = false) throws(ModelError) {
        var features: [Feature] = []
        for name in names {
            let column = try frame.feature(name)
            switch column.values {
            case .integer, .double: features.append(Feature(name: name, type: .number))
            case .boolean: features.append(Feature(name: name, type: .boolean))
            case .category(_, let categories): features.append(Feature(name: name, type: .category(categories)))
            case .timestamp where allowingTimestamps: features.append(Feature(name: name, type: .timestamp))
            case .timestamp:
                throw ModelError(
                    .wrongType, operation: "read the features", feature: name,
                    message:
                        "feature '\(name)' is a timestamp; a model reads numbers, truth values and categories; preprocessing makes date parts of it")
            }
        }
        self.features = features
    }

    public var names: [String] { features.map(\.name) }

    /// The list form used in a model artefact.
    public var json: JSONValue {
        .array(
            features.map { feature in
                switch feature.type {
                case .number: ["name": .string(feature.name), "type": "number"]
                case .boolean: ["name": .string(feature.name), "type": "boolean"]
                case .timestamp: ["name": .string(feature.name), "type": "timestamp"]
                case .category(let categories):
                    ["name": .string(feature.name), "type": "category", "categories": .array(categories.map { .string($0) })]
                }
            })
    }

    /// Reads `json`; nil if it has not that form.
    public init?(json: JSONValue) {
        guard let list = json.arrayValue else { return nil }
        var features: [Feature] = []
        for member in list {
            guard let name = member["name"]?.stringValue else { return nil }
            switch member["type"]?.stringValue {
            case "number": features.append(Feature(name: name, type: .number))
            case "boolean": features.append(Feature(name: name, type: .boolean))
            case "timestamp": features.append(Feature(name: name, type: .timestamp))
            case "category":
                guard let texts = member["categories"]?.arrayValue?.map(\.stringValue), !texts.contains(nil) else { return nil }
                features.append(Feature(name: name, type: .category(texts.compactMap { $0 })))
            default: return nil
            }
        }
        self.features = features
    }
}

extension Frame {
    func feature(_ name: String) throws(ModelError) -> Column {
        guard let column = self[name] else {
            throw ModelError(
                .missingFeature, operation: "read the features", feature: name, message: "the data have no column '\(name)'")
        }
        return column
    }
}
