internal import Glibc

/// Watches numbers that come one after another, and says when they are no longer what they were.
public protocol StreamDetector: Sendable {
    /// Takes the next number. True where a change is found: the detector then starts anew from here, or forgets what is old.
    mutating func update(_ value: Double) -> Bool
}

/// The test of Page (1954) and Hinkley (1971): the sum of what exceeds the mean so far, forgetting slowly, has risen by `threshold` above its lowest (or fallen, if both sides count).
public struct PageHinkley: StreamDetector {
    private let minimumRows: Int
    private let delta: Double
    private let threshold: Double
    private let memory: Double
    private let watchesDecrease: Bool
    private var count = 0
    private var mean = 0.0
    private var rising = 0.0
    private var falling = 0.0
    private var lowest = Double.infinity
    private var highest = -1.0

    /// - Parameters:
    ///   - delta: deviations that small do not count.
    ///   - memory: the share of the sums that is kept with each row.
    public init(minimumRows: Int = 30, delta: Double = 0.005, threshold: Double = 50, memory: Double = 0.9999, watchesDecrease: Bool = false) {
        self.minimumRows = minimumRows
        self.delta = delta
        self.threshold = threshold
        self.memory = memory
        self.watchesDecrease = watchesDecrease
    }

    public mutating func update(_ value: Double) -> Bool {
        count += 1
        mean += (value - mean) / Double(count)
        let deviation = value - mean
        rising = memory * rising + deviation - delta
        falling = memory * falling + deviation + delta
        lowest = min(lowest, rising)
        highest = max(highest, falling)
        guard count >= minimumRows, rising - lowest > threshold || (watchesDecrease && highest - falling > threshold) else { return false }
        self = PageHinkley(minimumRows: minimumRows, delta: delta, threshold: threshold, memory: memory, watchesDecrease: watchesDecrease)
        return true
    }
}

/// The drift detection method of errors (Gama et al. 2004): the error rate and its deviation are `drift` deviations above their lowest.
public struct DriftDetectionMethod: StreamDetector {
    private let warmUp: Int
    private let warning: Double
    private let drift: Double
    private var count = 0
    private var rate = 0.0
    private var lowest = (rate: 0.0, deviation: 0.0, sum: Double.infinity)
    /// Whether the last number was above the level of warning.
    public private(set) var warns = false

    public init(warmUp: Int = 30, warning: Double = 2, drift: Double = 3) {
        self.warmUp = warmUp
        self.warning = warning
        self.drift = drift
    }

    /// - Parameter value: 1 for an error, 0 for none.
    public mutating func update(_ value: Double) -> Bool {
        count += 1
        rate += (value - rate) / Double(count)
        let deviation = max(0, rate * (1 - rate) / Double(count)).squareRoot()
        warns = false
        guard count > warmUp else { return false }
        if rate + deviation <= lowest.sum { lowest = (rate, deviation, rate + deviation) }
        if rate + deviation > lowest.rate + drift * lowest.deviation {
            self = DriftDetectionMethod(warmUp: warmUp, warning: warning, drift: drift)
            return true
        }
        warns = rate + deviation > lowest.rate + warning * lowest.deviation
        return false
    }
}

/// Adaptive windowing (Bifet and Gavaldà 2007): keeps a window of what came last, as buckets of powers of two, and drops its older part where that has another mean than the newer.
public struct AdaptiveWindow: StreamDetector {
    private struct Bucket {
        var total: Double
        var variance: Double
    }

    private let delta: Double
    private let clock: Int
    private let bucketsPerRow: Int
    private let minimumWindow: Int
    private let grace: Int
    private let restarts: Bool
    private var hasChanged = false
    /// By power of two, the buckets, oldest first.
    private var rows: [[Bucket]] = [[]]
    private var width = 0
    private var total = 0.0
    private var variance = 0.0
    private var ticks = 0

    /// - Parameters:
    ///   - delta: how often, at most, a stream without change is taken to have one.
    ///   - clock: every so many numbers the window is looked at.
    ///   - restarts: after a change the window starts anew, as river has it; otherwise its newer part stays.
    public init(
        delta: Double = 0.002, clock: Int = 32, bucketsPerRow: Int = 5, minimumWindow: Int = 5, grace: Int = 10, restarts: Bool = true
    ) {
        self.restarts = restarts
        self.delta = delta
        self.clock = clock
        self.bucketsPerRow = bucketsPerRow
        self.minimumWindow = minimumWindow
        self.grace = grace
    }

    /// The mean of the window.
    public var mean: Double { width > 0 ? total / Double(width) : 0 }

    public mutating func update(_ value: Double) -> Bool {
        if hasChanged, restarts {
            self = AdaptiveWindow(delta: delta, clock: clock, bucketsPerRow: bucketsPerRow, minimumWindow: minimumWindow, grace: grace)
        }
        ticks += 1
        if width > 0 {
            let distance = value - total / Double(width)
            variance += Double(width) * distance * distance / Double(width + 1)
        }
        width += 1
        total += value
        rows[0].append(Bucket(total: value, variance: 0))
        compress()
        guard ticks % clock == 0, width > grace else { return false }
        var changed = false
        while shrinks() { changed = true }
        hasChanged = changed
        return changed
    }

    /// Two buckets of a row that has too many become one of the next.
    private mutating func compress() {
        var index = 0
        while index < rows.count, rows[index].count > bucketsPerRow {
            if index + 1 == rows.count { rows.append([]) }
            let (first, second) = (rows[index][0], rows[index][1])
            let size = Double(1 << index)
            let distance = first.total / size - second.total / size
            rows[index + 1].append(
                Bucket(total: first.total + second.total, variance: first.variance + second.variance + size * size * distance * distance / (2 * size))
            )
            rows[index].removeFirst(2)
            index += 1
        }
    }

    /// Looks for a place at which the older part differs from the newer, and drops the oldest bucket if there is one.
    private mutating func shrinks() -> Bool {
        var (older, newer) = (0.0, Double(width))
        var (olderTotal, newerTotal) = (0.0, total)
        for index in rows.indices.reversed() {
            let size = Double(1 << index)
            for place in rows[index].indices {
                if index == 0, place == rows[0].count - 1 { return false }
                let bucket = rows[index][place]
                older += size
                newer -= size
                olderTotal += bucket.total
                newerTotal -= bucket.total
                guard older >= Double(minimumWindow), newer >= Double(minimumWindow),
                    differs(older, newer, abs(olderTotal / older - newerTotal / newer))
                else { continue }
                dropOldest()
                return true
            }
        }
        return false
    }

    private func differs(_ older: Double, _ newer: Double, _ distance: Double) -> Bool {
        let certainty = log(2 * log(Double(width)) / delta)
        let reciprocal = 1 / (older - Double(minimumWindow) + 1) + 1 / (newer - Double(minimumWindow) + 1)
        let limit = (2 * reciprocal * (variance / Double(width)) * certainty).squareRoot() + 2 / 3 * certainty * reciprocal
        return distance > limit
    }

    private mutating func dropOldest() {
        guard let index = rows.lastIndex(where: { !$0.isEmpty }) else { return }
        let bucket = rows[index].removeFirst()
        let size = Double(1 << index)
        width -= 1 << index
        total -= bucket.total
        if width > 0 {
            let distance = bucket.total / size - total / Double(width)
            variance = max(0, variance - bucket.variance - size * Double(width) * distance * distance / (size + Double(width)))
        } else {
            variance = 0
        }
        while rows.count > 1, rows.last?.isEmpty == true { rows.removeLast() }
    }
}
