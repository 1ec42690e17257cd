import Basics
import LocatedYAML

/// The rules for strings in specs.
enum SpecStrings {
    struct Problem {
        let message: String
        let hint: String?
    }

    static func isAmbiguous(_ value: LocatedValue) -> Bool { value.isAmbiguousInYAML1 }

    /// Nil if `text` obeys `rule`.
    static func problem(with text: String, rule: SpecShape.StringRule) -> Problem? {
        switch rule {
        case .text, .expression:
            return text.isEmpty ? Problem(message: "the text must not be empty", hint: nil) : nil
        case .anyText: return nil
        case .oneOf(let words):
            guard !words.contains(text) else { return nil }
            let suggestion = words.count > 1 ? SpecDecoder.suggestion(for: text, among: words) : nil
            return Problem(message: "'\(text)' is not one of \(words.joined(separator: ", "))", hint: suggestion)
        case .name, .reference:
            let allowed = text.unicodeScalars.allSatisfy { isLower($0) || isDigit($0) || $0 == "-" || $0 == "." }
            let ends = [text.unicodeScalars.first, text.unicodeScalars.last].allSatisfy { $0.map { isLower($0) || isDigit($0) } ?? false }
            guard !allowed || !ends || text.count > 253 else { return nil }
            return Problem(
                message: "'\(text)' is not a name", hint: "lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit")
        case .digest:
            return Digest(text) == nil ? Problem(message: "'\(text)' is not a digest", hint: "sha256: and 64 lower-case hexadecimal digits") : nil
        case .email:
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            let isAddress = parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !text.contains(" ")
            return isAddress ? nil : Problem(message: "'\(text)' is not an e-mail address", hint: nil)
        case .path:
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            let isInside = !text.hasPrefix("/") && !parts.contains("..") && !parts.contains(".") && !parts.contains("") && !text.contains("\\")
            return isInside
                ? nil
                : Problem(
                    message: "'\(text)' is not a path inside the repository", hint: "write it from the repository's root, as data/table.parquet")
        case .instant:
            return Instant(text) == nil ? Problem(message: "'\(text)' is not a time", hint: "write it as 2026-11-23T16:00:00Z or 2026-11-23") : nil
        case .schedule:
            do throws(CronError) {
                _ = try CronSchedule(text)
                return nil
            } catch {
                return Problem(message: error.message, hint: "minute, hour, day, month, weekday in UTC, as '30 6 * * mon-fri', or @daily")
            }
        case .duration:
            return SpecQuantities.seconds(text) == nil
                ? Problem(message: "'\(text)' is not a stretch of time", hint: "write it as 90s, 10m, 1h30m or 2d") : nil
        case .size:
            return SpecQuantities.bytes(text) == nil ? Problem(message: "'\(text)' is not a number of bytes", hint: "write it as 512MB or 2GiB") : nil
        case .stageName:
            return isStageName(text) ? nil : Problem(message: "'\(text)' is not a name", hint: "letters, digits, '-' and '_'")
        }
    }

    static func isStageName(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { isLower($0) || isDigit($0) || ("A"..."Z").contains($0) || $0 == "-" || $0 == "_" }
    }

    private static func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
