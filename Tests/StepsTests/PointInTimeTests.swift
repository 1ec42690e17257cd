import Basics
import Foundation
import Steps
import TestSupport
import Testing

@Suite struct PointInTimeTests {
    struct Case {
        var entities: [Int32] = []
        var times: [Int64?] = []
        var history = PointInTimeJoin.History(entities: [], events: [], known: [])
        var timeToLive: Int64?

        init(seed: UInt64) {
            var random = SeededRandom(seed: seed)
            func entity() -> Int32 { random.next(below: 12) == 0 ? -1 : Int32(random.next(below: 4)) }
            // Few distinct times, so that ties are common.
            func time() -> Int64? { random.next(below: 15) == 0 ? nil : Int64(random.next(below: 40)) }
            for _ in 0..<120 {
                entities.append(entity())
                times.append(time())
            }
            let rows = 90
            let events = (0..<rows).map { _ in time() }
            history = PointInTimeJoin.History(
                entities: (0..<rows).map { _ in entity() }, events: events,
                // Mostly known after the event, at times before it (a forecast).
                known: events.map { $0.map { $0 + Int64(random.next(below: 12)) - 2 } })
            timeToLive = random.next(below: 2) == 0 ? nil : Int64(random.next(below: 15))
        }

        /// Looks at every row for every question.
        var bruteForce: [Int] {
            entities.indices.map { row in
                guard entities[row] >= 0, let time = times[row] else { return -1 }
                var best: (Int64, Int64, Int)?
                for candidate in history.entities.indices where history.entities[candidate] == entities[row] {
                    guard let event = history.events[candidate], let known = history.known[candidate], event <= time, known <= time else { continue }
                    if let old = best, old >= (event, known, candidate) { continue }
                    best = (event, known, candidate)
                }
                guard let best, timeToLive.map({ time - best.0 <= $0 }) ?? true else { return -1 }
                return best.2
            }
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>) func `each answer is what looking at every row gives`(seed: UInt64) {
        let question = Case(seed: seed)
        for threads in [1, 2, 4] {
            let rows = PointInTimeJoin.rows(
                entities: question.entities, times: question.times, history: question.history, timeToLive: question.timeToLive, threads: threads)
            #expect(rows == question.bruteForce, "seed \(seed)")
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func `a row that is filled in later changes no earlier answer`(seed: UInt64) {
        let question = Case(seed: seed)
        let cut: Int64 = 25
        let history = question.history
        let before = PointInTimeJoin.rows(
            entities: question.entities, times: question.times, history: history, timeToLive: question.timeToLive, threads: 1)
        // Events of all times, known from 25 on.
        let backfilled = PointInTimeJoin.History(
            entities: history.entities + history.entities, events: history.events + history.events,
            known: history.known + history.events.map { $0.map { max($0, cut) } })
        let after = PointInTimeJoin.rows(
            entities: question.entities, times: question.times, history: backfilled, timeToLive: question.timeToLive, threads: 1)
        for row in question.times.indices where question.times[row].map({ $0 < cut }) ?? true { #expect(before[row] == after[row], "seed \(seed)") }
        #expect(before != after)
    }

    @Test func `the answers are those of pandas' merge_asof`() throws {
        let oracle = try JSONValue(parsing: Data(contentsOf: TestFiles.root.appendingPathComponent("Tests/Oracles/pointintime/values.json")))
        let cases = try #require(oracle["cases"]?.arrayValue)
        #expect(cases.count >= 6)
        for each in cases {
            func integers(_ name: String) -> [Int64] { (each[name]?.arrayValue ?? []).compactMap(\.intValue) }
            let rows = PointInTimeJoin.rows(
                entities: integers("entities").map { Int32($0) }, times: integers("times"),
                history: .init(entities: integers("historyEntities").map { Int32($0) }, events: integers("events"), known: integers("known")),
                timeToLive: each["timeToLive"]?.intValue, threads: 2)
            #expect(rows.map { Int64($0) } == integers("rows"), "\(each["name"]?.stringValue ?? "")")
        }
    }
}
