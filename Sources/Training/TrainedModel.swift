internal import Basics
public import Frames
internal import Metrics
public import Models

/// What training gives: one model, or several that are drawn from by weight, after a repair of the features if one was declared.
///
/// File form: that of `ModelArtifact` where it is just one; else the line `proviso-mixture 1`, a line of canonical JSON (`members` with weight and length,
/// `repair`), then the members' bytes one after another.
public struct TrainedModel: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public let model: ModelArtifact
        public let weight: Double

        public init(model: ModelArtifact, weight: Double) {
            self.model = model
            self.weight = weight
        }
    }

    /// Their weights sum to 1.
    public let members: [Member]
    public let repair: DisparateImpactRemover?
    /// Of the repair's attribute.
    public let edges: [Double]?

    public init(_ model: ModelArtifact) { self.init(members: [Member(model: model, weight: 1)]) }

    public init(members: [Member], repair: DisparateImpactRemover? = nil, edges: [Double]? = nil) {
        precondition(!members.isEmpty)
        self.members = members
        self.repair = repair
        self.edges = edges
    }

    /// The only model; nil if there is more to applying it.
    public var single: ModelArtifact? { members.count == 1 && repair == nil ? members[0].model : nil }
    /// The columns that the model reads of a table; a repair reads its attribute beside them.
    public var schema: FeatureSchema { header.input }
    /// Of all members: they differ in their payloads only.
    public var header: ModelHeader { members[0].model.header }

    /// What `ModelArtifact.predict` gives; of a mixture, for each row the chance that the drawn model decides for the positive class.
    public func scores(_ frame: Frame, threads: Int) throws -> [Double] {
        let frame = try repaired(frame)
        if members.count == 1 { return try members[0].model.predict(frame, threads: threads) }
        var sums = [Double](repeating: 0, count: frame.rowCount)
        for member in members {
            for (row, chance) in try member.model.predict(frame, threads: threads).enumerated() where chance >= 0.5 { sums[row] += member.weight }
        }
        // Sums of weights miss 1 by rounding where all members select.
        return sums.map { $0 > 1 - 1e-12 ? 1 : $0 }
    }

    /// Whether a score is the chance of being selected by a member that is drawn by weight: the classifier that a reduction's bounds hold for (Agarwal et al.
    /// 2018, section 2; fairlearn's `ExponentiatedGradient.predict` draws too).
    public var isRandomised: Bool { members.count > 1 }

    /// What is decided of rows with these chances: by the rule; or of a mixture, unless something else was declared, by a draw that belongs to the row's features.
    ///
    /// Throws as `DecisionRule.decisions`.
    public func decisions(_ chances: [Double], _ frame: Frame, by rule: DecisionRule) throws(TrainingError) -> [Bool] {
        guard isRandomised, rule.isPlain else { return try rule.decisions(chances, frame: frame, keyed: schema.names, label: header.label) }
        let columns = schema.names.compactMap { frame[$0] }
        return chances.indices.map { row in
            let chance = chances[row]
            return chance <= 0 || chance >= 1 ? chance >= 1 : RowDraw.number(RowDraw.key(columns, row), seed: 0) < chance
        }
    }

    private func repaired(_ frame: Frame) throws -> Frame {
        guard let repair else { return frame }
        return try frame.repaired(repair, groups: try frame.groups(repair.attribute, edges: edges))
    }

    public var bytes: [UInt8] {
        if let single { return single.bytes }
        let parts = members.map(\.model.bytes)
        let list = zip(members, parts).map { member, part in
            JSONValue.object(["weight": .double(member.weight), "bytes": .int(Int64(part.count)), "digest": .string(Digest.of(part).description)])
        }
        let header = JSONValue.object([
            "members": .array(list), "repair": repair?.json ?? .null, "edges": edges.map { .array($0.map { .double($0) }) } ?? .null,
        ]).droppingNulls
        return Self.magic + header.canonicalBytes + [UInt8(ascii: "\n")] + parts.joined()
    }

    /// Reads `bytes`. Throws `malformedArtifact`.
    public init(bytes: [UInt8]) throws(ModelError) {
        guard bytes.starts(with: Self.magic) else {
            self.init(try ModelArtifact(bytes: bytes))
            return
        }
        func malformed(_ reason: String) -> ModelError { ModelError(.malformedArtifact, operation: "read the model", message: reason) }
        let rest = bytes.dropFirst(Self.magic.count)
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw malformed("it has no header") }
        let header: JSONValue
        do { header = try JSONValue(parsing: rest[..<end]) } catch { throw malformed("its header: \(error)") }
        var place = end + 1
        var members: [Member] = []
        for entry in header["members"]?.arrayValue ?? [] {
            guard let weight = entry["weight"]?.doubleValue, let count = entry["bytes"]?.intValue, count > 0, count <= Int64(bytes.count - place)
            else { throw malformed("a member's weight or length makes no sense") }
            let part = Array(bytes[place..<(place + Int(count))])
            guard Digest.of(part).description == entry["digest"]?.stringValue else {
                throw malformed("a member's bytes are not those it was written with")
            }
            members.append(Member(model: try ModelArtifact(bytes: part), weight: weight))
            place += Int(count)
        }
        guard !members.isEmpty else { throw malformed("it has no members") }
        var repair: DisparateImpactRemover?
        if let json = header["repair"] {
            guard let read = DisparateImpactRemover(json: json) else { throw malformed("its repair has not the form of one") }
            repair = read
        }
        self.init(members: members, repair: repair, edges: header["edges"]?.arrayValue?.compactMap(\.doubleValue))
        guard self.bytes == bytes else { throw malformed("its header is not in canonical form") }
    }

    private static let magic = Array("proviso-mixture 1\n".utf8)
}

extension Frame {
    /// The same table with the repair's features moved.
    func repaired(_ repair: DisparateImpactRemover, groups: Groups) throws -> Frame {
        try Frame(
            columns.map { column in
                guard repair.quantiles[column.name] != nil, let values = column.numbers else { return column }
                return Column(
                    column.name,
                    doubles: values.enumerated().map { row, value in
                        value.isNaN ? nil : repair.repaired(value, feature: column.name, group: groups.names[Int(groups.codes[row])])
                    })
            })
    }
}

extension Column {
    /// Numbers, NaN where missing; nil for a column of something else.
    var numbers: [Double]? {
        switch values {
        case .integer(let all): all.enumerated().map { isMissing($0) ? .nan : Double($1) }
        case .double(let all): all.enumerated().map { isMissing($0) ? .nan : $1 }
        default: nil
        }
    }
}
