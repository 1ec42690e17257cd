import Basics
import Explanations
import Models

/// The byte form of a block's explanations: a line of canonical JSON, then 64-bit little-endian numbers.
enum BlockCoding {
    static func encode(_ explained: ExplainedRows) -> [UInt8] {
        let part = explained.values
        let header: JSONValue = [
            "rows": .int(Int64(part.rowCount)), "outputs": .int(Int64(part.outputCount)), "players": .int(Int64(part.players.count)),
            "method": .string(part.method.rawValue), "scale": .string(part.scale.rawValue), "seed": part.seed.map { .string(String($0)) } ?? .null,
            "background": part.background.map { .string($0.description) } ?? .null, "errors": .bool(part.standardErrors != nil),
            "surrogates": .array(explained.surrogates),
        ]
        var bytes = header.canonicalBytes + [UInt8(ascii: "\n")]
        for list in [part.baseValues, part.predictions, part.values, part.standardErrors ?? []] {
            for value in list { for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift * 8))) } }
        }
        return bytes
    }

    /// Nil for bytes that are no block of so many rows and these players.
    static func decode(_ bytes: [UInt8], players: [String], rowCount: Int) -> ExplainedRows? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), let header = try? JSONValue(parsing: bytes[..<end]),
            header["rows"]?.intValue == Int64(rowCount), header["players"]?.intValue == Int64(players.count),
            let outputs = header["outputs"]?.intValue.map({ Int($0) }), (1...100_000).contains(outputs),
            let method = header["method"]?.stringValue.flatMap(ExplanationMethod.init(rawValue:)),
            let scale = header["scale"]?.stringValue.flatMap(OutputScale.init(rawValue:)), let hasErrors = header["errors"]?.boolValue,
            let surrogates = header["surrogates"]?.arrayValue, surrogates.count == (method == .lime ? rowCount : 0)
        else { return nil }
        let cells = rowCount * outputs
        let counts = [outputs, cells, cells * players.count, hasErrors ? cells * players.count : 0]
        guard bytes.count - end - 1 == counts.reduce(0, +) * 8 else { return nil }
        var index = end + 1
        let lists = counts.map { count in
            (0..<count).map { _ -> Double in
                var pattern: UInt64 = 0
                for shift in 0..<8 { pattern |= UInt64(bytes[index + shift]) << UInt64(shift * 8) }
                index += 8
                return Double(bitPattern: pattern)
            }
        }
        let values = Attributions(
            players: players, outputCount: outputs, values: lists[2], baseValues: lists[0], predictions: lists[1],
            standardErrors: hasErrors ? lists[3] : nil, method: method, scale: scale, seed: header["seed"]?.stringValue.flatMap { UInt64($0) },
            background: header["background"]?.stringValue.flatMap { Digest($0) })
        return ExplainedRows(values: values, surrogates: surrogates)
    }
}
