import Basics

/// For each question (an entity at a time) the row of a history that answers it: of the rows of that entity whose event was not later and that were
/// known by then, the one with the latest event, and of several the one that became known last, and of several the last in the table. None if that
/// event is longer ago than values hold.
///
/// Since a row counts only from when it was known, one that is filled in later changes no earlier answer. O(n + m) and the sorting of each entity's rows.
public struct PointInTimeJoin: Sendable {
    /// A table's entities and times; a row with a negative entity, or without a time, takes no part.
    public struct History: Sendable {
        public let entities: [Int32]
        public let events: [Int64?]
        public let known: [Int64?]

        public init(entities: [Int32], events: [Int64?], known: [Int64?]) {
            precondition(entities.count == events.count && events.count == known.count)
            self.entities = entities
            self.events = events
            self.known = known
        }
    }

    private struct Moment {
        /// Of a question its time; of a row of the history when it begins to count.
        let time: Int64
        let row: Int32

        static func precedes(_ left: Moment, _ right: Moment) -> Bool { left.time < right.time || left.time == right.time && left.row < right.row }
    }

    /// A table's moments, each entity's together: counted and not compared, since entities are numbers without gaps.
    private struct Grouped {
        /// Of each entity where it begins, and the end of the last.
        private(set) var starts: [Int]
        private(set) var moments: [Moment]

        init(_ entities: [Int32], count: Int, time: (Int) -> Int64?) {
            starts = Array(repeating: 0, count: count + 1)
            var taking: [Int32] = []
            taking.reserveCapacity(entities.count)
            for row in entities.indices where entities[row] >= 0 && time(row) != nil {
                starts[Int(entities[row]) + 1] += 1
                taking.append(Int32(row))
            }
            for entity in 0..<count { starts[entity + 1] += starts[entity] }
            var next = starts
            moments = Array(repeating: Moment(time: 0, row: 0), count: taking.count)
            for row in taking {
                let entity = Int(entities[Int(row)])
                moments[next[entity]] = Moment(time: time(Int(row)) ?? 0, row: row)
                next[entity] += 1
            }
        }

        /// One entity's moments, in their order.
        func sorted(_ entity: Int) -> ArraySlice<Moment> {
            let own = moments[starts[entity]..<starts[entity + 1]]
            for place in own.indices.dropFirst() where own[place].time < own[place - 1].time { return own.sorted(by: Moment.precedes)[...] }
            return own
        }
    }

    /// Row numbers of the history, −1 where nothing answers.
    ///
    /// - Parameters:
    ///   - entities: numbers from 0 on, without large gaps.
    ///   - timeToLive: in the unit of the times; nil: for ever.
    public static func rows(
        entities: [Int32], times: [Int64?], history: History, timeToLive: Int64?, threads: Int
    ) -> [Int] {
        precondition(entities.count == times.count && entities.count < Int(Int32.max) && history.entities.count < Int(Int32.max))
        let count = Int(max(entities.max() ?? -1, history.entities.max() ?? -1)) + 1
        let tables = concurrentBlocks(2, threads: threads) { table in
            table == 0
                ? Grouped(entities, count: count) { times[$0] }
                : Grouped(history.entities, count: count) { row in
                    guard let event = history.events[row], let known = history.known[row] else { return nil }
                    return max(event, known)
                }
        }
        let (questions, rows) = (tables[0], tables[1])
        // Entities differ in size: more blocks than threads.
        let blocks = min(max(count, 1), threads * 16)
        @Sendable func first(_ block: Int) -> Int { count * block / blocks }
        let found = concurrentBlocks(blocks, threads: threads) { block -> [(question: Int32, row: Int32)] in
            var answers: [(question: Int32, row: Int32)] = []
            answers.reserveCapacity(questions.starts[first(block + 1)] - questions.starts[first(block)])
            for entity in first(block)..<first(block + 1) {
                answer(questions.sorted(entity), rows.sorted(entity), history, timeToLive, &answers)
            }
            return answers
        }
        var answers = [Int](repeating: -1, count: entities.count)
        for block in found { for answer in block { answers[Int(answer.question)] = Int(answer.row) } }
        return answers
    }

    /// The questions about one entity, from the earliest to the latest, with the best of the rows that count by then.
    private static func answer(
        _ questions: ArraySlice<Moment>, _ rows: ArraySlice<Moment>, _ history: History, _ timeToLive: Int64?,
        _ answers: inout [(question: Int32, row: Int32)]
    ) {
        var next = rows.startIndex
        var best: (event: Int64, known: Int64, row: Int32)?
        for question in questions {
            while next < rows.endIndex, rows[next].time <= question.time {
                let row = rows[next].row
                let candidate = (event: history.events[Int(row)] ?? 0, known: history.known[Int(row)] ?? 0, row: row)
                if best.map({ $0 < candidate }) ?? true { best = candidate }
                next += 1
            }
            guard let best else { continue }
            let (age, overflow) = question.time.subtractingReportingOverflow(best.event)
            if let timeToLive, overflow || age > timeToLive { continue }
            answers.append((question.row, best.row))
        }
    }
}
