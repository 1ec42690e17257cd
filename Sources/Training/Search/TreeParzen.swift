internal import Basics
internal import Glibc

/// The tree-structured Parzen estimator (Bergstra et al. 2011): parameters are drawn where good trials are dense, and kept where bad ones are not. All
/// parameters of a trial belong together (Falkner, Klein and Hutter 2018), each on the unit interval.
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
        // In the order of time, since later trials weigh more.
        let above = order[..<good].sorted().map { space.places(history[$0].parameters) }
        let below = order[good...].sorted().map { space.places(history[$0].parameters) } + pending.map(space.places)
        let choices = space.parameters.map { parameter -> Int? in if case .choice(let values) = parameter.dimension { values.count } else { nil } }
        let (better, worse) = (Kernels(above, choices), Kernels(below, choices))
        var best: (places: [Double], score: Double)?
        for _ in 0..<Self.candidates {
            let drawn = better.draw(&random)
            // What does not stand in the point says nothing of it.
            let asked = space.places(space.point(drawn)).enumerated().map { $1.isNaN ? .nan : drawn[$0] }
            let score = better.logDensity(asked) - worse.logDensity(asked)
            if score > best?.score ?? -.infinity { best = (drawn, score) }
        }
        return space.point(best?.places ?? space.parameters.map { _ in 0.5 })
    }

    /// A mixture of kernels: one around each trial, in each parameter a normal distribution cut off at 0 and 1, or the share of each choice; and a wide one
    /// that stands for knowing nothing.
    private struct Kernels {
        private let centers: [[Double]]
        private let choices: [Int?]
        private let logWeights: [Double]
        private let cumulated: [Double]
        /// Of all kernels but the wide one, whose width is 1.
        private let width: Double
        /// By kernel and parameter, the logarithm of what a normal factor is divided by; 0 for a choice.
        private let logMasses: [[Double]]

        init(_ points: [[Double]], _ choices: [Int?]) {
            let count = points.count
            centers = points + [[Double](repeating: 0.5, count: choices.count)]
            self.choices = choices
            // A fixed scale that narrows with the number of trials by Scott's rule, as a choice.
            let width = min(1, max(0.01, 0.1 * exp(-log(Double(max(1, count))) / Double(choices.count + 4))))
            self.width = width
            // The last 25 trials weigh alike, those before less and less.
            var weights = (0..<count).map { place in
                count < 25 || place >= count - 25
                    ? 1 : 1 / Double(count) + (1 - 1 / Double(count)) * Double(place) / Double(max(1, count - 26))
            }
            weights.append(1)
            let sum = weights.reduce(0, +)
            logWeights = weights.map { log($0 / sum) }
            var running = 0.0
            cumulated = weights.map { weight in
                running += weight / sum
                return running
            }
            logMasses = centers.enumerated().map { place, centers in
                zip(centers, choices).map { center, choice in
                    guard choice == nil else { return 0 }
                    let (middle, own) = Self.shape(center, place == count ? 1 : width)
                    return log(own * (Self.below((1 - middle) / own) - Self.below(-middle / own)))
                }
            }
        }

        /// Of a trial that had no such parameter, nothing is known but that it lies somewhere.
        private static func shape(_ center: Double, _ width: Double) -> (center: Double, width: Double) { center.isNaN ? (0.5, 1) : (center, width) }

        private static func below(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

        /// The chance that a kernel gives a choice; the prior has as much weight as one kernel has in all.
        private func share(_ kernel: Int, _ parameter: Int, _ count: Int, _ choice: Int) -> Double {
            guard kernel < centers.count - 1, !centers[kernel][parameter].isNaN else { return 1 / Double(count) }
            let prior = 1 / Double(centers.count)
            let own = min(count - 1, Int(centers[kernel][parameter] * Double(count)))
            return (prior + (own == choice ? 1 : 0)) / (1 + prior * Double(count))
        }

        func draw(_ random: inout SeededRandom) -> [Double] {
            let place = random.nextUnit()
            let kernel = cumulated.firstIndex { place < $0 } ?? centers.count - 1
            let own = kernel == centers.count - 1 ? 1 : width
            return choices.indices.map { parameter in
                guard let count = choices[parameter] else {
                    let (center, width) = Self.shape(centers[kernel][parameter], own)
                    return Self.normal(center, width, &random)
                }
                var left = random.nextUnit()
                let choice = (0..<count).first { choice in
                    left -= share(kernel, parameter, count, choice)
                    return left < 0
                }
                return (Double(choice ?? count - 1) + 0.5) / Double(count)
            }
        }

        /// What falls outside is drawn again.
        private static func normal(_ center: Double, _ width: Double, _ random: inout SeededRandom) -> Double {
            for _ in 0..<1000 {
                // Box and Muller 1958.
                let radius = (-2 * log(1 - random.nextUnit())).squareRoot()
                let drawn = center + width * radius * cos(2 * .pi * random.nextUnit())
                if drawn >= 0, drawn < 1 { return drawn }
            }
            return min(max(center, 0), 1.0.nextDown)
        }

        func logDensity(_ places: [Double]) -> Double {
            let terms = centers.indices.map { kernel in
                let own = kernel == centers.count - 1 ? 1 : width
                var term = logWeights[kernel]
                for parameter in choices.indices where !places[parameter].isNaN {
                    term -= logMasses[kernel][parameter]
                    if let count = choices[parameter] {
                        term += log(share(kernel, parameter, count, min(count - 1, Int(places[parameter] * Double(count)))))
                    } else {
                        let (center, width) = Self.shape(centers[kernel][parameter], own)
                        let z = (places[parameter] - center) / width
                        term -= z * z / 2
                    }
                }
                return term
            }
            let largest = terms.max() ?? 0
            return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
        }
    }
}
