import Frames
import Models
import Testing

/// Of which class each column of a classifier's is, and which of two is the score.
@Suite struct ONNXClassesTests {
    @Test(
        arguments: [
            ("logistic", .named(["0", "1"])), ("turned", .named(["1", "0"])), ("logistic-texts", .named(["no", "yes"])),
            ("zipmap", .named(["0", "1"])),
            ("zipmap-names", .named(["high", "low", "middle"])), ("lightgbm", .named(["0", "1"])), ("forest", .named(["0", "1", "2"])),
            // Not its members' labels.
            ("bagging-numbers", .named(["1", "2"])), ("bayes-texts", .named(["no", "yes"])), ("gaps", .counted), ("network", nil),
            ("regressor", nil), ("sequence", nil), ("elements", nil),
        ] as [(String, ONNXClasses?)])
    func `a file says what its classes are called`(_ name: String, _ classes: ONNXClasses?) throws {
        #expect(try ONNXFixtures.model(name).classes == classes)
    }

    @Test(arguments: [("logistic", 1), ("turned", 0), ("zipmap", 1), ("lightgbm", 1)])
    func `of 0 and 1 the score is that of 1, whichever column it has`(_ name: String, column: Int) throws {
        let frame = try ONNXFixtures.frame(ONNXFixtures.rows(name))
        let predictor = try ONNXPredictor(ONNXFixtures.model(name), frames: [frame])
        try predictor.checkClass()
        let output = name == "zipmap" ? "output_probability" : "probabilities"
        #expect(try predictor.predict(frame) == ONNXFixtures.output(name, output).map { $0[column] })
        #expect(predictor.outputNames == ["1"])
        let other = try ONNXPredictor(ONNXFixtures.model(name), frames: [frame], options: .init(positive: "0"))
        #expect(try other.predict(frame) == ONNXFixtures.output(name, output).map { $0[1 - column] })
    }

    @Test func `of other classes the positive one must be said, and be one of them`() throws {
        for (name, classes) in [("bagging-numbers", ["1", "2"]), ("bayes-texts", ["no", "yes"])] {
            let frame = try ONNXFixtures.frame(ONNXFixtures.rows(name))
            let model = try ONNXFixtures.model(name)
            let error = #expect(throws: ModelError.self) { try ONNXPredictor(model, frames: [frame]).checkClass() }
            #expect(error?.code == .unclearClass && error?.message.contains("'\(classes[0])' and '\(classes[1])'") == true, "\(error?.message ?? "")")
            #expect(ONNXPredictor.unclearClass(model, .init()) == error)
            for (column, positive) in classes.enumerated() {
                let predictor = try ONNXPredictor(model, frames: [frame], options: .init(positive: positive))
                try predictor.checkClass()
                #expect(try predictor.predict(frame) == ONNXFixtures.output(name, "probabilities").map { $0[column] })
                #expect(ONNXPredictor.unclearClass(model, .init(positive: positive)) == nil)
            }
            let absent = #expect(throws: ModelError.self) { try ONNXPredictor(model, frames: [frame], options: .init(positive: "maybe")) }
            #expect(absent?.code == .unclearClass && absent?.message.contains("none is 'maybe'") == true)
            #expect(ONNXPredictor.unclearClass(model, .init(positive: "maybe"))?.code == .unclearClass)
            #expect(ONNXPredictor.unclearClass(model, .init(outputColumn: 1)) == nil)
        }
        // One column is nobody's class by name.
        let network = try ONNXFixtures.frame(ONNXFixtures.rows("network"))
        let error = #expect(throws: ModelError.self) {
            try ONNXPredictor(ONNXFixtures.model("network"), frames: [network], options: .init(positive: "1"))
        }
        #expect(error?.message.contains("does not say which columns") == true)
    }

    @Test func `one class of several may be the score`() throws {
        let frame = try ONNXFixtures.frame(ONNXFixtures.rows("zipmap-names"))
        let low = try ONNXPredictor(ONNXFixtures.model("zipmap-names"), frames: [frame], options: .init(positive: "low"))
        #expect(try low.outputNames == ["low"] && low.predict(frame) == ONNXFixtures.output("zipmap-names", "output_probability").map { $0[1] })
    }
}
