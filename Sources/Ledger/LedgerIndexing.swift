internal import Git
public import Storage

/// What bringing an index up to date took.
public enum IndexUpdate: Hashable, Sendable {
    case current
    case appended(Int)
    case rebuilt(Int)
}

extension LedgerReader {
    /// Brings `index` to this ledger's tip: by the new records if the index stands at an ancestor of it, from the beginning otherwise.
    public func update(_ index: StoreIndex) throws -> IndexUpdate {
        let indexed = try index.indexedTip()
        if indexed == tip.hex { return .current }
        if let indexed, let start = ObjectID(indexed), try isAncestor(start) {
            let records = try entries(after: start).map(\.indexed)
            try index.append(records, tip: tip.hex)
            return .appended(records.count)
        }
        let records = try entries().map(\.indexed)
        try index.rebuild(from: records, tip: tip.hex)
        return .rebuilt(records.count)
    }
}
