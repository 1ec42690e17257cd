internal import Basics

/// One round of validation: what is fitted sees `train` only, and is measured on `held`. Both ascend and share no row.
public struct Fold: Hashable, Sendable {
    /// From 0; folds of one repetition hold out different rows.
    public let repetition: Int
    public let train: [Int]
    public let held: [Int]

    public init(repetition: Int, train: [Int], held: [Int]) {
        self.repetition = repetition
        self.train = train
        self.held = held
    }
}

/// How rows are divided into folds, each of which is held out once.
public struct FoldPlan: Hashable, Sendable {
    public enum Scheme: Hashable, Sendable {
        /// Fold sizes differ by one row at most.
        case random
        /// As random; each class's rows differ by one at most between folds as well.
        case stratified
        /// Rows of one group are in one fold; the largest groups are dealt first, each to the fold with the fewest rows.
        case grouped
        /// Blocks in order of time: each fold but the first block is held out once, and only earlier rows are trained on. Rows of one time stay together.
        case timeOrdered
    }

    public let scheme: Scheme
    public let count: Int
    public let repeats: Int
    public let seed: UInt64

    public init(_ scheme: Scheme, count: Int, repeats: Int = 1, seed: UInt64 = 0) {
        self.scheme = scheme
        self.count = count
        self.repeats = repeats
        self.seed = seed
    }

    /// What the rows are divided by: one element a row, as the scheme needs it.
    public struct Keys: Sendable {
        public var classes: [Int]?
        /// For messages.
        public var classNames: [String]?
        public var groups: [Int]?
        public var times: [Int64]?

        public init(classes: [Int]? = nil, groups: [Int]? = nil, times: [Int64]? = nil) {
            self.classes = classes
            self.groups = groups
            self.times = times
        }
    }

    /// The folds of `rows` rows, numbered from 0, in order of their repetition.
    ///
    /// Throws `invalidSetting` for fewer than two folds, or `folds` if there are fewer rows, rows of a class, groups or times than folds.
    public func folds(rows: Int, _ keys: Keys = Keys()) throws(TrainingError) -> [Fold] {
        guard count >= 2 else { throw TrainingError(.invalidSetting, message: "there must be two folds or more, not \(count)") }
        guard repeats >= 1 else { throw TrainingError(.invalidSetting, message: "there must be one repetition or more, not \(repeats)") }
        guard count <= rows else {
            throw TrainingError(.folds, message: "\(count) folds cannot be made of \(rows == 1 ? "1 row" : "\(rows) rows")")
        }
        if scheme == .timeOrdered { return try timeOrdered(rows, keys.times) }
        var folds: [Fold] = []
        for repetition in 0..<repeats {
            var random = SeededRandom(seed: seed, stream: UInt64(repetition))
            let assigned =
                switch scheme {
                case .random, .timeOrdered: random.shuffled(rows).enumerated().map { (row: $1, fold: $0 % count) }
                case .stratified: try stratified(rows, keys, &random)
                case .grouped: try grouped(rows, keys.groups, &random)
                }
            var fold = [Int](repeating: 0, count: rows)
            for (row, number) in assigned { fold[row] = number }
            for number in 0..<count {
                folds.append(
                    Fold(
                        repetition: repetition, train: (0..<rows).filter { fold[$0] != number }, held: (0..<rows).filter { fold[$0] == number }))
            }
        }
        return folds
    }

    private func stratified(_ rows: Int, _ keys: Keys, _ random: inout SeededRandom) throws(TrainingError) -> [(row: Int, fold: Int)] {
        guard let classes = keys.classes else { preconditionFailure("a stratified plan is given classes") }
        precondition(classes.count == rows, "one class a row")
        let order = random.shuffled(rows)
        var byClass: [Int: [Int]] = [:]
        for row in order { byClass[classes[row], default: []].append(row) }
        for (name, members) in byClass.sorted(by: { $0.key < $1.key }) where members.count < count {
            let text = keys.classNames.map { "'\($0[name])'" } ?? "\(name)"
            throw TrainingError(
                .folds,
                message: "class \(text) has \(members.count == 1 ? "1 row" : "\(members.count) rows"), which cannot be spread over \(count) folds")
        }
        // Dealt one after another through all classes, so that both the classes and the whole are even.
        return byClass.sorted { $0.key < $1.key }.flatMap(\.value).enumerated().map { ($1, $0 % count) }
    }

    private func grouped(_ rows: Int, _ groups: [Int]?, _ random: inout SeededRandom) throws(TrainingError) -> [(row: Int, fold: Int)] {
        guard let groups else { preconditionFailure("a grouped plan is given groups") }
        precondition(groups.count == rows, "one group a row")
        var byGroup: [Int: [Int]] = [:]
        for row in 0..<rows { byGroup[groups[row], default: []].append(row) }
        guard byGroup.count >= count else {
            let found = byGroup.count == 1 ? "there is 1 group" : "there are \(byGroup.count) groups"
            throw TrainingError(.folds, message: "\(found), too few for \(count) folds, since a group is in one fold only")
        }
        let names = byGroup.keys.sorted()
        // Groups of one size come in an order of the seed's.
        let order = random.shuffled(names.count).map { byGroup[names[$0]] ?? [] }.enumerated()
            .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
        var sizes = [Int](repeating: 0, count: count)
        var assigned: [(row: Int, fold: Int)] = []
        for members in order {
            let fold = sizes.indices.min { (sizes[$0], $0) < (sizes[$1], $1) } ?? 0
            sizes[fold] += members.count
            assigned += members.map { ($0, fold) }
        }
        return assigned
    }

    private func timeOrdered(_ rows: Int, _ times: [Int64]?) throws(TrainingError) -> [Fold] {
        guard let times else { preconditionFailure("a plan by time is given times") }
        precondition(times.count == rows, "one time a row")
        guard repeats == 1 else {
            throw TrainingError(.invalidSetting, message: "folds by time cannot be repeated: there is one order of time only")
        }
        let order = (0..<rows).sorted { (times[$0], $0) < (times[$1], $1) }
        var bounds = [0]
        for block in 1...count {
            var end = rows * block / (count + 1)
            while end > 0, end < rows, times[order[end]] == times[order[end - 1]] { end += 1 }
            bounds.append(end)
        }
        bounds.append(rows)
        guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw TrainingError(
                .folds, message: "\(count) folds in order of time need \(count + 1) stretches of different times; the rows' times are too few")
        }
        return (1...count).map { block in
            Fold(repetition: 0, train: order[..<bounds[block]].sorted(), held: order[bounds[block]..<bounds[block + 1]].sorted())
        }
    }
}

extension SeededRandom {
    /// 0..<count in random order: Fisher–Yates (Durstenfeld 1964), written out because the standard library's may change.
    mutating func shuffled(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for place in 0..<max(0, count - 1) { order.swapAt(place, place + Int(next(below: UInt64(count - place)))) }
        return order
    }
}
