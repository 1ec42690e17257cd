import Basics
import Execution
import Glibc

/// What a search may cost beside a number of trials.
///
/// Each trial's processor time is measured on the one thread that it runs on, so that it hardly depends on how many run side by side, and written down, trial by
/// trial, in the output `cost` of its batch. Whether another batch begins is decided by what is written down and by nothing else: the same recorded costs give
/// the same trials on any machine, at any parallelism and after any interruption. No other output depends on the batch's own measurement. A batch has no more trials
/// than what is left pays for, by what trials cost so far: only the first batch, of which nothing is known, and dearer trials than those before can go beyond.
struct SearchBudget: Sendable {
    /// Of processor time.
    let seconds: Double?
    /// By the model of `EnergyModel`, for a processor that is not known.
    let joules: Double?

    /// Nil if the search declares none.
    init?(_ search: JSONValue) {
        guard let budget = search["budget"] else { return nil }
        seconds = budget["cpuSeconds"]?.doubleValue
        joules = budget["joules"]?.doubleValue
    }

    static func joules(seconds: Double) -> Double { seconds * EnergyModel().wattsPerCore }

    /// Whether that much leaves nothing.
    func isSpent(_ spent: Double) -> Bool { spent >= seconds ?? .infinity || Self.joules(seconds: spent) >= joules ?? .infinity }

    /// How many trials of an effort what is left pays for.
    ///
    /// - Parameters:
    ///   - costs: seconds of the trials so far.
    ///   - efforts: of the same.
    func affordable(effort: Double, costs: [Double], efforts: [Double]) -> Int {
        let spent = costs.reduce(0, +)
        let rate = spent / efforts.reduce(0, +)
        guard rate > 0 else { return .max }
        let left = min(seconds ?? .infinity, (joules ?? .infinity) / Self.joules(seconds: 1)) - spent
        return Int(min(1e9, max(0, left / (rate * effort))))
    }

    /// Seconds by trial, as a batch wrote them down.
    static func costs(_ bytes: [UInt8]) throws(StepFailure) -> [Double] {
        guard let list = (try? JSONValue(parsing: bytes))?.arrayValue else { throw StepFailure(.input, "the costs of trials are not a list") }
        return list.compactMap { $0["cpuSeconds"]?.doubleValue }
    }

    static func json(_ costs: [Double]) -> JSONValue {
        .array(costs.enumerated().map { ["number": .int(Int64($0)), "cpuSeconds": .double($1)] })
    }

    /// - Parameter spent: seconds of all trials that the evidence tells of.
    func evidence(spent: Double, trials: Int, declared: Int) -> JSONValue {
        JSONValue.object([
            "cpuSeconds": seconds.map { .double($0) } ?? .null, "joules": joules.map { .double($0) } ?? .null,
            "spentCPUSeconds": .double(spent), "spentJoules": .double(Self.joules(seconds: spent)),
            "exhausted": .bool(trials < declared),
        ]).droppingNulls
    }

    /// Processor time of the calling thread so far.
    static func threadSeconds() -> Double {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
