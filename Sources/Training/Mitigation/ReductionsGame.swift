extension Reductions {
    /// The zero-sum game between the learner and the multipliers of the constraints: every classifier found so far, with its error and violations.
    struct Game<Classifier> {
        let moments: ParityMoments
        /// The L1 bound of the multipliers.
        let bound: Double
        private let fit: ([Bool], [Double]) throws -> (classifier: Classifier, decisions: [Bool])
        private(set) var classifiers: [Classifier] = []
        private(set) var errors: [Double] = []
        private(set) var violations: [[Double]] = []
        private(set) var fits = 0
        private var wrong: [Int] = []
        /// What was fitted already, since the gap is asked for the same multipliers again and again.
        private var memory: [[Double]: (classifier: Classifier, error: Double, violations: [Double], wrong: Int)] = [:]
        private var solved: (count: Int, weights: [Double], multipliers: [Double])?

        init(
            _ moments: ParityMoments, bound: Double, fit: @escaping ([Bool], [Double]) throws -> (classifier: Classifier, decisions: [Bool])
        ) throws(TrainingError) {
            self.moments = moments
            self.bound = bound
            self.fit = fit
            if let empty = (0..<moments.cellCount).first(where: moments.isEmpty) {
                let event = moments.constraint.kind == .equalizedOdds ? (empty / moments.groupCount == 1 ? " positive" : " negative") : ""
                throw TrainingError(
                    .classes,
                    message: "group \(empty % moments.groupCount) has no\(event) rows to compare its rate by (\(moments.constraint.kind.rawValue))")
            }
        }

        /// Fits a classifier to what the multipliers make of the rows.
        mutating func respond(_ multipliers: [Double]) throws -> (classifier: Classifier, error: Double, violations: [Double], wrong: Int) {
            if let known = memory[multipliers] { return known }
            let gains = moments.gains(multipliers)
            let targets = gains.map { $0 > 0 }
            let total = gains.reduce(0) { $0 + abs($1) }
            let weights = gains.map { Double(gains.count) * abs($0) / total }
            let (classifier, decisions) = try fit(targets, weights)
            fits += 1
            precondition(decisions.count == targets.count, "one decision a row")
            let wrong = zip(decisions, moments.labels).count { $0 != $1 }
            let made = (
                classifier: classifier, error: Double(wrong) / Double(decisions.count),
                violations: moments.violations(decisions.map { $0 ? 1 : 0 }), wrong: wrong
            )
            memory[multipliers] = made
            return made
        }

        private func value(_ error: Double, _ violations: [Double], _ multipliers: [Double]) -> Double {
            zip(moments.slack(violations), multipliers).reduce(error) { $0 + $1.0 * $1.1 }
        }

        /// The classifier that does best against the multipliers: a new one if it beats all that there are.
        mutating func bestResponse(_ multipliers: [Double]) throws -> Int {
            let made = try respond(multipliers)
            let own = value(made.error, made.violations, multipliers)
            let values = classifiers.indices.map { value(errors[$0], violations[$0], multipliers) }
            if let best = values.indices.min(by: { (values[$0], $0) < (values[$1], $1) }), own >= values[best] - 1e-8 { return best }
            classifiers.append(made.classifier)
            errors.append(made.error)
            violations.append(made.violations)
            wrong.append(made.wrong)
            return classifiers.count - 1
        }

        /// The sample deviation of one classifier's 0-or-1 errors.
        func errorDeviation(_ index: Int) -> Double {
            let (n, errors) = (Double(moments.labels.count), Double(wrong[index]))
            return (errors * (1 - errors / n) / max(1, n - 1)).squareRoot()
        }

        /// How far a mixture and multipliers are from the game's value, at the most: what either player could still gain.
        mutating func gap(_ weights: [Double], _ multipliers: [Double], enough: Double) throws -> Double {
            let error = zip(weights, errors).reduce(0) { $0 + $1.0 * $1.1 }
            let cells = moments.cellCount
            let mixed = (0..<cells).map { cell in weights.indices.reduce(0) { $0 + weights[$1] * violations[$1][cell] } }
            let limit = moments.constraint.bound
            let level = value(error, mixed, multipliers) - limit * multipliers.reduce(0, +)
            let worst = (moments.slack(mixed).max() ?? 0) - limit
            let high = worst < 0 ? error : error + bound * worst
            var low = level
            for factor in [1.0, 2, 5, 10] {
                let index = try bestResponse(multipliers.map { $0 * factor })
                low = min(low, value(errors[index], violations[index], multipliers) - limit * multipliers.reduce(0, +))
                if level - low > enough + 1e-8 { break }
            }
            return max(level - low, high - level)
        }

        /// The best mixture of the classifiers found so far, and the multipliers that go with it; nil if the program has no solution.
        mutating func linearProgram() -> (weights: [Double], multipliers: [Double])? {
            if let solved, solved.count == classifiers.count { return (solved.weights, solved.multipliers) }
            // The last variable is the largest excess over the bound.
            let slacks = violations.map(moments.slack)
            let program = LinearProgram(
                cost: errors + [bound],
                rows: (0..<(2 * moments.cellCount)).map { row in slacks.map { $0[row] } + [-1] },
                bounds: [Double](repeating: moments.constraint.bound, count: 2 * moments.cellCount),
                total: [Double](repeating: 1, count: classifiers.count) + [0])
            guard let solution = program.solve() else { return nil }
            let sum = solution.x.dropLast().reduce(0, +)
            let weights = solution.x.dropLast().map { $0 / sum }
            solved = (classifiers.count, weights, solution.multipliers)
            return (weights, solution.multipliers)
        }
    }
}
