import Basics
import Testing

@Suite struct CountingTests {
    @Test func `one of a thing is in the singular`() {
        #expect([0, 1, 2].map { $0.counting("row") } == ["0 rows", "1 row", "2 rows"])
        #expect([1, 3].map { $0.counting("class", "classes") } == ["1 class", "3 classes"])
    }
}
