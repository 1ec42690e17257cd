import Basics
import Frames
import Models
import Testing
import Training

@Suite struct LinearThreadsTests {
    /// A kernel library that is not safe to call from several threads gives other sums now and then: many calls, several times.
    @Test(arguments: [ModelTask.binary, .count, .regression])
    func `a fit on many rows has the same bytes for any number of threads, every time`(_ task: ModelTask) throws {
        var random = SeededRandom(seed: 11, stream: 0)
        let (rows, width) = (16_384, 20)
        var columns = (0..<width).map { place in
            Column("x\(place)", doubles: (0..<rows).map { _ in 2 * random.nextUnit() - 1 })
        }
        let label: [Int64?] = (0..<rows).map { _ in Int64(random.next(below: 2)) }
        columns.append(Column("y", integers: label))
        let frame = try Frame(columns)
        var settings = LinearSettings()
        settings.penalty = 0.001
        let plan = TrainingPlan(task: task, label: "y", features: (0..<width).map { "x\($0)" }, estimator: .linear(settings))
        let alone = try plan.fit(frame, threads: 1).payload
        for threads in [2, 4, 4, 4] { #expect(try plan.fit(frame, threads: threads).payload == alone) }
    }

    /// Many rows begin near the solution of an eighth of them; half as many of twice the weight begin at nothing. In either order the minimum is one.
    @Test(arguments: [(ModelTask.binary, 0.0, false), (.binary, 0.5, false), (.binary, 0, true), (.count, 0, false), (.multiclass, 0, true)])
    func `a fit that begins near the solution ends where one does that begins at nothing`(_ task: ModelTask, _ l1Share: Double, _ sorted: Bool) throws
    {
        var random = SeededRandom(seed: 12, stream: 0)
        let (rows, width) = (40_000, 4)
        var columns = (0..<width).map { _ in (0..<rows).map { _ in 2 * random.nextUnit() - 1 } }
        var labels = (0..<rows).map { row in
            let score = columns[0][row] - 0.5 * columns[1][row] + 2 * random.nextUnit() - 1
            return task == .binary ? (score > 0 ? 1 : 0) : Int64(max(0, min(2, (score + 1).rounded())))
        }
        if sorted {
            // All rows of a class stand together.
            let order = labels.indices.sorted { (labels[$0], $0) < (labels[$1], $1) }
            labels = order.map { labels[$0] }
            columns = columns.map { column in order.map { column[$0] } }
        }
        var settings = LinearSettings()
        settings.penalty = 0.001
        settings.l1Share = l1Share
        func fitted(_ copies: Int, threads: Int) throws -> (model: GeneralizedLinearModel, bytes: [UInt8]) {
            func repeated<Value>(_ values: [Value]) -> [Value] { values.flatMap { [Value](repeating: $0, count: copies) } }
            let table = try Frame(
                columns.enumerated().map { Column("x\($0)", doubles: repeated($1)) } + [
                    Column("y", integers: repeated(labels)), Column("w", doubles: repeated([Double](repeating: 2 / Double(copies), count: rows))),
                ])
            let plan = TrainingPlan(
                task: task, label: "y", features: (0..<width).map { "x\($0)" }, weights: "w", estimator: .linear(settings))
            let artifact = try plan.fit(table, threads: threads)
            return (try GeneralizedLinearModel(bytes: artifact.payload, header: artifact.header), artifact.payload)
        }
        let (few, many) = (try fitted(1, threads: 1), try fitted(2, threads: 1))
        let distance = zip(few.model.coefficients + few.model.intercepts, many.model.coefficients + many.model.intercepts).map { abs($0 - $1) }.max()
        #expect((distance ?? 1) < 1e-8)
        for threads in [2, 4] { #expect(try fitted(2, threads: threads).bytes == many.bytes) }
    }

    /// Coordinate descent moves two such features together by a billionth of the way at a time.
    @Test(arguments: [ModelTask.binary, .regression, .count])
    func `a lasso of features that nearly say the same comes to its minimum`(_ task: ModelTask) throws {
        var random = SeededRandom(seed: 13, stream: 0)
        let rows = 0..<400
        var columns = (0..<4).map { _ in rows.map { _ in random.nextUnit() + random.nextUnit() + random.nextUnit() - 1.5 } }
        columns.append(columns[0].map { $0 + 1e-5 * (random.nextUnit() - 0.5) })
        let labels = rows.map { row -> Double in
            let score = 2 * columns[0][row] - columns[1][row] + 2 * random.nextUnit() - 1
            return task == .regression ? score : task == .binary ? (score > 0 ? 1 : 0) : max(0, (score + 1).rounded())
        }
        let label = task == .regression ? Column("y", doubles: labels.map { $0 }) : Column("y", integers: labels.map { Int64($0) })
        let frame = try Frame(columns.enumerated().map { Column("x\($0)", doubles: $1.map { $0 }) } + [label])
        var settings = LinearSettings()
        (settings.penalty, settings.l1Share) = (0.01, 1)
        let model = try TrainingPlan(task: task, label: "y", features: (0..<5).map { "x\($0)" }, estimator: .linear(settings)).fit(frame)
        let predictions = try model.predict(frame)
        let coefficients = try #require(try JSONValue(parsing: model.payload)["coefficients"]?.arrayValue?.compactMap(\.doubleValue))
        for (place, coefficient) in coefficients.enumerated() {
            let slope = rows.reduce(0) { $0 + (predictions[$1] - labels[$1]) * columns[place][$1] } / Double(rows.count)
            let rest = coefficient == 0 ? max(0, abs(slope) - 0.01) : abs(slope + (coefficient > 0 ? 0.01 : -0.01))
            #expect(rest < 1e-9, "x\(place): \(coefficient), \(slope)")
        }
    }
}
