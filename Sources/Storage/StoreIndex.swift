public import Basics
internal import Foundation
internal import GRDB

/// One decision of the ledger, as far as queries need it.
public struct IndexedRecord: Hashable, Sendable {
    public let digest: Digest
    /// Counts from 1 over the whole ledger.
    public let sequence: Int64
    public let subjectKind: String
    public let subjectName: String
    /// The judged commit.
    public let commit: String
    public let instant: Instant
    public let outcome: String
    /// The ledger's commit that brought the record.
    public let ledgerCommit: String
    /// The outputs that the record vouches for, by step.
    public let stepResults: [IndexedStepResult]

    public init(
        digest: Digest, sequence: Int64, subjectKind: String, subjectName: String, commit: String, instant: Instant, outcome: String,
        ledgerCommit: String, stepResults: [IndexedStepResult]
    ) {
        self.digest = digest
        self.sequence = sequence
        self.subjectKind = subjectKind
        self.subjectName = subjectName
        self.commit = commit
        self.instant = instant
        self.outcome = outcome
        self.ledgerCommit = ledgerCommit
        self.stepResults = stepResults
    }
}

/// What a step of a given key put out under one name.
public struct IndexedStepResult: Hashable, Sendable {
    public let key: Digest
    public let output: String
    public let digest: Digest

    public init(key: Digest, output: String, digest: Digest) {
        self.key = key
        self.output = output
        self.digest = digest
    }
}

/// One run of the reconciler. Unlike the rest this is not in git: it is for people who look after the machine, and may be lost.
public struct IndexedRun: Hashable, Sendable {
    public let started: Instant
    public let finished: Instant
    public let commit: String
    public let outcome: String
    public let records: Int

    public init(started: Instant, finished: Instant, commit: String, outcome: String, records: Int) {
        self.started = started
        self.finished = finished
        self.commit = commit
        self.outcome = outcome
        self.records = records
    }
}

/// In what state the index was found. After each but `sound` it is empty and waits to be rebuilt.
public enum IndexCondition: Hashable, Sendable {
    case sound
    /// There was none.
    case created
    /// No SQLite database, or a damaged one: it was thrown away.
    case damaged(String)
    /// Written by another version of Proviso: thrown away too.
    case otherSchema(found: Int)
}

/// A SQLite database (WAL) that answers queries about the ledger faster than git does. It decides nothing: it can be deleted at any time,
/// and whatever is to be relied upon is read from the ledger itself.
public final class StoreIndex: Sendable {
    /// Raised with every change of the tables.
    static let schemaVersion = 1
    private let pool: DatabasePool

    private init(pool: DatabasePool) { self.pool = pool }

    /// Opens or makes the index. A file that is damaged or of another schema is removed, never trusted; `condition` says so.
    public static func open(at path: String) throws(StoreError) -> (index: StoreIndex, condition: IndexCondition) {
        let existed = FileManager.default.fileExists(atPath: path)
        var condition = IndexCondition.created
        if existed {
            do {
                let (pool, version) = try openExisting(path)
                if version == schemaVersion { return (StoreIndex(pool: pool), .sound) }
                try pool.close()
                condition = .otherSchema(found: version)
            } catch let error as DatabaseError where isDamage(error) {
                condition = .damaged(error.message ?? "SQLite code \(error.resultCode.rawValue)")
            } catch {
                throw failure("open the index", error)
            }
        }
        do {
            for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
                try FileManager.default.removeItem(atPath: path + suffix)
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.write(createTables)
            return (StoreIndex(pool: pool), condition)
        } catch {
            throw failure("make the index", error)
        }
    }

    /// The tip of a sound index that nobody is writing, read without so much as touching a file; nil wherever `open` is needed to say more.
    public static func restingTip(at path: String) -> String? {
        let log = path + "-wal"
        guard FileManager.default.fileExists(atPath: path), !FileManager.default.fileExists(atPath: log),
            let name = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
        else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        do {
            // Without `immutable` SQLite would make and remove the log's files to read a database in WAL mode. Debian's takes such addresses.
            let queue = try DatabaseQueue(path: "file:\(name)?immutable=1", configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { database in
                guard try Int.fetchOne(database, sql: "PRAGMA user_version") == schemaVersion,
                    try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok"
                else { return nil }
                return try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'tip'")
            }
        } catch {
            return nil
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        // Another process may be writing; it never takes long.
        configuration.busyMode = .timeout(10)
        return configuration
    }

    private static func openExisting(_ path: String) throws -> (pool: DatabasePool, version: Int) {
        let pool = try DatabasePool(path: path, configuration: configuration)
        let version = try pool.read { database in
            let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
            guard verdict == "ok" else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: verdict) }
            return try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        }
        return (pool, version)
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode.primaryResultCode)
    }

    /// In a table without row numbers the key's columns stand first: SQLite 3.40's quick_check finds NULL in sound tables otherwise.
    private static func createTables(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
                CREATE TABLE record (
                    sequence INTEGER PRIMARY KEY NOT NULL, digest TEXT NOT NULL UNIQUE, subjectKind TEXT NOT NULL,
                    subjectName TEXT NOT NULL, commitID TEXT NOT NULL, instant INTEGER NOT NULL, outcome TEXT NOT NULL,
                    ledgerCommit TEXT NOT NULL);
                CREATE INDEX recordBySubject ON record (subjectKind, subjectName, sequence);
                CREATE INDEX recordByCommit ON record (commitID, sequence);
                CREATE TABLE stepResult (
                    key TEXT NOT NULL, output TEXT NOT NULL, record INTEGER NOT NULL REFERENCES record, digest TEXT NOT NULL,
                    PRIMARY KEY (key, output, record)) WITHOUT ROWID;
                CREATE INDEX stepResultByRecord ON stepResult (record);
                CREATE TABLE run (
                    id INTEGER PRIMARY KEY, started INTEGER NOT NULL, finished INTEGER NOT NULL, commitID TEXT NOT NULL,
                    outcome TEXT NOT NULL, records INTEGER NOT NULL);
                PRAGMA user_version = \(schemaVersion);
                """)
    }

    static func failure(_ operation: String, _ error: any Error) -> StoreError {
        guard let error = error as? DatabaseError else { return StoreError(.inputOutput, operation, cause: "\(error)") }
        let code: StoreError.Code =
            isDamage(error) ? .damaged : error.resultCode.primaryResultCode == .SQLITE_FULL ? .noSpace : .inputOutput
        return StoreError(code, operation, cause: error.message ?? "SQLite code \(error.resultCode.rawValue)")
    }

    func read<Result>(_ operation: String, _ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try pool.read(body)
        } catch {
            throw Self.failure(operation, error)
        }
    }

    func write(_ operation: String, _ body: (Database) throws -> Void) throws(StoreError) {
        do {
            try pool.write(body)
        } catch {
            throw Self.failure(operation, error)
        }
    }
}
