public import Basics

/// One set of parameters that was tried, with what came of it.
public struct Trial: Hashable, Sendable {
    public let number: Int
    public let parameters: [String: JSONValue]
    /// The share of the full effort that it was given, in 0…1.
    public let effort: Double
    /// The objectives, each so that less is better; nil: the trial failed.
    public let losses: [Double]?
    /// By how much the constraints are broken in all; 0 if they hold.
    public let violation: Double
    /// The measures as they are, by name, and why a trial failed: for the table.
    public let measures: [String: Double]
    public let failure: String?
    /// The number of an earlier trial of the same point, whose figures these are; nil: the point was new.
    public let repeats: Int?

    public init(
        number: Int, parameters: [String: JSONValue], effort: Double = 1, losses: [Double]?, violation: Double = 0,
        measures: [String: Double] = [:], failure: String? = nil, repeats: Int? = nil
    ) {
        self.repeats = repeats
        self.number = number
        self.parameters = parameters
        self.effort = effort
        self.losses = losses
        self.violation = violation
        self.measures = measures
        self.failure = failure
    }

    public var isFeasible: Bool { losses != nil && violation <= 0 }

    /// No worse in every objective and better in one (Pareto); one that keeps the constraints beats one that does not (Deb 2000).
    func dominates(_ other: Trial) -> Bool {
        guard let own = losses else { return false }
        guard let theirs = other.losses else { return true }
        if violation > 0 || other.violation > 0 { return violation < other.violation }
        return zip(own, theirs).allSatisfy { $0 <= $1 } && zip(own, theirs).contains { $0 < $1 }
    }

    public var json: JSONValue {
        JSONValue.object([
            "number": .int(Int64(number)), "parameters": .object(parameters), "effort": .double(effort),
            "losses": losses.map { .array($0.map { .double($0) }) } ?? .null, "violation": .double(violation),
            "measures": .object(measures.mapValues { .double($0) }), "failure": failure.map { .string($0) } ?? .null,
            "repeats": repeats.map { .int(Int64($0)) } ?? .null,
        ]).droppingNulls
    }

    /// Reads `json`; nil if it has not that form.
    public init?(json: JSONValue) {
        guard let number = json["number"]?.intValue, let parameters = json["parameters"]?.objectValue, let effort = json["effort"]?.doubleValue,
            let violation = json["violation"]?.doubleValue
        else { return nil }
        self.init(
            number: Int(number), parameters: parameters, effort: effort,
            losses: json["losses"]?.arrayValue?.compactMap(\.doubleValue), violation: violation,
            measures: (json["measures"]?.objectValue ?? [:]).compactMapValues(\.doubleValue), failure: json["failure"]?.stringValue,
            repeats: json["repeats"]?.intValue.map { Int($0) })
    }

    /// Another trial of the same point.
    public func repeated(as number: Int) -> Trial {
        Trial(
            number: number, parameters: parameters, effort: effort, losses: losses, violation: violation, measures: measures, failure: failure,
            repeats: self.number)
    }
}

/// Order among trials of several objectives.
public enum ParetoOrder {
    /// The places of trials that no other dominates, ascending. Failed ones and those that break the constraints are not among them.
    public static func front(_ trials: [Trial]) -> [Int] {
        trials.indices.filter { place in
            trials[place].isFeasible && !trials.contains { $0.dominates(trials[place]) }
        }
    }

    /// Best first: by the front that a trial is in when fronts are taken away one after another, within a front the one that lies most alone (crowding
    /// distance, Deb et al. 2002), then the earlier. With one objective that is the order of the losses.
    static func ranked(_ trials: [Trial]) -> [Int] {
        let objectives = trials.lazy.compactMap(\.losses?.count).first ?? 1
        if objectives == 1 {
            return trials.indices.sorted { left, right in
                func key(_ place: Int) -> (Double, Double, Int) {
                    guard let loss = trials[place].losses?[0] else { return (.infinity, .infinity, place) }
                    return (trials[place].violation, trials[place].violation > 0 ? 0 : loss, place)
                }
                return key(left) < key(right)
            }
        }
        var left = Array(trials.indices)
        var order: [Int] = []
        while !left.isEmpty {
            let front = left.filter { place in !left.contains { trials[$0].dominates(trials[place]) } }
            order += byCrowding(front, trials)
            left.removeAll { front.contains($0) }
        }
        return order
    }

    private static func byCrowding(_ front: [Int], _ trials: [Trial]) -> [Int] {
        var distance = Dictionary(uniqueKeysWithValues: front.map { ($0, 0.0) })
        for objective in 0..<(trials[front[0]].losses?.count ?? 0) {
            func loss(_ place: Int) -> Double { trials[place].losses?[objective] ?? 0 }
            let sorted = front.sorted { (loss($0), $0) < (loss($1), $1) }
            let span = loss(sorted[sorted.count - 1]) - loss(sorted[0])
            distance[sorted[0]] = .infinity
            distance[sorted[sorted.count - 1]] = .infinity
            guard span > 0 else { continue }
            for (index, place) in sorted.enumerated().dropFirst().dropLast() {
                distance[place, default: 0] += (loss(sorted[index + 1]) - loss(sorted[index - 1])) / span
            }
        }
        return front.sorted { (distance[$1] ?? 0, $0) < (distance[$0] ?? 0, $1) }
    }
}
