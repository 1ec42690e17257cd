internal import Glibc

/// Mean and standard deviation of a population, finite for any finite numbers: where sums or squares of numbers beyond 1e±100 would overflow or vanish, they are taken of the numbers
/// over a power of two, which loses no digit.
struct Moments {
    let mean: Double
    let deviation: Double

    /// - Parameter largest: the largest absolute value among them.
    /// - Precondition: no number is NaN or infinite.
    init(_ values: [Double], largest: Double) {
        guard !values.isEmpty else {
            (mean, deviation) = (0, 0)
            return
        }
        let exponent = Magnitude.exponent(largest)
        let scaled = exponent == 0 ? values : values.map { scalbn($0, -exponent) }
        let count = Double(values.count)
        var sum = CompensatedSum()
        for value in scaled { sum.add(value) }
        let mean = sum.value / count
        var squares = CompensatedSum()
        for value in scaled { squares.add((value - mean) * (value - mean)) }
        let deviation = (squares.value / count).squareRoot()
        (self.mean, self.deviation) = exponent == 0 ? (mean, deviation) : (scalbn(mean, exponent), scalbn(deviation, exponent))
    }
}

enum Magnitude {
    /// By which power of two numbers have to be divided so that their squares neither overflow nor vanish; 0: they need not be.
    ///
    /// - Parameter largest: the largest absolute value among them.
    static func exponent(_ largest: Double) -> Int {
        guard largest.isFinite, largest > 1e100 || (largest > 0 && largest < 1e-100) else { return 0 }
        return Int(largest.exponent)
    }

    static func largest(of values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
    /// Of ascending numbers.
    static func largest(ofSorted values: [Double]) -> Double { max(abs(values.first ?? 0), abs(values.last ?? 0)) }
}
