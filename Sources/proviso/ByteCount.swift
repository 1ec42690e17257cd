/// Sizes as people write them on a command line: `1000000`, `512MB` and `512M` (powers of 1000), `2GiB` and `2Gi` (powers of 1024).
enum ByteCount {
    /// - Parameter option: what the text was given to, for the error.
    static func parse(_ text: String?, of option: String) throws -> Int64? {
        guard let text else { return nil }
        guard let bytes = parse(text) else {
            throw CommandFailure(.invalidInput, "\(option) must be a number of bytes, not '\(text)'", hint: "such as 8GiB, 512MB or 1000000000")
        }
        return bytes
    }

    private static func parse(_ text: String) -> Int64? {
        let factors: [(String, Int64)] = [
            ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("k", 1_000), ("K", 1_000), ("M", 1_000_000), ("G", 1_000_000_000),
            ("T", 1_000_000_000_000),
        ]
        let amount = text.hasSuffix("B") ? text.dropLast() : text[...]
        let (digits, factor) = factors.first { amount.hasSuffix($0.0) }.map { (amount.dropLast($0.0.count), $0.1) } ?? (amount, 1)
        guard digits.allSatisfy(\.isASCII), let number = Int64(digits), number > 0 else { return nil }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows ? nil : bytes
    }
}
