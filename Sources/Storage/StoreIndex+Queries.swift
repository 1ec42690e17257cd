public import Basics
internal import GRDB

extension StoreIndex {
    // MARK: Keeping it up to date

    /// The ledger commit up to which records are indexed; nil if none is.
    public func indexedTip() throws(StoreError) -> String? {
        try read("read the index's tip") { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'tip'") }
    }

    /// Puts exactly these records in place of all that is there, in one transaction. Runs are kept.
    public func rebuild(from records: some Sequence<IndexedRecord>, tip: String?) throws(StoreError) {
        try write("rebuild the index") { database in
            try database.execute(sql: "DELETE FROM stepResult; DELETE FROM record; DELETE FROM meta WHERE key = 'tip'")
            for record in records { try Self.insert(record, database) }
            if let tip { try Self.setTip(tip, database) }
        }
    }

    /// Adds the records that came after `indexedTip`, in one transaction.
    public func append(_ records: some Sequence<IndexedRecord>, tip: String) throws(StoreError) {
        try write("add to the index") { database in
            for record in records { try Self.insert(record, database) }
            try Self.setTip(tip, database)
        }
    }

    private static func setTip(_ tip: String, _ database: Database) throws {
        try database.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('tip', ?)", arguments: [tip])
    }

    private static func insert(_ record: IndexedRecord, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            record.sequence, record.digest.description, record.subjectKind, record.subjectName, record.commit,
            record.instant.secondsSinceEpoch, record.outcome, record.ledgerCommit,
        ])
        let results = try database.cachedStatement(sql: "INSERT INTO stepResult VALUES (?, ?, ?, ?)")
        for result in record.stepResults {
            try results.execute(arguments: [result.key.description, result.output, record.sequence, result.digest.description])
        }
    }

    // MARK: Questions

    /// The newest records first; of one subject, of one judged commit, or of all.
    public func records(
        subjectKind: String? = nil, subjectName: String? = nil, commit: String? = nil, limit: Int = .max
    ) throws(StoreError) -> [IndexedRecord] {
        var conditions: [String] = []
        var arguments: [String] = []
        for (column, value) in [("subjectKind", subjectKind), ("subjectName", subjectName), ("commitID", commit)] {
            if let value {
                conditions.append("\(column) = ?")
                arguments.append(value)
            }
        }
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return try read("list records") {
            try Self.fetch($0, "\(filter) ORDER BY sequence DESC LIMIT ?", StatementArguments(arguments) + [limit])
        }
    }

    /// The newest record of each subject, by kind and name.
    public func latestRecords() throws(StoreError) -> [IndexedRecord] {
        try read("list the newest records") {
            try Self.fetch(
                $0,
                """
                 WHERE sequence IN (SELECT max(sequence) FROM record GROUP BY subjectKind, subjectName)
                 ORDER BY subjectKind, subjectName
                """, [])
        }
    }

    /// The records whose digest begins with `prefix`: hexadecimal digits, with or without `sha256:`.
    public func records(digestPrefix prefix: String) throws(StoreError) -> [IndexedRecord] {
        let full = prefix.hasPrefix("sha256:") ? prefix : "sha256:" + prefix
        guard full.dropFirst(7).utf8.allSatisfy({ Self.hexDigits.contains($0) }) else { return [] }
        return try read("find record \(prefix)") { try Self.fetch($0, " WHERE digest GLOB ? ORDER BY sequence", [full + "*"]) }
    }

    private static let hexDigits = Set("0123456789abcdef".utf8)

    /// The outputs of a step of this key, according to the newest record that has one; empty if none has.
    public func stepOutputs(for key: Digest) throws(StoreError) -> [String: Digest] {
        try read("look up step \(key.short)") { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT output, digest FROM stepResult
                    WHERE key = ?1 AND record = (SELECT max(record) FROM stepResult WHERE key = ?1)
                    """, arguments: [key.description])
            return try Dictionary(uniqueKeysWithValues: rows.map { try ($0["output"] as String, Self.digest($0["digest"])) })
        }
    }

    public func recordCount() throws(StoreError) -> Int {
        try read("count records") { try Int.fetchOne($0, sql: "SELECT count(*) FROM record") ?? 0 }
    }

    // MARK: Runs

    public func add(_ run: IndexedRun) throws(StoreError) {
        try write("note a run") {
            try $0.execute(
                sql: "INSERT INTO run (started, finished, commitID, outcome, records) VALUES (?, ?, ?, ?, ?)",
                arguments: [run.started.secondsSinceEpoch, run.finished.secondsSinceEpoch, run.commit, run.outcome, run.records])
        }
    }

    /// The newest first.
    public func runs(limit: Int = .max) throws(StoreError) -> [IndexedRun] {
        try read("list runs") { database in
            try Row.fetchAll(database, sql: "SELECT * FROM run ORDER BY id DESC LIMIT ?", arguments: [limit]).map { row in
                IndexedRun(
                    started: Instant(secondsSinceEpoch: row["started"]), finished: Instant(secondsSinceEpoch: row["finished"]),
                    commit: row["commitID"], outcome: row["outcome"], records: row["records"])
            }
        }
    }

    // MARK: Rows

    private static func fetch(_ database: Database, _ rest: String, _ arguments: StatementArguments) throws -> [IndexedRecord] {
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM record" + rest, arguments: arguments)
        let results = try database.cachedStatement(sql: "SELECT key, output, digest FROM stepResult WHERE record = ? ORDER BY key, output")
        return try rows.map { row in
            let sequence: Int64 = row["sequence"]
            return IndexedRecord(
                digest: try digest(row["digest"]), sequence: sequence, subjectKind: row["subjectKind"], subjectName: row["subjectName"],
                commit: row["commitID"], instant: Instant(secondsSinceEpoch: row["instant"]), outcome: row["outcome"],
                ledgerCommit: row["ledgerCommit"],
                stepResults: try Row.fetchAll(results, arguments: [sequence]).map {
                    IndexedStepResult(key: try digest($0["key"]), output: $0["output"], digest: try digest($0["digest"]))
                })
        }
    }

    private static func digest(_ text: String) throws -> Digest {
        guard let digest = Digest(text) else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "'\(text)' is no digest") }
        return digest
    }
}
