internal import Foundation

/// Maps figures onto pixels, with ticks at round numbers.
struct Axis {
    let low: Double
    let high: Double
    let start: Double
    let end: Double

    /// - Parameters:
    ///   - start: the pixel of `low`.
    ///   - end: the pixel of `high`.
    init(_ low: Double, _ high: Double, from start: Double, to end: Double) {
        self.low = low
        // A single value gets room.
        self.high = high > low ? high : low + 1
        self.start = start
        self.end = end
    }

    func position(_ value: Double) -> Double { start + (min(max(value, low), high) - low) / (high - low) * (end - start) }

    /// About five, at multiples of 1, 2 or 5 times a power of ten.
    var ticks: [Double] {
        let raw = (high - low) / 5
        let power = pow(10, floor(log10(raw)))
        let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? raw
        let first = (low / step).rounded(.up)
        return (0...12).map { (first + Double($0)) * step }.filter { $0 <= high + step * 1e-9 }
    }

    /// As short as the step allows.
    static func label(_ value: Double) -> String {
        if value == 0 { return "0" }
        if abs(value) >= 1e6 || abs(value) < 1e-4 { return String(format: "%.3g", value) }
        let text = String(format: "%.4f", value)
        let trimmed = text.contains(".") ? text.replacing(/0+$/, with: "").replacing(/\.$/, with: "") : text
        return trimmed
    }
}
