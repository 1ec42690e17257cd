import Basics

/// For each question (an entity at a time) the row of a history that answers it: of the rows of that entity whose event was not later and that were
/// known by then, the one with the latest event, and of several the one that became known last, and of several the last in the table. None if that
/// event is longer ago than values hold.
///
/// Since a row counts only from when it was known, one that is filled in later changes no earlier answer. O((n + m) log (n + m)).
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
        let entity: Int32
        let row: Int32
        /// Of a question its time; of a row of the history when it begins to count.
        let time: Int64

        static func precedes(_ left: Moment, _ right: Moment) -> Bool {
            (left.entity, left.time, left.row) < (right.entity, right.time, right.row)
        }
    }

    /// Row numbers of the history, −1 where nothing answers.
    ///
    /// - Parameter timeToLive: in the unit of the times; nil: for ever.
    public static func rows(
        entities: [Int32], times: [Int64?], history: History, timeToLive: Int64?, threads: Int
    ) -> [Int] {
        precondition(entities.count == times.count && entities.count < Int(Int32.max) && history.entities.count < Int(Int32.max))
        var questions: [Moment] = []
        questions.reserveCapacity(entities.count)
        for row in entities.indices where entities[row] >= 0 {
            if let time = times[row] { questions.append(Moment(entity: entities[row], row: Int32(row), time: time)) }
        }
        var rows: [Moment] = []
        rows.reserveCapacity(history.entities.count)
        for row in history.entities.indices where history.entities[row] >= 0 {
            if let event = history.events[row], let known = history.known[row] {
                rows.append(Moment(entity: history.entities[row], row: Int32(row), time: max(event, known)))
            }
        }
        let unsorted = [questions, rows]
        let sorted = concurrentBlocks(2, threads: threads) { unsorted[$0].sorted(by: Moment.precedes) }
        (questions, rows) = (sorted[0], sorted[1])
        var answers = [Int](repeating: -1, count: entities.count)
        var next = 0
        var best: (event: Int64, known: Int64, row: Int32)?
        var entity: Int32 = -1
        for question in questions {
            if question.entity != entity {
                entity = question.entity
                best = nil
                while next < rows.count, rows[next].entity < entity { next += 1 }
            }
            while next < rows.count, rows[next].entity == entity, rows[next].time <= question.time {
                let row = rows[next].row
                let candidate = (event: history.events[Int(row)] ?? 0, known: history.known[Int(row)] ?? 0, row: row)
                if best.map({ $0 < candidate }) ?? true { best = candidate }
                next += 1
            }
            guard let best else { continue }
            let (age, overflow) = question.time.subtractingReportingOverflow(best.event)
            if let timeToLive, overflow || age > timeToLive { continue }
            answers[Int(question.row)] = Int(best.row)
        }
        return answers
    }
}
