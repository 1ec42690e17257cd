import Frames
import Metrics
import Training

/// What of a Model spec rows stand against, as far as it shows without a fit.
extension FitParameters {
    struct Problem {
        /// The part of the spec; empty: the data set's column of weights.
        let path: [String]
        let message: String
    }

    /// - Parameters:
    ///   - train: the rows that train, with their places in the file.
    ///   - test: the rows that the model is measured on, with theirs.
    ///   - holdsOut: whether training rows are held out in turn.
    func problems(_ train: (frame: Frame, rows: [Int]), test: (frame: Frame, rows: [Int]), holdsOut: Bool) -> [Problem] {
        let (train, rows) = train
        func problem(_ path: [String], _ work: () throws -> Void) -> Problem? {
            do { try work() } catch let error as TrainingError {
                let place = error.code == .emptySplit ? ["estimator", "earlyStopping"] : error.column.flatMap(constraint) ?? path
                return Problem(path: place, message: error.message(inFile: rows))
            } catch { return nil }
            return nil
        }
        if let problem = problem([], { try plan.checkWeights(train, ofClasses: false) }) { return [problem] }
        if let problem = problem(["classWeights"], { try plan.checkWeights(train, ofClasses: true) }) { return [problem] }
        let found =
            [
                problem([]) { try plan.checkTestWeights(test.frame, rows: test.rows) },
                problem(plan.preprocessing.isEmpty ? ["estimator"] : ["preprocessing"]) { try plan.checkPreparation(train, test: test) },
                problem(["features"]) { try checkFeatures(train) },
                problem(["mitigation"]) { try fit(threads: 1).checkMitigation(train) },
                problem(["decision", "groups"]) { try checkThresholds(train) },
            ].compactMap { $0 }
            + comparisons.compactMap { each in problem(each.path) { try check(each, train, holdsOut: holdsOut) } }
        guard found.isEmpty, holdsOut else { return found }
        return [
            problem(["validation"]) { try checkParts(train, outer: nil) },
            outerFolds.flatMap { outer in problem(["validation", "outer"]) { try checkParts(train, outer: outer) } },
        ].compactMap { $0 }
    }

    private struct Comparison {
        /// Where the spec says it.
        let path: [String]
        let measure: ThresholdConstraint
        let purpose: String
        /// Of how many rows a rate must be: one row's is 0 or 1 at every threshold, while trials may well differ in it.
        let fewestRows: Int
    }

    /// What compares groups.
    private var comparisons: [Comparison] {
        constraints.enumerated().map {
            Comparison(path: ["decision", "constraints", String($0)], measure: $1, purpose: "choose a threshold", fewestRows: 2)
        } + searched.map { Comparison(path: $0.path, measure: $0.measure, purpose: "compare trials", fewestRows: 1) }
    }

    /// Where the spec constrains trees by what is no feature of theirs: columns that preprocessing would have to make.
    private func constraint(_ name: String) -> [String]? {
        guard case .xgboost(let settings) = plan.estimator, !plan.features.contains(name) else { return nil }
        if settings.monotone[name] != nil { return ["estimator", "monotone", name] }
        return settings.interactions.contains { $0.contains(name) } ? ["estimator", "interactions"] : nil
    }

    /// Features none of which differs between training rows have nothing to tell them apart by.
    private func checkFeatures(_ train: Frame) throws {
        let columns = plan.features.compactMap { train[$0] }
        guard !columns.isEmpty, train.rowCount > 1, columns.count == plan.features.count, columns.allSatisfy(\.isConstant) else { return }
        let empty = columns.filter { $0.missingCount == $0.count }.map(\.name)
        let reason = empty.count == columns.count ? "no feature has a value in any training row" : "every feature is the same in all training rows"
        throw TrainingError(.features, message: "\(reason) (\(plan.features.prefix(5).joined(separator: ", "))), so there is nothing to learn from")
    }

