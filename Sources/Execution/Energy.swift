public import Basics
internal import Foundation
public import Planning
public import Sandbox

/// What a run cost, as far as this machine can tell. Measured, so it differs from run to run: never part of a key, of a step's outputs, or of what
/// makes a decision a new one.
public struct StepUsage: Hashable, Sendable {
    public var process: ProcessUsage
    /// Attempts that it took, the last one included.
    public var attempts: Int
    public var joules: Double
    /// `rapl`: measured by the processor; `model`: worked out from CPU time and memory.
    public var energyBasis: String
    /// Grams of CO₂ equivalent; nil where no intensity is declared.
    public var gramsCO2e: Double?
    public var enforcement: [String: String]
    /// When it ended, so that grams can be worked out once an intensity is declared for that time; nil for what was kept before this was.
    public var measuredAt: Instant?

    public init(
        process: ProcessUsage, attempts: Int, joules: Double, energyBasis: String, gramsCO2e: Double?, enforcement: [String: String],
        measuredAt: Instant? = nil
    ) {
        self.process = process
        self.attempts = attempts
        self.joules = joules
        self.energyBasis = energyBasis
        self.gramsCO2e = gramsCO2e
        self.enforcement = enforcement
        self.measuredAt = measuredAt
    }

    public var json: JSONValue {
        var members = process.json.objectValue ?? [:]
        members["attempts"] = .int(Int64(attempts))
        members["joules"] = .double(joules)
        members["energyBasis"] = .string(energyBasis)
        members["gramsCO2e"] = gramsCO2e.map { .double($0) }
        members["measuredAt"] = measuredAt.map { .string($0.description) }
        members["enforcement"] = .object(enforcement.mapValues { .string($0) })
        return .object(members)
    }

    public init?(json: JSONValue?) {
        guard let json, let process = ProcessUsage(json: json), let attempts = json["attempts"]?.intValue, let joules = json["joules"]?.doubleValue,
            let basis = json["energyBasis"]?.stringValue
        else { return nil }
        self.init(
            process: process, attempts: Int(attempts), joules: joules, energyBasis: basis, gramsCO2e: json["gramsCO2e"]?.doubleValue,
            enforcement: json["enforcement"]?.objectValue?.compactMapValues(\.stringValue) ?? [:],
            measuredAt: json["measuredAt"]?.stringValue.flatMap { Instant($0) })
    }
}

/// How energy is worked out where the processor does not count it.
///
/// `E = (CPU seconds · watts per core + wall seconds · GB of memory · watts per GB) · PUE`, the model of Green Algorithms (Lannelongue, Grealey and
/// Inouye, Advanced Science 2021) with CPU seconds in place of cores × usage × time.
public struct EnergyModel: Hashable, Sendable {
    /// Of one busy core; 12 W is Green Algorithms' figure for a processor that is not known.
    public var wattsPerCore = 12.0
    /// 0.3725 W, by the same source.
    public var wattsPerGigabyte = 0.3725
    /// Power usage effectiveness of the building.
    public var powerUsageEffectiveness = 1.0
    /// Declared intensity of the electricity, grams of CO₂ equivalent for each kilowatt-hour.
    public var gramsPerKilowattHour: Double?
    /// How it changes over time, in order; before the first point `gramsPerKilowattHour` holds.
    public var series: [CarbonWindow.Point] = []

    public init() {}

    /// Joules by the model.
    public func joules(_ usage: ProcessUsage) -> Double {
        let gigabytes = Double(usage.peakMemoryBytes) / 1e9
        return (usage.cpuSeconds * wattsPerCore + usage.wallSeconds * gigabytes * wattsPerGigabyte) * powerUsageEffectiveness
    }

    /// - Parameter instant: when the energy was used.
    public func gramsCO2e(joules: Double, at instant: Instant) -> Double? {
        (series.last { $0.instant <= instant }?.gramsPerKilowattHour ?? gramsPerKilowattHour).map { joules / 3.6e6 * $0 }
    }

    /// - Parameter counted: joules of the whole machine and its busy core seconds while the step ran, where the processor counts them.
    func usage(
        _ process: ProcessUsage, attempts: Int, counted: (joules: Double, busySeconds: Double)?, enforcement: [String: String], at instant: Instant
    ) -> StepUsage {
        var joules = joules(process)
        var basis = "model"
        if let counted, counted.busySeconds > 0 {
            joules = counted.joules * min(1, process.cpuSeconds / counted.busySeconds) * powerUsageEffectiveness
            basis = "rapl"
        }
        return StepUsage(
            process: process, attempts: attempts, joules: joules, energyBasis: basis, gramsCO2e: gramsCO2e(joules: joules, at: instant),
            enforcement: enforcement, measuredAt: instant)
    }
}

/// The processor's own energy counters (Intel's and AMD's RAPL), through the kernel's power capping files.
struct EnergyCounter: Sendable {
    struct Sample: Sendable {
        /// By package: microjoules, which wrap around at `range`.
        let packages: [String: (microjoules: UInt64, range: UInt64)]
        let busySeconds: Double
    }

    var root = "/sys/class/powercap"
    var statistics = "/proc/stat"

    /// Nil where there are no counters that we may read.
    func sample() -> Sample? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: root) else { return nil }
        var packages: [String: (microjoules: UInt64, range: UInt64)] = [:]
        // `intel-rapl:0` is a package; `intel-rapl:0:1` a part of it.
        for name in names where name.hasPrefix("intel-rapl:") && name.count(where: { $0 == ":" }) == 1 {
            guard let energy = number("\(root)/\(name)/energy_uj") else { return nil }
            packages[name] = (energy, number("\(root)/\(name)/max_energy_range_uj") ?? .max)
        }
        guard !packages.isEmpty, let busy = busySeconds else { return nil }
        return Sample(packages: packages, busySeconds: busy)
    }

    static func difference(_ start: Sample?, _ end: Sample?) -> (joules: Double, busySeconds: Double)? {
        guard let start, let end, start.packages.keys == end.packages.keys else { return nil }
        var microjoules = 0.0
        for (name, last) in end.packages {
            guard let first = start.packages[name] else { return nil }
            microjoules += Double(
                last.microjoules >= first.microjoules ? last.microjoules - first.microjoules : last.range - first.microjoules + last.microjoules)
        }
        return (microjoules / 1e6, end.busySeconds - start.busySeconds)
    }

    private func number(_ path: String) -> UInt64? {
        FileManager.default.contents(atPath: path).flatMap {
            UInt64(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    /// All cores' time but idle and waiting, from the first line of /proc/stat.
    private var busySeconds: Double? {
        guard let data = FileManager.default.contents(atPath: statistics) else { return nil }
        let ticks = String(decoding: data, as: UTF8.self).prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard ticks.count >= 8 else { return nil }
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
