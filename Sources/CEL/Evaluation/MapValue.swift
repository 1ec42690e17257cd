/// A map that an expression made. Keys are booleans, integers or strings; 1, 1u and 1.0 are one key. Entries stay in the order in which they came.
///
/// An open-addressing table with the hashes kept beside the entries, so that a constant key, hashed once when the expression was prepared, is found
/// by comparing integers.
public struct MapValue: Sendable {
    private var storage = Storage(Contents())

    /// One reference: a map is copied by one retain.
    private final class Storage: @unchecked Sendable {
        // Written only while one map refers to it, which is what a check at every access would find.
        @exclusivity(unchecked) var contents: Contents

        init(_ contents: Contents) { unsafe self.contents = contents }
    }

    public init() {}

    public init(_ members: [(String, Value)]) {
        for (name, value) in members { _ = insert(.string(name), value) }
    }

    /// Of two entries with one key the first stays.
    public init(_ entries: [(Value, Value)]) {
        for (key, value) in entries { _ = insert(key, value) }
    }

    public var entries: [(key: Value, value: Value)] { unsafe storage.contents.entries }
    var count: Int { unsafe storage.contents.entries.count }

    public func lookup(_ key: Value) -> Value? { Key(key).flatMap(lookup) }
    func lookup(_ key: Key) -> Value? { unsafe storage.contents.value(of: key) }
    func contains(_ key: Key) -> Bool { unsafe storage.contents.position(of: key) != nil }

    /// False if the key is there already or cannot be a key.
    mutating func insert(_ key: Value, _ value: Value) -> Bool {
        if case .double = key { return false }
        guard let sought = Key(key), !contains(sought) else { return false }
        if !isKnownUniquelyReferenced(&storage) { storage = unsafe Storage(storage.contents) }
        unsafe storage.contents.append(key, sought.hash, value)
        return true
    }
}

extension MapValue {
    /// The entries with their hashes, and a table of positions once they are many.
    private struct Contents {
        private(set) var entries: [(key: Value, value: Value)] = []
        private var hashes: [Int] = []
        /// Positions in `entries`, or −1; empty while the entries are few enough to be looked through.
        private var table: [Int32] = []

        /// Up to so many entries are looked through without a table.
        private static let fewest = 8

        func value(of key: Key) -> Value? { position(of: key).map { entries[$0].value } }

        func position(of key: Key) -> Int? {
            if table.isEmpty {
                for index in hashes.indices where hashes[index] == key.hash && key.matches(entries[index].key) { return index }
                return nil
            }
            let mask = table.count - 1
            var slot = key.hash & mask
            while table[slot] >= 0 {
                let index = Int(table[slot])
                if hashes[index] == key.hash, key.matches(entries[index].key) { return index }
                slot = (slot + 1) & mask
            }
            return nil
        }

        mutating func append(_ key: Value, _ hash: Int, _ value: Value) {
            entries.append((key, value))
            hashes.append(hash)
            guard entries.count > Self.fewest else { return }
            // At most half full.
            if entries.count * 2 > table.count {
                table = Array(repeating: -1, count: max(32, table.count * 2))
                for index in hashes.indices { place(index) }
            } else {
                place(entries.count - 1)
            }
        }

        private mutating func place(_ index: Int) {
            let mask = table.count - 1
            var slot = hashes[index] & mask
            while table[slot] >= 0 { slot = (slot + 1) & mask }
            table[slot] = Int32(index)
        }
    }

    /// What a key is looked for by. Its hash holds for this process only.
    struct Key: Sendable {
        fileprivate enum Content: Sendable {
            case bool(Bool)
            case int(Int64)
            case uint(UInt64)
            case string(String)
        }

        fileprivate let content: Content
        let hash: Int

        private init(_ content: Content, hash: Int) {
            self.content = content
            self.hash = hash
        }

        init(_ text: String) { self.init(.string(text), hash: text.hashValue) }

        /// Nil for a value that cannot be a key. A double counts as the integer it equals.
        init?(_ value: Value) {
            switch value {
            case .bool(let flag): self.init(.bool(flag), hash: flag.hashValue)
            case .int(let number): self.init(number)
            case .uint(let number): self.init(number)
            case .double(let number):
                if let integer = Int64(exactly: number) {
                    self.init(integer)
                } else if let integer = UInt64(exactly: number) {
                    self.init(integer)
                } else {
                    return nil
                }
            case .string(let text): self.init(text)
            default: return nil
            }
        }

        private init(_ number: Int64) { self.init(.int(number), hash: number.hashValue) }

        private init(_ number: UInt64) {
            if let integer = Int64(exactly: number) {
                self.init(integer)
            } else {
                self.init(.uint(number), hash: number.hashValue)
            }
        }

        /// Whether an entry's key is this one.
        fileprivate func matches(_ key: Value) -> Bool {
            switch (content, key) {
            case (.string(let sought), .string(let text)): Equality.sameText(sought, text)
            case (.int(let sought), .int(let number)): sought == number
            case (.int(let sought), .uint(let number)): sought >= 0 && UInt64(sought) == number
            case (.uint(let sought), .uint(let number)): sought == number
            case (.bool(let sought), .bool(let flag)): sought == flag
            default: false
            }
        }
    }
}
