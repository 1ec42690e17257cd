/// The scripts of `\p{Greek}` and its like, as RE2 knows them (Unicode 15.1; UAX #24).
enum UnicodeScripts {
    /// The code points of a script; nil if there is none of this name. Names are written as Unicode's, underscores included.
    static func ranges(of name: String) -> [ClosedRange<UInt32>]? {
        lines[name].map { line in line.split(separator: " ").compactMap(range) }
    }

    /// All that there are, in the table's order.
    static var names: [String] { lines.keys.sorted() }

    private static let lines: [String: String] = {
        var lines: [String: String] = [:]
        var name = ""
        for line in table.split(separator: "\n") {
            var rest = line[...]
            if !line.hasPrefix(" ") {
                name = String(line.prefix { $0 != " " })
                rest = line.dropFirst(name.count)
            }
            lines[name, default: ""] += rest
        }
        return lines
    }()

    private static func range(_ text: Substring) -> ClosedRange<UInt32>? {
        let bounds = text.split(separator: "-").compactMap { UInt32($0, radix: 16) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { return nil }
        return first...last
    }
}
