import Basics
import Frames

/// Values of a column that are told to people: a few of them, and none where any is personal data.
public struct CategoryNames: Hashable, Sendable {
    /// At most so many are told.
    public static let limit = 20

    /// How many there are.
    public let count: Int
    /// The first, by their bytes; empty where one of the values is or holds personal data, or where only their digests are known.
    public let names: [String]

    /// - Parameters:
    ///   - sorted: all of them, by their bytes.
    ///   - areHashed: they are digests, which tell nobody anything.
    init(_ sorted: [String], areHashed: Bool = false) {
        self.init(count: sorted.count, first: Array(sorted.prefix(Self.limit)), areWithheld: areHashed || Self.arePersonal(sorted))
    }

    /// - Parameter first: those that may be told, unless they are withheld.
    init(count: Int, first: [String], areWithheld: Bool) {
        self.count = count
        names = areWithheld ? [] : first
    }

    static func arePersonal(_ names: some Sequence<String>) -> Bool { names.contains { !PersonalData.kinds(in: $0).isEmpty } }

    /// Null where names are withheld: an empty list would tell a policy that there are none.
    var json: JSONValue { names.isEmpty && count > 0 ? .null : .array(names.map { .string($0) }) }
}

extension ReferenceColumn {
    /// The digest that stands for a value of a column of personal data in what is kept.
    private static func digest(_ name: String) -> String { Digest.of(Array(name.utf8)).description }

    /// Categories as they are kept: by their digests if any of them is or holds personal data.
    static func kept(_ counts: [String: Int]) -> (counts: [String: Int], isHashed: Bool) {
        guard CategoryNames.arePersonal(counts.keys) else { return (counts, false) }
        return (Dictionary(counts.map { (digest($0.key), $0.value) }, uniquingKeysWith: +), true)
    }

    /// A column's categories in the form in which this reference has its own.
    func categories(of column: Column) -> [String: Int] {
        let found = column.presentCategories
        return isHashed ? Dictionary(found.map { (Self.digest($0.key), $0.value) }, uniquingKeysWith: +) : found
    }
}
