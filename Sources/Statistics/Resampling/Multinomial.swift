public import Basics

/// Draws of counts.
public enum Multinomial {
    /// How many of as many rows, drawn with replacement, fall into each cell: the bootstrap of a table of counts.
    public static func resample(_ counts: [Int], _ random: inout SeededRandom) -> [Int] {
        var rows = counts.reduce(0, +)
        var left = rows
        return counts.map { count in
            guard rows > 0, left > 0 else { return 0 }
            let drawn = binomial(rows, Double(count) / Double(left), &random)
            rows -= drawn
            left -= count
            return drawn
        }
    }

    /// The number of successes among `trials`: by inversion from the mode outwards, which takes about as many steps as the standard deviation is large.
    public static func binomial(_ trials: Int, _ probability: Double, _ random: inout SeededRandom) -> Int {
        if trials == 0 || probability <= 0 { return 0 }
        if probability >= 1 { return trials }
        let mode = min(trials, Int(Double(trials + 1) * probability))
        let odds = probability / (1 - probability)
        var rest = random.nextUnit()
        let center = SaddlePoint.binomial(Double(mode), Double(trials), probability, 1 - probability)
        rest -= center
        if rest < 0 { return mode }
        var (low, high) = (mode, mode)
        var (lowDensity, highDensity) = (center, center)
        while low > 0 || high < trials {
            if high < trials {
                highDensity *= odds * Double(trials - high) / Double(high + 1)
                high += 1
                rest -= highDensity
                if rest < 0 { return high }
            }
            if low > 0 {
                lowDensity *= Double(low) / (odds * Double(trials - low + 1))
                low -= 1
                rest -= lowDensity
                if rest < 0 { return low }
            }
            // What rounding left over.
            if highDensity < 1e-300, lowDensity < 1e-300 { return mode }
        }
        return mode
    }
}