    /// Whether each part that is trained on has what mitigation and thresholds compare, and, of nested validation, what its own folds need.
    private func checkParts(_ train: Frame, outer: Int?) throws {
        for (number, fold) in try folds(train, outer: outer).enumerated() {
            // All columns of all these rows are copied: only where something looks at them.
            guard outer != nil || plan.dividesRows || mitigation != nil else { break }
            let part = train.selecting(rows: fold.train)
            do {
                let inner = outer == nil ? [] : try folds(part)
                if plan.dividesRows { for each in inner { try plan.checkDivision(part.selecting(rows: each.train)) } }
                try plan.checkDivision(part)
                try fit(threads: 1).checkMitigation(part)
                guard outer != nil else { continue }
                try checkThresholds(part)
                for each in comparisons { try check(each, part, holdsOut: true) }
            } catch let error as TrainingError {
                throw TrainingError(
                    error.code, column: error.column,
                    message: outer == nil
                        ? "where fold \(number + 1) is held out, \(error.message)"
                        : "where part \(number + 1) of \(outer ?? 0) of nested validation is left out, \(error.message)")
            }
        }
    }

    /// What thresholds by group need of each group's labels does not depend on scores.
    private func checkThresholds(_ train: Frame) throws {
        guard let thresholdAttribute, let thresholdGoal else { return }
        let groups = try train.groups(thresholdAttribute, edges: edges[thresholdAttribute])
        _ = try GroupThresholds.fit(
            thresholdGoal, attribute: thresholdAttribute, names: groups.names, groups: groups.codes.map { Int($0) },
            scores: [Double](repeating: 0.5, count: train.rowCount), labels: label.resolve(train), weights: weights(of: train))
    }

    /// Throws where groups that constraints of the threshold compare have too few rows, as `problems` tells it.
    func checkConstraints(_ train: Frame) throws {
        for comparison in comparisons where comparison.path.first == "decision" { try check(comparison, train, holdsOut: true) }
    }

    /// Rates that are compared must be rates of some rows.
    private func check(_ comparison: Comparison, _ train: Frame, holdsOut: Bool) throws {
        let (constraint, purpose) = (comparison.measure, comparison.purpose)
        guard constraint.measure.isGrouped, let attribute = constraint.attribute else { return }
        let labels = try label.resolve(train)
        let counts = try counted(train, folds: holdsOut ? folds(train) : nil)
        let groups = try compared(train, attribute, counting: counts)
        var tallies = [(positives: Int, negatives: Int)](repeating: (0, 0), count: groups.names.count)
        for (row, code) in groups.codes.enumerated() where counts[row] {
            guard let code else { continue }
            if labels[row] { tallies[code].positives += 1 } else { tallies[code].negatives += 1 }
        }
        let present = zip(groups.names, tallies).filter { $1.positives + $1.negatives > 0 }
        for (name, tally) in present {
            let wanted: [(rows: Int, what: String)] =
                switch constraint.measure {
                case .truePositiveRateDifference: [(tally.positives, "positive row")]
                case .falsePositiveRateDifference: [(tally.negatives, "negative row")]
                case .equalizedOddsDifference: [(tally.positives, "positive row"), (tally.negatives, "negative row")]
                default: [(tally.positives + tally.negatives, "row")]
                }
            guard let lacking = wanted.first(where: { $0.rows < comparison.fewestRows }) else { continue }
            throw TrainingError(
                .classes, column: attribute,
                message:
                    "group '\(name)' of '\(attribute)' has \(lacking.rows == 0 ? "no" : "only one") \(lacking.what) to \(purpose) on, so its rate says nothing that \(constraint.measure.rawValue) could hold"
            )
        }
        guard present.count < 2 else { return }
        let large = minimumGroupRows > 1 ? " of at least \(minimumGroupRows) rows" : ""
        throw TrainingError(
            .classes, column: attribute,
            message:
                "\(present.first.map { "'\(attribute)' has one group only\(large), '\($0.0)'," } ?? "'\(attribute)' has no group\(large)") to \(purpose) on, so there is nothing that \(constraint.measure.rawValue) could compare"
        )
    }
}

extension Column {
    /// Whether all rows are missing, or all have one value.
    fileprivate var isConstant: Bool {
        guard count > 0, missingCount < count else { return true }
        guard missingCount == 0 else { return false }
        return switch values {
        case .boolean(let all): all.allSatisfy { $0 == all[0] }
        case .integer(let all), .timestamp(let all): all.allSatisfy { $0 == all[0] }
        case .double(let all): all.allSatisfy { $0 == all[0] }
        case .category(let codes, _): codes.allSatisfy { $0 == codes[0] }
        }
    }
}
