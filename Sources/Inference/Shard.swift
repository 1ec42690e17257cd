public import Basics
public import Frames
import Storage

/// A part of the data that is scored by itself: a file, or some row groups of one.
public struct Shard: Hashable, Sendable {
    /// What its predictions are called, below the output folder.
    public let name: String
    public let partition: PartitionedTable.Partition
    /// Where the bytes lie.
    public let path: String
    /// Of the file's bytes.
    public let digest: Digest
    /// Row groups of the file; nil: all of it.
    public let groups: Range<Int>?
    /// Nil where only reading tells.
    public let rows: Int?
    /// Of the file when its digest was taken; nil where nobody looked.
    var stamp: FileStamp?

    public init(partition: PartitionedTable.Partition, path: String, digest: Digest, groups: Range<Int>? = nil, rows: Int? = nil) {
        self.partition = partition
        self.path = path
        self.digest = digest
        self.groups = groups
        self.rows = rows
        let ending = ".\(partition.format.rawValue)"
        let stem = partition.name.hasSuffix(ending) ? String(partition.name.dropLast(ending.count)) : partition.name
        name = stem + (groups.map { "-\(Self.padded($0.lowerBound))" } ?? "") + ".parquet"
    }

    private static func padded(_ number: Int) -> String { String(repeating: "0", count: max(0, 6 - "\(number)".count)) + "\(number)" }

    /// The shards of one file: as it is if it is CSV, or has no more than `rows` rows or a single row group.
    ///
    /// Throws `data` for a file that cannot be read.
    public static func split(
        _ partition: PartitionedTable.Partition, path: String, digest: Digest, rows limit: Int
    ) throws(InferenceError) -> [Shard] {
        guard partition.format == .parquet else { return [Shard(partition: partition, path: path, digest: digest)] }
        let groups: [Int]
        do throws(FrameError) { groups = try TableReader(parquet: path).groupRows } catch {
            // A column of a type that there is no support for may be one that nobody reads.
            guard error.code == .unsupportedType || error.code == .duplicateColumn else { throw InferenceError(error, shard: partition.name) }
            return [Shard(partition: partition, path: path, digest: digest)]
        }
        guard let parts = RowGroups.parts(groups, limit: limit) else {
            return [Shard(partition: partition, path: path, digest: digest, rows: groups.reduce(0, +))]
        }
        return parts.map { Shard(partition: partition, path: path, digest: digest, groups: $0, rows: groups[$0].reduce(0, +)) }
    }

    /// Names what its predictions are: everything that decides their bytes, and nothing else.
    public func key(_ models: ScoringModelSet, _ parameters: ScoringParameters, reference: Digest?) -> Digest {
        var encoder = CanonicalEncoder(domain: "proviso.shard.v1")
        encoder.append(Int64(ShardScoring.version))
        encoder.append(digest)
        encoder.append(partition.format.rawValue)
        encoder.append(JSONValue.object(partition.values.mapValues { $0.map { .string($0) } ?? .null }))
        encoder.append(Int64(groups?.lowerBound ?? -1))
        encoder.append(Int64(groups?.upperBound ?? -1))
        encoder.append(models.json)
        encoder.append(parameters.json)
        encoder.append(reference?.description ?? "")
        return encoder.digest
    }
}

extension InferenceError {
    init(_ error: FrameError, shard: String?) {
        switch error.code {
        case .noSpace:
            self.init(.noSpace, shard: shard, error.description, hint: "free some space; completed shards are kept, and the next run goes on")
        case .inputOutput: self.init(.inputOutput, shard: shard, error.description)
        case .missingColumn, .wrongType: self.init(.schema, shard: shard, error.description)
        default: self.init(.data, shard: shard, error.description)
        }
    }
}
