internal import Basics
package import Frames

/// Columns on their way from a table to what a model sees. Training fits transforms on it, prediction applies them.
package struct WorkingTable: Sendable {
    package enum Values: Sendable {
        /// NaN is missing.
        case number([Double])
        /// 0 and 1; NaN is missing.
        case boolean([Double])
        /// −1 is missing.
        case text(codes: [Int32], categories: [String])
        /// Microseconds since 1970-01-01T00:00:00Z; NaN is missing.
        case time([Double])
    }

    package struct Column: Sendable {
        package let name: String
        /// The raw column that it was made of.
        package let origin: String
        package let values: Values
        /// Whether every row is known to have a number, none of them beyond those of single precision: nobody need look again.
        package let areSingles: Bool

        package init(_ name: String, origin: String, _ values: Values, areSingles: Bool = false) {
            self.name = name
            self.origin = origin
            self.values = values
            self.areSingles = areSingles
        }

        fileprivate init(_ feature: FeatureSchema.Feature, _ numbers: [Double], areSingles: Bool = false) {
            let values: Values =
                switch feature.type {
                case .number: .number(numbers)
                case .boolean: .boolean(numbers)
                case .timestamp: .time(numbers)
                case .category(let categories): .text(codes: numbers.map { $0.isNaN ? -1 : Int32($0) }, categories: categories)
                }
            self.init(feature.name, origin: feature.name, values, areSingles: areSingles)
        }
    }

    package private(set) var columns: [Column]
    package let rowCount: Int

    /// The schema's columns of `frame`. Texts keep the categories that the frame has, so that nothing is unknown yet.
    ///
    /// Throws `missingFeature`, `wrongType`, or `infiniteValue`, of the first column that is wrong.
    package init(_ frame: Frame, schema: FeatureSchema, threads: Int = 1) throws(ModelError) {
        rowCount = frame.rowCount
        let features = try frame.categories(in: schema).features
        let read = concurrentBlocks(features.count, threads: threads) { place -> Result<Column, ModelError> in
            do throws(ModelError) {
                let (numbers, areSingles) = try frame.boundedNumbers(of: features[place])
                return .success(Column(features[place], numbers, areSingles: areSingles))
            } catch {
                return .failure(error)
            }
        }
        var columns: [Column] = []
        for column in read { columns.append(try column.get()) }
        self.columns = columns
    }

    package init(_ rows: EncodedRows) {
        rowCount = rows.rowCount
        columns = rows.schema.features.enumerated().map { place, feature in
            Column(feature, (0..<rows.rowCount).map { rows.values[$0 * rows.width + place] })
        }
    }

    package subscript(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// Puts columns where the named one is.
    package mutating func replace(_ name: String, by made: [Column]) {
        guard let place = columns.firstIndex(where: { $0.name == name }) else { preconditionFailure("no column '\(name)'") }
        columns.replaceSubrange(place...place, with: made)
    }

    /// What the columns are now.
    package var schema: FeatureSchema {
        FeatureSchema(
            columns.map { column in
                switch column.values {
                case .number: .init(name: column.name, type: .number)
                case .boolean: .init(name: column.name, type: .boolean)
                case .time: .init(name: column.name, type: .timestamp)
                case .text(_, let categories): .init(name: column.name, type: .category(categories))
                }
            })
    }

    /// The columns as rows of `schema`, whose columns they are in its order. A category that it does not know counts as missing.
    package func encoded(_ schema: FeatureSchema, threads: Int = 1) throws(ModelError) -> EncodedRows {
        try encodedColumns(schema).rows(threads: threads)
    }

    /// The same, column by column: columns of numbers are not copied.
    package func encodedColumns(_ schema: FeatureSchema) throws(ModelError) -> EncodedColumns {
        guard columns.map(\.name) == schema.names else {
            throw ModelError(.malformedArtifact, operation: "apply the model", message: "its preprocessing does not make the columns that it reads")
        }
        var made: [[Double]] = []
        for (column, feature) in zip(columns, schema.features) {
            switch (column.values, feature.type) {
            case (.number(let all), .number), (.boolean(let all), .boolean), (.time(let all), .timestamp): made.append(all)
            case (.text(let codes, let categories), .category(let known)):
                let places = CategoryPlaces(known)
                let numbers = categories.map { places[$0].map { Double($0) } ?? .nan }
                made.append(codes.map { $0 >= 0 ? numbers[Int($0)] : .nan })
            default:
                throw ModelError(.malformedArtifact, operation: "apply the model", message: "column '\(column.name)' is of another type than it was")
            }
        }
        return EncodedColumns(schema: schema, columns: made)
    }
}

extension Frame {
    /// The schema with the categories that the frame has, so that none is unknown. Throws `missingFeature`.
    func categories(in schema: FeatureSchema) throws(ModelError) -> FeatureSchema {
        var own: [FeatureSchema.Feature] = []
        for feature in schema.features {
            guard case .category = feature.type, case .category(_, let categories) = try self.feature(feature.name).values else {
                own.append(feature)
                continue
            }
            own.append(FeatureSchema.Feature(name: feature.name, type: .category(categories)))
        }
        return FeatureSchema(own)
    }
}

/// Where texts are in a list, by their bytes: Swift holds texts that are only canonically equivalent to be equal.
struct CategoryPlaces {
    private let places: [[UInt8]: Int]

    init(_ categories: [String]) {
        places = Dictionary(categories.enumerated().map { (Array($1.utf8), $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(_ text: String) -> Int? { places[Array(text.utf8)] }
}
