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
}
