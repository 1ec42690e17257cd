import Git
import Ledger
import Storage

/// The SQLite index of the ledger, which answers queries and decides nothing.
enum LedgerIndex {
    /// Brings it to `tip`. Says what was wrong with it, if it had to be made anew.
    static func update(at path: String, repository: Repository, tip: ObjectID) throws -> [String] {
        if StoreIndex.restingTip(at: path) == tip.hex { return [] }
        let (index, condition) = try StoreIndex.open(at: path)
        _ = try LedgerReader(repository, tip: tip).update(index)
        switch condition {
        case .sound, .created: return []
        case .damaged(let reason): return ["the index was damaged (\(reason)) and has been rebuilt"]
        case .otherSchema: return ["the index was of another version and has been rebuilt"]
        }
    }
}
