internal import Glibc

/// Reduces learning under parity constraints to a sequence of weighted classifications (Agarwal, Beygelzimer, Dudík, Langford and Wallach 2018). The
/// learner is any that takes labels and weights.
public enum Reductions {
    public struct Options: Hashable, Sendable {
        /// The constraints are relaxed by what the multipliers' L1 bound, 1 / tolerance, lets through.
        public var tolerance = 0.01
        public var iterations = 50
        /// The starting step of the multipliers, times the tolerance.
        public var step = 2.0
        /// The duality gap to stop at; nil: half the deviation of the first classifier's errors over √n.
        public var gap: Double?

        public init() {}
    }

    /// A randomised classifier: `weights` sum to 1; a row's chance of a positive decision is the weighted share of classifiers that select it.
    public struct Mixture<Classifier> {
        public let classifiers: [Classifier]
        public let weights: [Double]
        /// The duality gap that was reached.
        public let gap: Double
        public let iterations: Int
        /// How often the learner was called.
        public let fits: Int
    }

    /// Section 3, algorithm 1, with the linear program over the classifiers found so far after each step. While the best response to the program's own multipliers is a new
    /// classifier, it takes the place of the next step of the gradient: such columns come to the same gap with about half the fits.
    ///
    /// - Parameters:
    ///   - fit: labels and weights (mean 1) of the training rows, to a classifier and its decisions on those rows.
    /// - Throws: what `fit` throws, and `classes` if a cell that the constraint compares has no rows.
    public static func exponentiatedGradient<Classifier>(
        _ constraint: ParityConstraint, labels: [Bool], groups: [Int], options: Options = Options(),
        fit: @escaping (_ labels: [Bool], _ weights: [Double]) throws -> (classifier: Classifier, decisions: [Bool])
    ) throws -> Mixture<Classifier> {
        var game = try Game(ParityMoments(constraint, labels: labels, groups: groups), bound: 1 / options.tolerance, fit: fit)
        let width = 2 * game.moments.cellCount
        var theta = [Double](repeating: 0, count: width)
        var multiplierSum = [Double](repeating: 0, count: width)
        var counts: [Double] = []
        var step = options.step / game.bound
        var target = options.gap ?? 0
        var best: (gap: Double, weights: [Double]) = (.infinity, [])
        var (lastCheck, lastGap, leastGradientGap) = (5, Double.infinity, Double.infinity)
        var done = 0
        // Multipliers followed, and whether the program's own found no classifier that is new to it.
        var (steps, isStuck) = (0, true)
        for round in 0..<options.iterations {
            if round < 2 || isStuck {
                let scale = 1 + theta.reduce(0) { $0 + exp($1) }
                let multipliers = theta.map { game.bound * exp($0) / scale }
                multiplierSum = zip(multiplierSum, multipliers).map { $0 + $1 }
                let chosen = try game.bestResponse(multipliers)
                if round == 0, options.gap == nil { target = 0.5 * game.errorDeviation(0) / Double(labels.count).squareRoot() }
                counts += [Double](repeating: 0, count: game.classifiers.count - counts.count)
                counts[chosen] += 1
                steps += 1
                let slack = game.moments.slack(game.violations[chosen])
                for index in theta.indices { theta[index] += step * (slack[index] - constraint.bound) }
            }
            done = round + 1
            // Of one classifier there is no mixture.
            if round == 0, options.iterations > 1 { continue }
            // The program's mixture is the best that the classifiers found so far allow, so the average is asked for only where there is none, and to set the step.
            let isCheck = Double(steps) >= Double(lastCheck + 1) * 1.6
            let known = game.classifiers.count
            let program = game.linearProgram()
            var candidate = (gap: Double.infinity, weights: [Double]())
            if let program { candidate = (try game.gap(program.weights, program.multipliers, enough: target), program.weights) }
            isStuck = game.classifiers.count == known
            if candidate.gap >= target, program == nil || isCheck {
                let average = counts.map { $0 / Double(steps) }
                let gap = try game.gap(average, multiplierSum.map { $0 / Double(steps) }, enough: target)
                leastGradientGap = min(leastGradientGap, gap)
                if gap < candidate.gap { candidate = (gap, average) }
            }
            if candidate.gap <= best.gap + 1e-8 { best = candidate }
            if candidate.gap < target, round >= 5 { break }
            if isCheck {
                if leastGradientGap > lastGap * 0.8 { step *= 0.8 }
                (lastCheck, lastGap) = (steps, leastGradientGap)
            }
        }
        let kept = best.weights.indices.filter { best.weights[$0] > 0 }
        let sum = kept.reduce(0) { $0 + best.weights[$1] }
        return Mixture(
            classifiers: kept.map { game.classifiers[$0] }, weights: kept.map { best.weights[$0] / sum }, gap: best.gap, iterations: done,
            fits: game.fits)
    }

    /// Section 3.4: the best responses to a grid of multipliers, of which the one with the best sum of error and constraint violation is taken.
    ///
    /// - Parameters:
    ///   - size: how many multipliers at least.
    ///   - limit: the largest L1 norm of a multiplier.
    ///   - constraintWeight: of the largest violation, in 0…1; the error has the rest.
    public static func gridSearch<Classifier>(
        _ constraint: ParityConstraint, labels: [Bool], groups: [Int], size: Int = 10, limit: Double = 2, constraintWeight: Double = 0.5,
        fit: @escaping (_ labels: [Bool], _ weights: [Double]) throws -> (classifier: Classifier, decisions: [Bool])
    ) throws -> (classifier: Classifier, points: [(multipliers: [Double], error: Double, violation: Double)], chosen: Int) {
        var game = try Game(ParityMoments(constraint, labels: labels, groups: groups), bound: 1, fit: fit)
        let cells = game.moments.cellCount
        let perEvent = cells / constraint.eventCount
        // The first group of each event follows from the others.
        let free = (0..<cells).filter { $0 % perEvent != 0 }
        var found: [(multipliers: [Double], error: Double, violation: Double)] = []
        var classifiers: [Classifier] = []
        for point in lattice(free.count, size: size) {
            var multipliers = [Double](repeating: 0, count: 2 * cells)
            for (cell, value) in zip(free, point) { multipliers[value >= 0 ? cell : cell + cells] = abs(value) * limit }
            let made = try game.respond(multipliers)
            found.append((multipliers, made.error, made.violations.map { abs($0) }.max() ?? 0))
            classifiers.append(made.classifier)
        }
        func loss(_ index: Int) -> Double { constraintWeight * found[index].violation + (1 - constraintWeight) * found[index].error }
        let chosen = found.indices.min { (loss($0), $0) < (loss($1), $1) } ?? 0
        return (classifiers[chosen], found, chosen)
    }

    /// Points with whole coordinates whose absolute values sum to at most the least number that gives `size` of them, divided by that number.
    static func lattice(_ dimensions: Int, size: Int) -> [[Double]] {
        guard dimensions > 0 else { return [[]] }
        func points(_ dimensions: Int, _ norm: Int) -> [[Int]] {
            guard dimensions > 0 else { return [[]] }
            return (-norm...norm).flatMap { first in points(dimensions - 1, norm - abs(first)).map { [first] + $0 } }
        }
        var norm = 1
        while points(dimensions, norm).count < size { norm += 1 }
        return points(dimensions, norm).map { $0.map { Double($0) / Double(norm) } }
    }
}
