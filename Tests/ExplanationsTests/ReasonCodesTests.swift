import Basics
import Explanations
import Models
import Testing

@Suite struct ReasonCodesTests {
    static let map = [
        "income": Reason(code: "R1", text: "Income"), "debt": Reason(code: "R2", text: "Debt"), "card debt": Reason(code: "R2", text: "Debt"),
        "years": Reason(code: "R3", text: "Years at address"),
    ]
    static let players = ["income", "debt", "card debt", "years"]

    static func values(_ rows: [[Double]], error: Double = 0) -> Attributions {
        Attributions(
            players: players, outputCount: 1, values: rows.flatMap { $0 }, baseValues: [0.5], predictions: rows.map { 0.5 + $0.reduce(0, +) + error },
            method: .exact, scale: .raw)
    }

    static func codes(_ rows: [[Double]], maximum: Int = 4, adverse: ReasonCodes.Adverse = .low) throws -> [[String]] {
        try ReasonCodes(ReasonMap(map), maximum: maximum, adverse: adverse).reasons(for: values(rows)).map { $0.map(\.code) }
    }

    @Test func `reasons come by the size of what their factors contributed together, in the adverse direction`() throws {
        #expect(try Self.codes([[-0.3, -0.2, -0.2, -0.1]]) == [["R2", "R1", "R3"]])
        #expect(try Self.codes([[-0.3, -0.2, 0.2, 0.1]]) == [["R1"]])
        #expect(try Self.codes([[-0.3, -0.2, 0.4, 0.1]], adverse: .high) == [["R2", "R3"]])
        #expect(try Self.codes([[-0.3, -0.2, -0.2, -0.1]], maximum: 1) == [["R2"]])
        #expect(try Self.codes([[0.3, 0.2, 0.2, 0.1]]) == [[]])
    }

    @Test func `of equal reasons the earlier factor's comes first`() throws {
        #expect(try Self.codes([[-0.25, -0.125, -0.125, -0.25]]) == [["R1", "R2", "R3"]])
        let reasons = try ReasonCodes(ReasonMap(Self.map)).reasons(for: Self.values([[-0.25, -0.125, -0.125, -0.25]]))[0]
        #expect(reasons[1].factors == ["debt", "card debt"])
        #expect(reasons[1].contribution == -0.25)
    }

    @Test func `sampled contributions give a reason only where chance leaves no other`() throws {
        func codes(_ row: [Double], errors: [Double], maximum: Int = 2) throws -> [String] {
            let values = Attributions(
                players: Self.players, outputCount: 1, values: row, baseValues: [0.5], predictions: [0.5 + row.reduce(0, +)], standardErrors: errors,
                method: .kernel, scale: .raw, seed: 0)
            return try ReasonCodes(ReasonMap(Self.map), maximum: maximum).reasons(for: values)[0].map(\.code)
        }
        #expect(try codes([-0.3, -0.1, -0.1, -0.01], errors: [0.01, 0.01, 0.01, 0.001]) == ["R1", "R2"])
        // Within its errors of nothing: no reason.
        #expect(try codes([-0.3, 0.1, 0, -0.01], errors: [0.01, 0.01, 0.01, 0.01]) == ["R1"])
        // The errors of the second and of the third overlap.
        let error = #expect(throws: ExplanationError.self) { try codes([-0.3, -0.05, -0.05, -0.09], errors: [0.01, 0.01, 0.01, 0.01]) }
        #expect(error?.message.contains("leaves open which the principal reasons of row 1 are: 'R2' or 'R3'") == true, "\(error?.message ?? "")")
        #expect(try codes([-0.3, -0.05, -0.05, -0.09], errors: [0.01, 0.01, 0.01, 0.01], maximum: 3) == ["R1", "R2", "R3"])
    }

    @Test func `a row that sampling leaves open keeps no other from its reasons`() throws {
        let rows = [-0.3, -0.1, -0.1, -0.01, -0.3, -0.05, -0.05, -0.09]
        let values = Attributions(
            players: Self.players, outputCount: 1, values: rows, baseValues: [0.5], predictions: [0.5 - 0.51, 0.5 - 0.49],
            standardErrors: [0.01, 0.01, 0.01, 0.001, 0.01, 0.01, 0.01, 0.01], method: .kernel, scale: .raw, seed: 0)
        let found = try ReasonCodes(ReasonMap(Self.map), maximum: 2).determinedReasons(for: values)
        #expect(found.map { $0?.map(\.code) } == [["R1", "R2"], nil])
        #expect(throws: ExplanationError.self) { try ReasonCodes(ReasonMap(Self.map), maximum: 2).reasons(for: values) }
    }

    @Test func `contributions that do not add up give no reasons`() throws {
        let codes = try ReasonCodes(ReasonMap(Self.map))
        #expect(throws: ExplanationError.self) { try codes.reasons(for: Self.values([[-0.3, 0, 0, 0]], error: 0.01)) }
        // Within the tolerance, what is no larger than the error is no reason.
        let found = try codes.reasons(for: Self.values([[-0.3, 0, 0, -0.00001]], error: 0.00002))
        #expect(found.map { $0.map(\.code) } == [["R1"]])
    }

    @Test func `the map is total and names factors only`() throws {
        func message(_ change: (inout [String: Reason]) -> Void) -> String {
            var map = Self.map
            change(&map)
            do { _ = try ReasonCodes(ReasonMap(map)).reasons(for: Self.values([[0, 0, 0, 0]])) } catch {
                return error.message
            }
            return "passed"
        }
        #expect(message { $0["years"] = nil } == "no reason is given for 'years'; every factor that is scored needs one")
        #expect(message { $0["age"] = Reason(code: "R9", text: "Age") } == "the map has reasons for 'age', which the model does not score")
        #expect(message { $0["years"] = Reason(code: "R1", text: "Years") } == "reason 'R1' has two texts")
        #expect(message { $0["years"] = Reason(code: "", text: "Years") } == "the reason of 'years' lacks its code or its text")
        #expect(throws: ExplanationError.self) { try ReasonCodes(ReasonMap(Self.map), maximum: 0) }
    }
}
