/// Spellings of timestamps (RFC 3339) and durations (`1h30m2.5s`).
enum TimeText {
    /// Of digits behind a decimal point: an hour's share has more of them than nine.
    private static let fractionUnit: Int64 = 1_000_000_000_000_000_000

    static func timestamp(_ text: String) -> Timestamp? {
        var cursor = Cursor(text)
        guard let year = cursor.digits(4), cursor.take("-"), let month = cursor.digits(2), cursor.take("-"), let day = cursor.digits(2),
            cursor.take("T") || cursor.take("t"), let hour = cursor.digits(2), cursor.take(":"), let minute = cursor.digits(2), cursor.take(":"),
            let second = cursor.digits(2), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var nanoseconds: Int64 = 0
        if cursor.take(".") {
            guard let fraction = cursor.fraction() else { return nil }
            nanoseconds = fraction / (fractionUnit / 1_000_000_000)
        }
        var offset: Int64 = 0
        if !cursor.take("Z"), !cursor.take("z") {
            let sign: Int64 = cursor.take("-") ? -1 : cursor.take("+") ? 1 : 0
            guard sign != 0, let hours = cursor.digits(2), cursor.take(":"), let minutes = cursor.digits(2), hours < 24, minutes < 60 else {
                return nil
            }
            offset = sign * (hours * 3600 + minutes * 60)
        }
        let days = daysFromCivil(year, month, day)
        guard cursor.isAtEnd, civil(days) == (year, month, day) else { return nil }
        return Timestamp(seconds: days * 86_400 + hour * 3600 + minute * 60 + second - offset, nanoseconds: Int32(nanoseconds))
    }

    static func text(_ timestamp: Timestamp) -> String {
        let days = timestamp.seconds >= 0 ? timestamp.seconds / 86_400 : -((-timestamp.seconds + 86_399) / 86_400)
        let rest = timestamp.seconds - days * 86_400
        let (year, month, day) = civil(days)
        func pad(_ number: Int64, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(pad(year, 4))-\(pad(month))-\(pad(day))T\(pad(rest / 3600)):\(pad(rest % 3600 / 60)):\(pad(rest % 60))"
        return date + fraction(Int64(timestamp.nanoseconds)) + "Z"
    }

    static func duration(_ text: String) -> Span? {
        var cursor = Cursor(text)
        let sign: Int128 = cursor.take("-") ? -1 : 1
        if sign > 0 { _ = cursor.take("+") }
        var total: Int128 = 0
        if text.drop(while: { $0 == "-" || $0 == "+" }) == "0" { return .zero }
        let units: [(String, Int128)] = [
            ("ns", 1), ("us", 1000), ("µs", 1000), ("\u{3BC}s", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
            ("h", 3_600_000_000_000),
        ]
        var parts = 0
        while !cursor.isAtEnd {
            // As Go reads it: `5.s` and `.5s` too, but some digit there must be.
            let whole = cursor.number()
            let part = cursor.take(".") ? cursor.fraction() : nil
            guard whole != nil || part != nil else { return nil }
            guard let unit = units.first(where: { cursor.take($0.0) }) else { return nil }
            total += (whole ?? 0) * unit.1 + Int128(part ?? 0) * unit.1 / Int128(fractionUnit)
            // Beyond the range of a duration, and far from that of the sum.
            guard total < 1 << 100 else { return nil }
            parts += 1
        }
        return parts > 0 ? Span(nanoseconds: sign * total) : nil
    }

    static func text(_ duration: Span) -> String {
        let magnitude = duration.nanoseconds.magnitude
        let sign = duration.nanoseconds < 0 ? "-" : ""
        return sign + String(magnitude / 1_000_000_000) + fraction(Int64(magnitude % 1_000_000_000)) + "s"
    }

    private static func fraction(_ nanoseconds: Int64) -> String {
        guard nanoseconds > 0 else { return "" }
        var digits = String(nanoseconds)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }

    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    static func daysFromCivil(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
    }

    private struct Cursor {
        private let scalars: [Unicode.Scalar]
        private var index = 0

        init(_ text: String) { scalars = Array(text.unicodeScalars) }

        var isAtEnd: Bool { index == scalars.count }

        mutating func take(_ text: String) -> Bool {
            guard scalars[index...].starts(with: text.unicodeScalars) else { return false }
            index += text.unicodeScalars.count
            return true
        }

        private func digit() -> Int64? {
            guard index < scalars.count, ("0"..."9").contains(scalars[index]) else { return nil }
            return Int64(scalars[index].value - 48)
        }

        mutating func digits(_ count: Int) -> Int64? {
            var value: Int64 = 0
            for _ in 0..<count {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
                index += 1
            }
            return value
        }

        /// Nil without a digit, and for what no unit makes a duration.
        mutating func number() -> Int128? {
            var value: Int128 = 0
            let start = index
            while let digit = digit() {
                value = value * 10 + Int128(digit)
                guard value < 1 << 70 else { return nil }
                index += 1
            }
            return index > start ? value : nil
        }

        /// Digits behind a decimal point, in units of `fractionUnit`; more than eighteen are read and dropped.
        mutating func fraction() -> Int64? {
            var value: Int64 = 0
            var scale = TimeText.fractionUnit / 10
            let start = index
            while let digit = digit() {
                value += digit * scale
                scale /= 10
                index += 1
            }
            return index > start ? value : nil
        }
    }
}
