internal import Basics
internal import Frames

/// A number in 0…1 that belongs to a row's own features: where chance decides, the same row has the same decision for ever, on any machine.
enum RowDraw {
    static func number(_ key: Digest, seed: UInt64) -> Double {
        var encoder = CanonicalEncoder(domain: "proviso.draw.v1")
        encoder.append(Int64(bitPattern: seed))
        encoder.append(key)
        let bits = encoder.digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(bits >> 11) * 0x1p-53
    }

    static func key(_ columns: [Column], _ row: Int) -> Digest {
        var encoder = CanonicalEncoder(domain: "proviso.row.v1")
        for column in columns {
            encoder.append(column.name)
            encoder.append(column.isMissing(row))
            switch column.values {
            case .timestamp(let all): encoder.append(all[row])
            // The same number whether a file has it as a whole one or not.
            case .integer(let all): encoder.append(Int64(bitPattern: Double(all[row]).bitPattern))
            // −0 is the same number as 0.
            case .double(let all): encoder.append(Int64(bitPattern: (all[row] + 0).bitPattern))
            case .boolean(let all): encoder.append(all[row])
            // A missing text has the code of the first that other rows have, of which this row's draw knows nothing.
            case .category(let codes, let categories): encoder.append(column.isMissing(row) ? "" : categories[Int(codes[row])])
            }
        }
        return encoder.digest
    }
}
