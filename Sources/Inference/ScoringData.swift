import Basics
public import Frames
public import Storage

/// The data of a job, as they lie in a file or a folder.
public enum ScoringData {
    /// The shards of a table, in the order of their files. Every file is read once, for its digest, but those that `memory` knows.
    ///
    /// Throws `data` or `inputOutput` for what cannot be read.
    public static func shards(
        at path: String, format: TableReader.Format? = nil, shardRows: Int, threads: Int = 1, memory: FileDigests = FileDigests(at: nil)
    ) throws(InferenceError) -> [Shard] {
        let table: PartitionedTable
        do throws(FrameError) { table = try PartitionedTable(at: path, format: format) } catch { throw InferenceError(error, shard: nil) }
        let digests = concurrentBlocks(table.partitions.count, threads: threads) { index in
            let path = table.path(of: table.partitions[index])
            // The look comes first: what is written while the file is read counts as a change.
            let stamp = FileStamp(of: path)
            return Result { () throws(InferenceError) in
                do throws(FileSystemError) { return (try memory.digest(of: path), stamp) } catch { throw OutputFolder.failure(error) }
            }
        }
        var shards: [Shard] = []
        for (partition, digest) in zip(table.partitions, digests) {
            let (digest, stamp) = try digest.get()
            shards += try Shard.split(partition, path: table.path(of: partition), digest: digest, rows: shardRows).map {
                var shard = $0
                shard.stamp = stamp
                return shard
            }
        }
        return shards
    }

    /// The digests of data files as a job's output folder remembers them. Whoever can write there can write the predictions themselves.
    public static func memory(in output: String) -> FileDigests { FileDigests(at: "\(output)/\(OutputFolder.control)/digests") }

    /// Some rows of the first shard that has any, else just the columns of the first, without the columns of `excluded` and those of types that no model reads: what an ONNX model is tried with.
    ///
    /// - Parameter named: columns that the model itself names, which it reads though they are excluded: they stand beside the scores too.
    public static func sample(_ shards: [Shard], excluding excluded: [String], named: Set<String> = []) throws(InferenceError) -> Frame {
        guard !shards.isEmpty else { throw InferenceError(.data, "there are no data to try the model with") }
        let excluded = Set(excluded).subtracting(named)
        for shard in shards { if let frame = try sample(shard, excluding: excluded) { return frame } }
        return try columns(of: shards[0], excluding: excluded)
    }

    /// The same of one shard, which may have no rows; then the columns are there and no more.
    public static func sample(of shard: Shard, excluding excluded: [String], named: Set<String>) throws(InferenceError) -> Frame {
        let excluded = Set(excluded).subtracting(named)
        if let frame = try sample(shard, excluding: excluded) { return frame }
        return try columns(of: shard, excluding: excluded)
    }

    private static func columns(of shard: Shard, excluding excluded: Set<String>) throws(InferenceError) -> Frame {
        do throws(FrameError) {
            let keys = shard.partition.values.keys.sorted()
            let names = try headers(of: shard).map(\.name) + keys
            return try Frame(names.filter { !excluded.contains($0) }.map { Column($0, .category(codes: [], categories: [])) })
        } catch {
            throw InferenceError(error, shard: shard.partition.name)
        }
    }

    static func headers(of shard: Shard) throws(FrameError) -> [TableReader.ColumnHeader] {
        shard.partition.format == .parquet ? try TableReader(parquet: shard.path).columns : try TableReader(csv: shard.path).columns
    }

    /// Nil for a shard without rows, as engines leave them.
    private static func sample(_ shard: Shard, excluding excluded: Set<String>) throws(InferenceError) -> Frame? {
        if shard.rows == 0 { return nil }
        do throws(FrameError) {
            let headers = try headers(of: shard)
            let names = headers.filter { $0.kind != nil && $0.kind != .timestamp && !excluded.contains($0.name) }.map(\.name)
            // Of a CSV file with nothing but a heading no column's type is known.
            guard !names.isEmpty else { return nil }
            let reader =
                shard.partition.format == .parquet
                ? try TableReader(parquet: shard.path, columns: names, batchRows: 1024) : try TableReader(csv: shard.path, columns: names)
            guard let piece = try reader.next(), piece.rowCount > 0 else { return nil }
            var columns = piece.columns
            if shard.partition.format == .csv {
                // A column of a CSV file without a value has no kind, and is there.
                let none = Column.Values.category(codes: Array(repeating: 0, count: piece.rowCount), categories: [])
                columns = headers.compactMap { header in
                    guard header.kind == nil, !excluded.contains(header.name) else { return piece[header.name] }
                    return Column(header.name, none, validity: Array(repeating: false, count: piece.rowCount))
                }
            }
            for key in shard.partition.values.keys.sorted() where !excluded.contains(key) && piece[key] == nil {
                let isNumber = shard.partition.values[key].flatMap { $0 }.flatMap { Double($0) } != nil
                if let column = try shard.partition.column(key, as: isNumber ? .double : .category, rows: piece.rowCount) { columns.append(column) }
            }
            return try Frame(columns)
        } catch {
            throw InferenceError(error, shard: shard.partition.name)
        }
    }

    /// How many workers fit into `memory` bytes: each has a piece of the table in several forms, and the models.
    public static func workers(_ jobs: Int, memory: Int64?, models: ScoringModelSet, modelBytes: Int) -> Int {
        guard let memory else { return max(1, jobs) }
        return max(1, min(jobs, Int(memory / memoryOfOne(models, modelBytes: modelBytes))))
    }

    /// What a worker by itself takes, roughly; less than that nobody can stay within.
    public static func memoryOfOne(_ models: ScoringModelSet, modelBytes: Int) -> Int64 {
        Int64(64 << 20) + Int64(65_536 * 64 * max(1, models.inputs.count)) + Int64(modelBytes) * 8
    }
}
