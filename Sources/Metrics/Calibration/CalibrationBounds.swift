import Statistics

/// Bounds of calibration errors. A mean of absolute gaps is never zero, however well calibrated scores are, so its own noise is taken off before a lower bound is.
struct CalibrationBounds {
    /// One bin: its share of the weight, how many rows tell as much, the share of positives and the mean score.
    struct Bin {
        let share: Double
        let rows: Double
        let observed: Double
        let predicted: Double

        var gap: Double { observed - predicted }
        /// Of the observed share, as in Agresti and Coull's bounds, so that no bin is taken to be free of noise.
        var error: Double {
            let adjusted = (observed * rows + 2) / (rows + 4)
            return (adjusted * (1 - adjusted) / (rows + 4)).squareRoot()
        }
    }

    let bins: [Bin]

    /// Of Σ share·|gap|: normal, less at the lower end what bins without a gap would add: E|N(0, σ)| = σ·√(2/π).
    func expected(_ value: Double) -> Interval {
        let z = criticalValue(0.95)
        let variance = bins.reduce(0) { $0 + $1.share * $1.share * $1.error * $1.error }
        let noise = bins.reduce(0) { $0 + (abs($1.gap) < 2 * $1.error ? $1.share * $1.error * (2 / Double.pi).squareRoot() : 0) }
        let half = z * variance.squareRoot()
        return Interval(max(0, value - noise - half), min(1, value + half), method: "normal, less noise", confidence: 0.95)
    }

    /// Of the largest |gap|: the bin that is the largest in truth is one, so each bin's own upper bound counts; a lower bound must hold in all bins at once.
    func largest(_ value: Double) -> Interval {
        let joint = Normal().quantile(1 - 0.025 / Double(2 * bins.count))
        var (lower, upper) = (0.0, 0.0)
        for bin in bins {
            let share = Proportion(bin.observed * bin.rows, of: bin.rows)
            let (wide, own) = (share.wilson(criticalValue: joint), share.wilson(criticalValue: criticalValue(0.95)))
            lower = max(lower, bin.predicted - wide.upper, wide.lower - bin.predicted)
            upper = max(upper, own.upper - bin.predicted, bin.predicted - own.lower)
        }
        return Interval(min(value, lower), min(1, max(value, upper)), method: "simultaneous Wilson", confidence: 0.95)
    }
}
