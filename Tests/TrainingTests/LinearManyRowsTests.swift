import Basics
import Frames
import Models
import Testing
import Training

/// Least squares of many rows choose where features are measured from by a sixteenth of them: rows 0 to 255 of every 4,096.
@Suite struct LinearManyRowsTests {
    private static let count = 70_000
    private static func isLookedAt(_ row: Int) -> Bool { row % 4096 < 256 }

    /// y = 3 + 2·trend − 0.5·apart + 4·noise. `apart` is 0 in the rows that are looked at and a million in the others, as no sample could tell.
    private static func columns() -> [(name: String, values: [Double])] {
        var random = SeededRandom(seed: 11, stream: 1)
        let noise: [Double] = (0..<count).map { _ in random.nextUnit() - 0.5 }
        let trend: [Double] = (0..<count).map { Double($0) / 1000 }
        let apart: [Double] = (0..<count).map { isLookedAt($0) ? 0 : 1e6 + random.nextUnit() }
        let y = (0..<count).map { row -> Double in
            let rest: Double = 3 + 4 * noise[row]
            return rest + 2 * trend[row] - 0.5 * apart[row]
        }
        return [("trend", trend), ("apart", apart), ("noise", noise), ("y", y)]
    }

    private static func frame(missing row: Int? = nil) throws -> Frame {
        var made: [Column] = []
        for (name, values) in columns() {
            var cells: [Double?] = values
            if name == "noise", let row { cells[row] = nil }
            made.append(Column(name, doubles: cells))
        }
        let weights: [Double?] = (0..<count).map { isLookedAt($0) ? 0 : Double(1 + $0 % 3) }
        made.append(Column("weight", doubles: weights))
        return try Frame(made)
    }

    private static func plan(weights: String? = nil) -> TrainingPlan {
        TrainingPlan(
            task: .regression, label: "y", features: ["trend", "apart", "noise"], weights: weights, estimator: .linear(LinearSettings()))
    }

    private static func fit(_ plan: TrainingPlan, threads: Int = 2) throws -> (bytes: [UInt8], model: GeneralizedLinearModel) {
        let artifact = try plan.fit(try frame(), threads: threads)
        return (artifact.payload, try GeneralizedLinearModel(bytes: artifact.payload, header: artifact.header))
    }

    @Test func `rows that are unlike those looked at are fitted as well`() throws {
        let fits = try [1, 2, 4].map { try Self.fit(Self.plan(), threads: $0) }
        #expect(fits[0].bytes == fits[1].bytes && fits[1].bytes == fits[2].bytes)
        for (found, truth) in zip(fits[0].model.coefficients, [2, -0.5, 4]) { #expect(abs(found - truth) < 1e-7, "\(found)") }
        #expect(abs(fits[0].model.intercepts[0] - 3) < 1e-4, "\(fits[0].model.intercepts)")
    }

    /// Every feature is a million larger in the rows that are not looked at: all nearly say the same, and from the middle of the others no digit is left of what
    /// tells them apart.
    @Test func `features that nearly say the same are told apart where the rows looked at are unlike the others`() throws {
        var random = SeededRandom(seed: 12, stream: 1)
        let noises: [[Double]] = (0..<4).map { _ in (0..<Self.count).map { _ in random.nextUnit() + random.nextUnit() + random.nextUnit() - 1.5 } }
        let truth: [Double] = [1, -2, 0.5, 3]
        let features: [[Double]] = noises.map { noise in noise.indices.map { Self.isLookedAt($0) ? noise[$0] : noise[$0] + 1e6 } }
        let y: [Double] = (0..<Self.count).map { row in zip(truth, features).reduce(1.5) { $0 + $1.0 * $1.1[row] } }
        let frame = try Frame(features.enumerated().map { Column("x\($0)", doubles: $1.map { $0 }) } + [Column("y", doubles: y.map { $0 })])
        let plan = TrainingPlan(task: .regression, label: "y", features: (0..<4).map { "x\($0)" }, estimator: .linear(LinearSettings()))
        let fits = try [1, 2, 4].map { try plan.fit(frame, threads: $0) }
        #expect(fits[0].payload == fits[1].payload && fits[1].payload == fits[2].payload)
        let model = try GeneralizedLinearModel(bytes: fits[0].payload, header: fits[0].header)
        for (found, truth) in zip(model.coefficients, truth) { #expect(abs(found - truth) < 1e-5, "\(found)") }
    }

    @Test func `rows that are looked at may weigh nothing`() throws {
        let model = try Self.fit(Self.plan(weights: "weight")).model
        for (found, truth) in zip(model.coefficients, [2, -0.5, 4]) { #expect(abs(found - truth) < 1e-6, "\(found)") }
    }

    @Test(arguments: [10, 300, 69_999])
    func `what is missing is told wherever it is`(_ row: Int) throws {
        let error = #expect(throws: TrainingError.self) { try Self.plan().fit(try Self.frame(missing: row), threads: 2) }
        #expect(error?.code == .missingValues && error?.column == "noise" && error?.row == row)
    }
}
