internal import Basics
internal import Glibc

/// The tree-structured Parzen estimator (Bergstra et al. 2011): parameters are drawn where good trials are dense, and kept where bad ones are not. Each
/// parameter for itself, on the unit interval.
struct TreeParzen {
    let space: SearchSpace
    /// How many trials are drawn at random before anything is learned from them.
    static let startup = 10
    static let candidates = 24

    /// - Parameters:
    ///   - history: finished trials.
    ///   - pending: points that are proposed and have no result yet: they count as bad, so that a batch does not crowd together.
    func propose(_ history: [Trial], pending: [[String: JSONValue]], _ random: inout SeededRandom) -> [String: JSONValue] {
        let order = ParetoOrder.ranked(history)
        let good = min(25, Int((0.1 * Double(history.count)).rounded(.up)))
        let above = order[..<good].map { space.places(history[$0].parameters) }
        let below = order[good...].map { space.places(history[$0].parameters) } + pending.map(space.places)
        var point: [String: JSONValue] = [:]
        for (index, parameter) in space.parameters.enumerated() {
            let (better, worse) = (above.map { $0[index] }, below.map { $0[index] })
            switch parameter.dimension {
            case .choice(let values):
                point[parameter.name] = values[Self.choice(values.count, better, worse, &random)]
            case .real, .integer:
                point[parameter.name] = parameter.dimension.value(Self.place(better, worse, &random))
            }
        }
        return point
    }

    private static func choice(_ count: Int, _ better: [Double], _ worse: [Double], _ random: inout SeededRandom) -> Int {
        func shares(_ places: [Double]) -> [Double] {
            // The prior counts as one observation in all.
            var weights = [Double](repeating: 1 / Double(count), count: count)
            for place in places { weights[min(count - 1, Int(place * Double(count)))] += 1 }
            let sum = weights.reduce(0, +)
            return weights.map { $0 / sum }
        }
        let (good, bad) = (shares(better), shares(worse))
        var best: (index: Int, score: Double)?
        for _ in 0..<candidates {
            var left = random.nextUnit()
            let index = good.indices.first { place in
                left -= good[place]
                return left < 0
            }
            let drawn = index ?? count - 1
            let score = good[drawn] / bad[drawn]
            if score > best?.score ?? -.infinity { best = (drawn, score) }
        }
        return best?.index ?? 0
    }

    private static func place(_ better: [Double], _ worse: [Double], _ random: inout SeededRandom) -> Double {
        let (good, bad) = (Kernels(better), Kernels(worse))
        var best: (place: Double, score: Double)?
        for _ in 0..<candidates {
            let drawn = good.draw(&random)
            let score = good.logDensity(drawn) - bad.logDensity(drawn)
            if score > best?.score ?? -.infinity { best = (drawn, score) }
        }
        return best?.place ?? 0.5
    }

    /// A mixture of normal distributions cut off at 0 and 1: one around each observation, as wide as the way to its farther neighbour, and a wide one in the
    /// middle that stands for knowing nothing.
    private struct Kernels {
        private let centers: [Double]
        private let widths: [Double]
        private let masses: [Double]

        init(_ places: [Double]) {
            let narrowest = 1 / Double(min(100, places.count + 2))
            let all = (places.map { ($0, false) } + [(0.5, true)]).sorted { ($0.0, $0.1 ? 1 : 0) < ($1.0, $1.1 ? 1 : 0) }
            centers = all.map(\.0)
            var widths: [Double] = []
            for (index, (center, isPrior)) in all.enumerated() {
                let left = center - (index > 0 ? all[index - 1].0 : 0)
                let right = (index + 1 < all.count ? all[index + 1].0 : 1) - center
                widths.append(isPrior ? 1 : min(1, max(narrowest, left, right)))
            }
            self.widths = widths
            masses = zip(centers, widths).map { center, width in Self.below((1 - center) / width) - Self.below(-center / width) }
        }

        private static func below(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

        /// Of one kernel, drawn evenly; what falls outside is drawn again.
        func draw(_ random: inout SeededRandom) -> Double {
            let kernel = Int(random.next(below: UInt64(centers.count)))
            for _ in 0..<1000 {
                // Box and Muller 1958.
                let radius = (-2 * log(1 - random.nextUnit())).squareRoot()
                let drawn = centers[kernel] + widths[kernel] * radius * cos(2 * .pi * random.nextUnit())
                if drawn >= 0, drawn < 1 { return drawn }
            }
            return min(centers[kernel], 1.0.nextDown)
        }

        func logDensity(_ place: Double) -> Double {
            let terms = centers.indices.map { index in
                let z = (place - centers[index]) / widths[index]
                return -z * z / 2 - log(widths[index] * masses[index])
            }
            let largest = terms.max() ?? 0
            return largest + log(terms.reduce(0) { $0 + exp($1 - largest) }) - log(Double(terms.count))
        }
    }
}
