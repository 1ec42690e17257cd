extension ONNXGraphBuilder {
    /// How many words of a text fall into each bucket: rows × buckets. Words are what blanks and control characters 9 to 13 part.
    mutating func hashedWords(_ x: String, buckets: Int) -> String {
        // rows × 1 × words, filled up with empty ones.
        let words = node(
            "Tokenizer", [x],
            [
                ("mark", .integer(0)), ("mincharnum", .integer(1)), ("pad_value", .text("")),
                ("separators", .texts([" ", "\t", "\n", "\u{B}", "\u{C}", "\r"])),
            ], domain: "com.microsoft")
        let flat = node("Squeeze", [words, constant(.int64s([1]), shape: [1])])
        let hashes = node("MurmurHash3", [flat], [("positive", .integer(1)), ("seed", .integer(0))], domain: "com.microsoft")
        let places = node("Mod", [cast(hashes, .int64), constant(.int64s([Int64(buckets)]), shape: [1, 1])])
        let present = node("Not", [node("Equal", [flat, constant(.texts([""]), shape: [1, 1])])])
        let rows = node("Shape", [x], [("end", .integer(1)), ("start", .integer(0))])
        let shape = node("Concat", [rows, constant(.int64s([Int64(buckets)]), shape: [1])], [("axis", .integer(0))])
        let none = node("ConstantOfShape", [shape], [("value", .tensor(.doubles([0])))])
        return node("ScatterElements", [none, places, cast(present, .double)], [("axis", .integer(1)), ("reduction", .text("add"))])
    }

    /// The calendar in whole numbers, on days that a multiple of 400 years makes positive.
    mutating func dateParts(_ parts: [FittedTransform.DatePart], _ x: String) -> [String] {
        func whole(_ value: Int64) -> String { constant(.int64s([value]), shape: [1, 1]) }
        func add(_ a: String, _ b: String) -> String { node("Add", [a, b]) }
        func subtract(_ a: String, _ b: String) -> String { node("Sub", [a, b]) }
        func times(_ a: String, _ b: Int64) -> String { node("Mul", [a, whole(b)]) }
        func over(_ a: String, _ b: Int64) -> String { node("Div", [a, whole(b)]) }
        func rest(_ a: String, _ b: Int64) -> String { subtract(a, times(over(a, b), b)) }
        let missing = node("Equal", [x, whole(.min)])
        // 64-bit microseconds reach 292,277 years either way; 731 eras of 400 years go beyond.
        let (eras, eraDays): (Int64, Int64) = (731, 146_097)
        let known = node("Where", [missing, whole(0), x])
        // Floored division, without leaving 64 bits.
        let raw = over(known, 86_400_000_000)
        let isBefore = cast(node("Less", [subtract(known, times(raw, 86_400_000_000)), whole(0)]), .int64)
        let day = subtract(raw, isBefore)
        let minutes = over(subtract(known, times(day, 86_400_000_000)), 60_000_000)
        let shifted = add(day, whole(719_468 + eras * eraDays))
        let era = over(shifted, eraDays)
        let ofEra = subtract(shifted, times(era, eraDays))
        let yearOfEra = over(add(subtract(ofEra, over(ofEra, 1460)), subtract(over(ofEra, 36_524), over(ofEra, 146_096))), 365)
        let fromMarch = subtract(ofEra, subtract(add(times(yearOfEra, 365), over(yearOfEra, 4)), over(yearOfEra, 100)))
        let place = over(add(times(fromMarch, 5), whole(2)), 153)
        let isLate = cast(node("GreaterOrEqual", [place, whole(10)]), .int64)
        let month = subtract(add(place, whole(3)), times(isLate, 12))
        let year = add(subtract(add(yearOfEra, times(era, 400)), whole(eras * 400)), isLate)
        return parts.map { part in
            let value: String
            switch part {
            case .year: value = year
            case .quarter: value = add(over(subtract(month, whole(1)), 3), whole(1))
            case .month: value = month
            case .day: value = add(subtract(fromMarch, over(add(times(place, 153), whole(2)), 5)), whole(1))
            case .dayOfYear:
                // Years from 0 on, so that remainders are never negative.
                let positive = add(year, whole(eras * 400))
                func divides(_ by: Int64) -> String { cast(node("Equal", [rest(positive, by), whole(0)]), .int64) }
                let leap = add(subtract(divides(4), divides(100)), divides(400))
                let early = subtract(fromMarch, whole(305))
                let late = add(add(fromMarch, whole(60)), leap)
                value = node("Where", [node("GreaterOrEqual", [place, whole(10)]), early, late])
            case .weekday: value = add(rest(add(day, whole(3 + 7 * 20_000_000)), 7), whole(1))
            case .hour: value = over(minutes, 60)
            case .minute: value = rest(minutes, 60)
            }
            return node("Where", [missing, constant(.doubles([.nan]), shape: [1, 1]), cast(value, .double)])
        }
    }
}
