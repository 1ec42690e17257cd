import Basics
import Foundation
import Frames
import Metrics

// The jobs of measures.py on tables drawn from the same distributions. Prints one line a job: name and seconds, the best of three.

func measure(_ name: String, _ work: () throws -> Void) rethrows {
    var best = Double.infinity
    for _ in 0..<3 {
        let clock = ContinuousClock()
        let start = clock.now
        try work()
        let (seconds, attoseconds) = (clock.now - start).components
        best = min(best, Double(seconds) + Double(attoseconds) * 1e-18)
    }
    print(name, best)
}

var random = SeededRandom(seed: 1)
func scored(_ count: Int, _ random: inout SeededRandom) throws -> ScoredRows {
    var scores: [Double] = []
    for _ in 0..<count { scores.append(random.nextUnit()) }
    var labels: [Bool] = []
    for score in scores { labels.append(random.nextUnit() < score) }
    return try ScoredRows(scores: scores, labels: labels, threshold: 0.5)
}

var options = FairnessReport.Options()
options.threads = 2
for count in [100_000, 1_000_000, 10_000_000] {
    let rows = try scored(count, &random)
    let groups = Column("g", integers: (0..<count).map { _ in Int64(random.next(below: 6)) })
    let codes = try Groups(groups)
    measure("groups-\(count)") { _ = try? FairnessReport(rows, [codes], options: options) }
    if count == 1_000_000 {
        measure("groups-from-column-\(count)") { _ = (try? Groups(groups)).flatMap { try? FairnessReport(rows, [$0], options: options) } }
    }
    measure("performance-\(count)") { _ = PerformanceReport(rows) }
}

func normal(_ count: Int, _ shift: Double, _ random: inout SeededRandom) -> Column {
    // Sums of uniform numbers are near enough for timing.
    var values: [Double] = []
    for _ in 0..<count { values.append(random.nextUnit() + random.nextUnit() + random.nextUnit() + random.nextUnit() + shift) }
    return Column("x", .double(values))
}
for count in [100_000, 1_000_000] {
    let columns = 50
    let reference = (0..<columns).map { index in normal(count, 0, &random).renamed("c\(index)") }
    let current = try Frame((0..<columns).map { index in normal(count, 0.05, &random).renamed("c\(index)") })
    let kept = reference.map { ReferenceColumn($0) }
    measure("drift-\(count)x\(columns)") { _ = try? DriftReport(reference: kept, current: current, threads: 2) }
    if count == 1_000_000 {
        measure("distances-of-one-column-\(count)") {
            _ = try? DriftReport(reference: [ReferenceColumn(reference[0])], current: try Frame([current.columns[0]]), threads: 1)
        }
    }
}
func identifiers(_ shift: UInt64, _ random: inout SeededRandom) -> Column {
    let codes = (0..<1_000_000).map { _ in Int32(random.next(below: 200_000)) }
    // Names of one length: their order is that of their numbers.
    return Column("id", .category(codes: codes, categories: (0..<200_000).map { "account-\(1_000_000 + shift + UInt64($0))" }))
}
let (then, now) = (identifiers(0, &random), identifiers(50_000, &random))
let frame = try Frame([now])
measure("drift-of-200000-categories-1000000") { _ = try? DriftReport(reference: [ReferenceColumn(then)], current: frame, threads: 1) }
for count in [100_000, 1_000_000, 10_000_000] {
    let table = try Frame([normal(count, 0, &random), Column("n", integers: (0..<count).map { _ in Int64(random.next(below: 1000)) })])
    measure("profile-\(count)x2") { _ = TableProfile(table, threads: 2) }
}
if CommandLine.arguments.count > 1 {
    let frame = try Frame.read(parquet: Array(try Data(contentsOf: URL(filePath: CommandLine.arguments[1]))))
    measure("profile") { _ = TableProfile(frame, threads: 2) }
}
