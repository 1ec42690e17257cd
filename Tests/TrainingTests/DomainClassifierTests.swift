import Basics
import Frames
import Metrics
import Testing

@testable import Training

@Suite struct DomainClassifierTests {
    @Test func `numbers that trees cannot hold are at their ends, and no failure of the machine`() throws {
        var random = SeededRandom(seed: 3)
        func frame(_ scale: Double) throws -> Frame {
            try Frame([Column("x", doubles: (0..<200).map { $0 % 50 == 0 ? .infinity : scale * (1 + random.nextUnit()) })])
        }
        let far = try DomainClassifier.area(reference: frame(1), current: frame(1e300), columns: ["x"])
        #expect(try #require(far.value) > 0.97)
        let near = try DomainClassifier.area(reference: frame(-1e300), current: frame(-1e300), columns: ["x"])
        #expect(abs(try #require(near.value) - 0.5) < 0.1)
    }
}
