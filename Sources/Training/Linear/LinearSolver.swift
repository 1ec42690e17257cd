internal import Models

/// Newton's method with a line search; with an L1 penalty each step minimises the quadratic model by coordinate descent (Lee, Sun & Saunders 2014,
/// "Proximal Newton-type methods").
struct LinearSolver {
    let problem: LinearProblem
    let settings: LinearSettings
    /// One a parameter, whose unit is not the feature's.
    private let l1: [Double]
    private let l2: [Double]
    private let isSparse: Bool

    init(_ problem: LinearProblem, _ settings: LinearSettings) {
        self.problem = problem
        self.settings = settings
        let units = (0..<problem.parameterCount).map(problem.unit)
        l1 = units.map { settings.penalty * settings.l1Share * $0 }
        l2 = units.map { settings.penalty * (1 - settings.l1Share) * $0 * $0 }
        isSparse = settings.penalty * settings.l1Share > 0
    }

    /// Throws `notConverged`, or what `progress` throws.
    func solve(progress: (Int) throws -> Void) throws -> GeneralizedLinearModel {
        let size = problem.parameterCount
        // Second derivatives of all pairs of coefficients: 3 GB, several times over.
        guard size <= 20_000 else {
            throw TrainingError(
                .invalidSetting,
                message:
                    "a linear model of \(size) coefficients (outputs × features) is too large for Newton's method, which takes 20,000 at most; take fewer columns or classes, or xgboost"
            )
        }
        var (parameters, now) = start()
        var hessian = penalised(now.hessian)
        if let found = leastSquares(parameters, now.gradient, hessian) {
            try progress(1)
            return problem.model(found)
        }
        // Whether the second derivatives are those of an earlier step.
        var isOld = false
        var lastPromise = -Double.infinity
        for iteration in 1...settings.iterations {
            try progress(iteration)
            var gradient = now.gradient
            for place in 0..<size { gradient[place] += l2[place] * parameters[place] }
            guard let step = isSparse ? proximalStep(parameters, gradient, hessian) : newtonStep(gradient, hessian) else { break }
            // The first-order decrease that the step promises.
            let promised = zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 } + absoluteChange(parameters, step)
            guard -promised > 1e-17 * max(1, abs(now.loss)) else { return try model(zip(parameters, step).map(+)) }
            if -promised > -lastPromise / 16 {
                if isOld {
                    // The old curvature gains too little.
                    now = problem.value(parameters, withHessian: true)
                    (hessian, isOld) = (penalised(now.hessian), false)
                    continue
                }
                // Newton's own steps end in rounding.
                guard -promised > 1e-12 * max(1, abs(now.loss)) else { return try model(zip(parameters, step).map(+)) }
            }
            // Near the end the curvature hardly changes, and a pass without it costs a fraction.
            isOld = -promised < 1e-5 * max(1, abs(now.loss)) || problem.link == .identity
            lastPromise = promised
            // Where rounding of the loss hides what a step gains, no line search could tell, though it would ask sixty times; Newton's own step is then the best.
            let isHidden = -promised < 1e-14 * max(1, abs(now.loss))
            let longest =
                isHidden ? unsearched(parameters, step, withHessian: !isOld) : search(parameters, now.loss, step, promised, withHessian: !isOld)
            guard let (found, value) = longest else {
                // Rounding hides what is left to gain, or the step leads nowhere.
                guard -promised < 1e-12 * max(1, abs(now.loss + penalty(parameters))) else { break }
                return try model(zip(parameters, step).map(+))
            }
            (parameters, now) = (found, value)
            if !isOld { hessian = penalised(now.hessian) }
        }
        try checkSeparation(parameters, loss: 1e-4)
        throw TrainingError(
            .notConverged,
            message:
                "the linear model has not converged after \(settings.iterations) iterations; raise 'penalty', or allow more 'iterations'"
        )
    }

    /// Where Newton's method begins: nowhere; of many rows near the solution of an eighth of them, which saves most of the passes over all.
    private func start() -> (parameters: [Double], value: LinearProblem.Value) {
        let nothing = problem.nothing
        if problem.link != .identity, problem.rowCount >= 65_536, problem.rowCount >= 64 * problem.parameterCount, let near = nearby(nothing) {
            let value = problem.value(near, withHessian: true)
            // Rows that are no sample of the others tell nothing.
            if value.loss + penalty(near) < problem.lossOfNothing { return (near, value) }
        }
        return (nothing, problem.valueOfNothing ?? problem.value(nothing, withHessian: true))
    }

    /// The solution of a quadratic loss, which needs no second look at the rows; nil for any other, and for features that nearly say the same, where rounding in the
    /// second derivatives is seen in the solution.
    private func leastSquares(_ parameters: [Double], _ gradient: [Double], _ hessian: [Double]) -> [Double]? {
        guard problem.link == .identity, !isSparse else { return nil }
        let size = parameters.count
        var (found, slope) = (parameters, gradient)
        for place in 0..<size { slope[place] += l2[place] * parameters[place] }
        // Again for what the lift of the diagonal took.
        for _ in 0..<3 {
            guard let (step, leastPivot) = newtonSystem(slope, hessian), leastPivot > 1e-4 else { return nil }
            for column in 0..<size {
                found[column] += step[column]
                slope[column] += hessian[column * size + column] * step[column]
                for row in (column + 1)..<max(size, column + 1) {
                    slope[row] += hessian[column * size + row] * step[column]
                    slope[column] += hessian[column * size + row] * step[row]
                }
            }
        }
        return found
    }

    /// The solution of a sample, to a thousandth of its loss; nil if some steps do not come that near.
    private func nearby(_ start: [Double]) -> [Double]? {
        let sample = LinearSolver(problem.sampled(oneIn: 8), settings)
        var (parameters, now) = (start, sample.problem.value(start, withHessian: true))
        for _ in 0..<12 {
            var gradient = now.gradient
            for place in gradient.indices { gradient[place] += l2[place] * parameters[place] }
            let hessian = penalised(now.hessian)
            guard let step = isSparse ? proximalStep(parameters, gradient, hessian) : newtonStep(gradient, hessian) else { return nil }
            let promised = zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 } + absoluteChange(parameters, step)
            if -promised < 1e-3 * max(1e-3, abs(now.loss)) { return zip(parameters, step).map(+) }
            guard let (found, value) = sample.search(parameters, now.loss, step, promised, withHessian: true) else { return nil }
            (parameters, now) = (found, value)
        }
        return nil
    }

    private func penalised(_ hessian: [Double]) -> [Double] {
        var hessian = hessian
        for place in 0..<problem.parameterCount { hessian[place * problem.parameterCount + place] += l2[place] }
        return hessian
    }

    private func unsearched(_ parameters: [Double], _ step: [Double], withHessian: Bool) -> (parameters: [Double], value: LinearProblem.Value)? {
        let next = zip(parameters, step).map(+)
        return (next, problem.value(next, withHessian: withHessian))
    }

    /// The longest of the step, its half, its quarter … that keeps enough of the promise; nil if none does.
    private func search(
        _ parameters: [Double], _ loss: Double, _ step: [Double], _ promised: Double, withHessian: Bool
    ) -> (parameters: [Double], value: LinearProblem.Value)? {
        let before = loss + penalty(parameters)
        var length = 1.0
        for _ in 0..<60 {
            let candidate = zip(parameters, step).map { $0 + length * $1 }
            let value = problem.value(candidate, withHessian: withHessian)
            let after = value.loss + penalty(candidate)
            if after.isFinite, after <= before + 1e-4 * length * promised { return (candidate, value) }
            length /= 2
        }
        return nil
    }

    /// Whether the classes are told apart without a rest: then larger coefficients are always better ones, and what rounding ends at means nothing
    /// (Albert and Anderson 1984). The loss of such a fit is beyond what noise could leave.
    private func checkSeparation(_ parameters: [Double], loss limit: Double = 1e-9) throws(TrainingError) {
        guard settings.penalty == 0, problem.link == .logit || problem.link == .softmax,
            problem.value(parameters, withHessian: false).loss < limit
        else { return }
        throw TrainingError(
            .notConverged,
            message: "the features tell the classes of the training rows apart without a rest, so no coefficients are the best; set 'penalty' above 0"
        )
    }

    /// Whether some rows are told apart without a rest, or a count never comes: then a coefficient grows without end (quasi-complete separation, Albert and
    /// Anderson 1984), and only rounding ended it. At a minimum Newton's step vanishes; without one it moves some row's predictor by about 1 for ever.
    private func checkQuasiSeparation(_ parameters: [Double]) throws(TrainingError) {
        guard settings.penalty == 0, problem.link != .identity else { return }
        let now = problem.value(parameters, withHessian: true)
        guard let step = newtonStep(now.gradient, now.hessian) else { return }
        let (largest, feature) = problem.reach(of: step)
        guard largest > 0.01 else { return }
        throw TrainingError(
            .notConverged, column: feature,
            message:
                "the coefficient of '\(feature)' grows without end: of some training rows the features tell \(problem.link == .log ? "that the count is always zero" : "the class without a rest"); set 'penalty' above 0"
        )
    }

    private func model(_ found: [Double]) throws(TrainingError) -> GeneralizedLinearModel {
        try checkSeparation(found)
        try checkQuasiSeparation(found)
        let found = problem.model(found)
        guard problem.link == .softmax else { return found }
        // All outputs may move together without a change to any probability. What no penalty holds is given a mean of 0 over the outputs, the one solution of
        // least norm; of the coefficients an L2 penalty has done that already.
        func balanced(_ values: [Double]) -> [Double] {
            let width = values.count / problem.outputs
            return values.indices.map { place in
                let alike = stride(from: place % width, to: values.count, by: width)
                return values[place] - alike.reduce(0) { $0 + values[$1] } / Double(problem.outputs)
            }
        }
        return GeneralizedLinearModel(
            link: .softmax, intercepts: balanced(found.intercepts),
            coefficients: settings.penalty == 0 ? balanced(found.coefficients) : found.coefficients)
    }

    /// How much a step adds to the L1 penalty: of coefficients that keep their sign without the rounding of two sums, below which nothing ends.
    private func absoluteChange(_ parameters: [Double], _ step: [Double]) -> Double {
        parameters.indices.reduce(0) { sum, place in
            let (now, change) = (parameters[place], step[place])
            let keepsSign = now * (now + change) > 0
            return sum + l1[place] * (keepsSign ? (now > 0 ? change : -change) : abs(now + change) - abs(now))
        }
    }

    private func penalty(_ parameters: [Double]) -> Double {
        parameters.indices.reduce(0) { $0 + l1[$1] * abs(parameters[$1]) + l2[$1] / 2 * parameters[$1] * parameters[$1] }
    }

    /// −H⁻¹g, scaled to a diagonal of ones first, so that features of very different size do no harm.
    private func newtonStep(_ gradient: [Double], _ hessian: [Double]) -> [Double]? { newtonSystem(gradient, hessian)?.step }

    /// - Returns: the least pivot too, 1 where features say nothing of each other.
    private func newtonSystem(_ gradient: [Double], _ hessian: [Double]) -> (step: [Double], leastPivot: Double)? {
        let size = gradient.count
        let roots = (0..<size).map { place in
            let diagonal = hessian[place * size + place]
            return diagonal > 0 ? diagonal.squareRoot() : 1
        }
        var scaled = hessian
        for column in 0..<size { for row in column..<size { scaled[column * size + row] /= roots[row] * roots[column] } }
        let right = zip(gradient, roots).map { -$0 / $1 }
        // Columns that say the same, and the softmax's freedom to move all intercepts at once, leave the matrix singular.
        for jitter in [1e-11, 1e-8, 1e-5, 1e-2] {
            var lifted = scaled
            for place in 0..<size { lifted[place * size + place] += jitter }
            if let (solution, least) = DenseKernels.solve(lifted, order: size, right) { return (zip(solution, roots).map { $0 / $1 }, least) }
        }
        return nil
    }

    /// argmin of g·d + ½ dᵀHd + Σ l1·|β + d|, by coordinate descent.
    private func proximalStep(_ parameters: [Double], _ gradient: [Double], _ hessian: [Double]) -> [Double]? {
        let size = gradient.count
        func entry(_ row: Int, _ column: Int) -> Double { row >= column ? hessian[column * size + row] : hessian[row * size + column] }
        var full = [Double](repeating: 0, count: size * size)
        for row in 0..<size { for column in 0..<size { full[row * size + column] = entry(row, column) } }
        var step = [Double](repeating: 0, count: size)
        // gradient + H·step
        var slope = gradient
        for sweep in 1...10_000 {
            var largest = 0.0
            // Features that nearly say the same creep along together.
            if sweep.isMultiple(of: 50) { leap(parameters, &step, &slope, full) }
            for place in 0..<size {
                let curvature = full[place * size + place]
                guard curvature > 0 else { continue }
                let now = parameters[place] + step[place]
                let free = now - slope[place] / curvature
                let threshold = l1[place] / curvature
                let next = free > threshold ? free - threshold : free < -threshold ? free + threshold : 0
                let change = next - now
                guard change != 0 else { continue }
                step[place] += change
                for other in 0..<size { slope[other] += change * full[place * size + other] }
                largest = max(largest, abs(change) * curvature.squareRoot())
            }
            if largest < 1e-12 { break }
        }
        return step
    }

    /// Towards the minimum over the coefficients that are not zero, as far as they keep their signs: the first that would change its own becomes zero. The quadratic
    /// model falls all the way.
    private func leap(_ parameters: [Double], _ step: inout [Double], _ slope: inout [Double], _ full: [Double]) {
        let size = parameters.count
        let now = zip(parameters, step).map(+)
        let active = (0..<size).filter { l1[$0] == 0 || now[$0] != 0 }
        let order = active.count
        var gradient = [Double](repeating: 0, count: order)
        var hessian = [Double](repeating: 0, count: order * order)
        for (column, place) in active.enumerated() {
            gradient[column] = slope[place] + (now[place] > 0 ? l1[place] : now[place] < 0 ? -l1[place] : 0)
            for (row, other) in active.enumerated() { hessian[column * order + row] = full[place * size + other] }
        }
        guard order > 0, let (found, _) = newtonSystem(gradient, hessian) else { return }
        var length = 1.0
        var first: Int?
        for (place, change) in zip(active, found) where l1[place] > 0 && now[place] * (now[place] + length * change) < 0 {
            (length, first) = (-now[place] / change, place)
        }
        for (place, change) in zip(active, found) {
            let moved = place == first ? -now[place] : length * change
            step[place] = place == first ? -parameters[place] : step[place] + moved
            for other in 0..<size { slope[other] += moved * full[place * size + other] }
        }
    }
}
