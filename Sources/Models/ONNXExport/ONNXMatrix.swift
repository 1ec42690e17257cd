/// A constant of two axes, as 32-bit numbers.
struct ONNXMatrix {
    let rows: Int
    let columns: Int
    let values: [Float]
    let isDouble: Bool

    /// Nil for anything but a finite matrix of 32- or 64-bit numbers.
    init?(_ tensor: ProtobufMessage) throws(ModelError) {
        guard let shape = tensor.integers(1), shape.count == 2, shape.allSatisfy({ $0 > 0 && $0 < 1 << 31 }), let type = tensor.integer(2),
            type == 1 || type == 11
        else { return nil }
        guard tensor.integer(14) != 1 else { throw ONNXQuantization.unsupported("its weights lie in other files; save it as one file") }
        isDouble = type == 11
        (rows, columns) = (Int(shape[0]), Int(shape[1]))
        let packed = tensor.all(9) + tensor.all(isDouble ? 10 : 4)
        let raw = Array(packed.joined())
        let width = isDouble ? 8 : 4
        guard raw.count == rows * columns * width else { return nil }
        var values: [Float] = []
        values.reserveCapacity(rows * columns)
        for start in stride(from: 0, to: raw.count, by: width) {
            let bits = (0..<width).reduce(UInt64(0)) { $0 | UInt64(raw[start + $1]) << UInt64(8 * $1) }
            values.append(isDouble ? Float(Double(bitPattern: bits)) : Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        }
        guard values.allSatisfy(\.isFinite) else { return nil }
        self.values = values
    }
}
