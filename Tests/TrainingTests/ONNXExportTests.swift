import Basics
import Frames
import Models
import Testing
import Training

@Suite struct ONNXExportTests {
    /// Rows that training did not see: missing values in every column, categories never seen, times before 1970 and after 2038, odd blanks. More than one
    /// block of ONNX Runtime's.
    static func strange(rows: Int = 8200) throws -> Frame {
        var random = SeededRandom(seed: 5)
        var (a, b, c, text): ([Double?], [Double?], [String?], [String?]) = ([], [], [], [])
        var (t, hasTime): ([Int64], [Bool]) = ([], [])
        var flag: [Bool?] = []
        let words = ["red", "blue\tsky", "Zürich", "東京", " grün ", "a\u{B}b\u{C}c\r\nd", "mauve", "x\u{A0}y", "gold"]
        for _ in 0..<rows {
            a.append(random.next(below: 20) == 0 ? nil : (random.nextUnit() * 6 - 3))
            b.append(random.next(below: 4) == 0 ? nil : random.nextUnit() * 2 - 0.5)
            c.append(
                random.next(below: 9) == 0
                    ? nil : ["red", "green", "blue", "grey", "gold", "mauve", "Red", "rede\u{301}"][Int(random.next(below: 8))])
            let count = Int(random.next(below: 6))
            text.append(
                random.next(below: 9) == 0
                    ? nil : count == 0 ? " \t" : (0..<count).map { _ in words[Int(random.next(below: UInt64(words.count)))] }.joined(separator: "  "))
            t.append(Int64(random.next(below: 8_000_000_000_000_000)) - 4_000_000_000_000_000)
            hasTime.append(random.next(below: 12) != 0)
            flag.append(random.next(below: 10) == 0 ? nil : random.next(below: 2) == 0)
        }
        return try Frame([
            Column("a", doubles: a), Column("b", doubles: b), Column("c", texts: c), Column("t", .timestamp(t), validity: hasTime),
            Column("text", texts: text), Column("truth", booleans: flag),
        ])
    }

    /// The frame of the plans' tests with two columns more.
    static func frame() throws -> Frame {
        let base = try TrainingPlanTests.frame()
        let extra = try strange(rows: base.rowCount)
        return try Frame(base.columns + extra.columns.filter { $0.name == "text" || $0.name == "truth" })
    }

    @Test(arguments: ModelTask.allCases, [false, true])
    func `every task's model gives the same in ONNX Runtime, preprocessing included`(_ task: ModelTask, _ isLinear: Bool) throws {
        guard task != .quantile || !isLinear else { return }
        let frame = try Self.frame()
        var plan = TrainingPlanTests.plan(task, linear: isLinear)
        if isLinear { plan.preprocessing.append(PreprocessingStep(columns: ["a", "t:hour", "t:month"], .impute(.mean, indicator: false))) }
        let artifact = try plan.fit(frame)
        let export = try ONNXExport(artifact)
        let bound = isLinear ? 1e-12 : task == .regression || task == .quantile ? 0 : 0x1p-23
        #expect(try export.largestDifference(Self.strange()) <= bound)
        #expect(try export.largestDifference(frame.selecting(rows: [3])) <= bound)
        #expect(try ONNXExport(artifact).bytes == export.bytes)
        #expect(bound <= export.tolerance)
    }

    @Test(arguments: [false, true])
    func `a mixture is one file, and gives the weight of the members that decide for a row`(_ isLinear: Bool) throws {
        let frame = try Self.frame()
        var plan = TrainingPlanTests.plan(.binary, linear: isLinear)
        plan.weights = nil
        plan.classWeights = nil
        if isLinear { plan.preprocessing.append(PreprocessingStep(columns: ["a", "t:hour", "t:month"], .impute(.mean, indicator: false))) }
        let members = try [0.3, 0.25, 0.45].enumerated().map { place, weight in
            // Other weights of the rows give other members.
            TrainedModel.Member(
                model: try plan.fit(frame, weights: (0..<frame.rowCount).map { Double($0 % (place + 2) + 1) }), weight: weight)
        }
        let mixture = TrainedModel(members: members)
        let strange = try Self.strange()
        let ours = try mixture.scores(strange, threads: 1)
        #expect(Set(ours).count > 3)
        let export = try mixture.exported()
        #expect(try export.largestDifference(strange, ours: ours) <= 1e-12)
        let rule = DecisionRule(calibrator: .platt(slope: 1.5, intercept: -0.2), threshold: 0.5)
        #expect(try mixture.exported(rule).largestDifference(strange, ours: rule.chances(ours)) <= 1e-12)
    }

    @Test(arguments: Calibrator.Method.allCases, [false, true])
    func `a calibration is part of the file, of two classes and of several`(_ method: Calibrator.Method, _ isLinear: Bool) throws {
        let frame = try Self.frame()
        for task in [ModelTask.binary, .multiclass] {
            var plan = TrainingPlanTests.plan(task, linear: isLinear)
            if isLinear { plan.preprocessing.append(PreprocessingStep(columns: ["a", "t:hour", "t:month"], .impute(.mean, indicator: false))) }
            let model = TrainedModel(try plan.fit(frame))
            let targets = try plan.targets(frame)
            let scores = try model.scores(frame, threads: 1)
            let rule =
                task == .binary
                ? DecisionRule(calibrator: try .fit(method, scores: scores, labels: targets.values.map { $0 > 0 }), threshold: 0.5)
                : DecisionRule(try .fit(method, classes: targets.classes, scores: scores, truth: targets.values.map { Int($0) }))
            let strange = try Self.strange()
            let export = try model.exported(rule)
            let difference = try export.largestDifference(strange, ours: rule.chances(model.scores(strange, threads: 1)))
            #expect(difference <= export.tolerance, "\(task) \(difference)")
            if method != .isotonic { #expect(export.tolerance < 1e-3) }
        }
    }

    @Test(arguments: [3, 90, 300], [1, 64])
    func `sets of categories, missing and unknown ones included, take the same ways`(_ count: Int, _ oneHotLimit: Int) throws {
        var random = SeededRandom(seed: UInt64(count))
        func frame(_ rows: Int, _ categories: Int) throws -> Frame {
            let codes = (0..<rows).map { _ in Int(random.next(below: UInt64(categories + 1))) }
            let other = (0..<rows).map { _ in Int(random.next(below: 7)) }
            return try Frame([
                Column("k", texts: codes.map { $0 == categories ? nil : "category \($0)" }),
                Column("l", texts: other.map { $0 == 0 ? nil : "v\($0)" }),
                Column("x", doubles: other.map { _ in random.next(below: 5) == 0 ? nil : random.nextUnit() }),
                Column("y", doubles: zip(codes, other).map { Double(($0 * 37) % 11) + Double($1 % 3) + random.nextUnit() }),
            ])
        }
        var settings = TrainingSettings()
        settings.rounds = 15
        settings.oneHotLimit = oneHotLimit
        let plan = TrainingPlan(task: .regression, label: "y", features: ["k", "l", "x"], estimator: .xgboost(settings))
        let export = try ONNXExport(plan.fit(frame(1500, count)))
        #expect(try export.largestDifference(frame(900, count + 5)) == 0)
    }

    @Test func `what every transform makes is the same bits`() throws {
        let frame = try Self.frame()
        let parts = FittedTransform.DatePart.allCases
        let plans: [(features: [String], steps: [PreprocessingStep])] = [
            (["c"], [PreprocessingStep(columns: ["c"], .impute(.mostFrequent, indicator: true))]),
            (["c"], [PreprocessingStep(columns: ["c"], .oneHot(minimumRows: 1, unseen: .neutral))]),
            (["c"], [PreprocessingStep(columns: ["c"], .oneHot(minimumRows: 120, unseen: .missing))]),
            (["c"], [PreprocessingStep(columns: ["c"], .targetEncode(smoothing: 5, folds: 4, unseen: .missing))]),
            (["c"], [PreprocessingStep(columns: ["c"], .frequencyEncode(folds: 4, unseen: .neutral))]),
            (["text"], [PreprocessingStep(columns: ["text"], .hashText(buckets: 7))]),
            (["a", "b"], [PreprocessingStep(columns: ["a", "b"], .bin(.quantile, count: 5))]),
            (["a", "b"], [PreprocessingStep(columns: ["a"], .bin(.uniform, count: 4)), PreprocessingStep(columns: ["b"], .scale(.robust))]),
            (
                ["b", "truth"],
                [PreprocessingStep(columns: ["b", "truth"], .impute(.median, indicator: true)), PreprocessingStep(columns: ["b"], .scale(.minMax))]
            ),
            (["t", "truth"], [PreprocessingStep(columns: ["t"], .dateParts(parts))]),
        ]
        for (features, steps) in plans {
            // Deep trees on little data ask for about every value there is.
            var settings = TrainingSettings()
            settings.rounds = 12
            settings.minChildWeight = 0
            settings.lambda = 0
            let artifact = try TrainingPlan(
                task: .regression, label: "number", features: features, preprocessing: steps, estimator: .xgboost(settings)
            ).fit(frame)
            let difference = try ONNXExport(artifact).largestDifference(Self.strange(rows: 800))
            #expect(difference == 0, "\(steps)")
        }
    }

    @Test func `parts of times are ours over a thousand years`() throws {
        // One feature at a time, as a linear model whose prediction is the feature itself.
        for part in FittedTransform.DatePart.allCases {
            let header = ModelHeader(
                task: .regression, label: "y", input: FeatureSchema([.init(name: "t", type: .timestamp)]),
                preprocessing: [FittedTransform(column: "t", .dateParts([part]))],
                features: FeatureSchema([.init(name: "t:\(part.rawValue)", type: .number)]), format: .linear)
            let model = GeneralizedLinearModel(link: .identity, intercepts: [0], coefficients: [1])
            let times =
                (0..<4000).map { Int64($0) * 7_889_238_123_457 - 15_778_476_000_000_000 } + [
                    -1, 0, 1, -86_400_000_000, -86_400_000_001, 951_782_400_000_000,
                ]
            let export = try ONNXExport(ModelArtifact(header: header, payload: model.bytes))
            #expect(try export.largestDifference(Frame([Column("t", .timestamp(times))])) == 0, "\(part)")
        }
    }

    @Test func `a category that was never seen is an error in ONNX where it is declared to be one`() throws {
        let frame = try Self.frame()
        for operation in [PreprocessingStep.Operation.oneHot(minimumRows: 1, unseen: .error), .targetEncode(smoothing: 5, folds: 4, unseen: .error)] {
            let plan = TrainingPlan(
                task: .regression, label: "number", features: ["c"], preprocessing: [PreprocessingStep(columns: ["c"], operation)])
            let export = try ONNXExport(plan.fit(frame))
            #expect(try export.largestDifference(frame) == 0)
            let model = try ONNXModel(bytes: export.bytes)
            #expect { try model.run(["c": ONNXTensor(shape: [2, 1], .string(["red", "mauve"]))]) } throws: {
                "\($0)".contains("out of data bounds")
            }
        }
    }

    @Test func `columns may be called as nodes and outputs are`() throws {
        let frame = try Frame([
            Column("v1", doubles: (0..<50).map { Double($0) }), Column("prediction", texts: (0..<50).map { $0 % 3 == 0 ? nil : "p\($0 % 5)" }),
            Column("y", doubles: (0..<50).map { Double($0 % 9) }),
        ])
        let plan = TrainingPlan(
            task: .regression, label: "y", features: ["v1", "prediction"],
            preprocessing: [PreprocessingStep(columns: ["prediction"], .oneHot(minimumRows: 1, unseen: .neutral))])
        let export = try ONNXExport(plan.fit(frame))
        #expect(export.output == "prediction_2")
        #expect(try export.largestDifference(frame) == 0)
        // A reader of the file alone knows what is missing.
        let predictor = try ONNXPredictor(ONNXModel(bytes: export.bytes), frames: [frame])
        #expect(try predictor.predict(frame) == plan.fit(frame).predict(frame))
    }

    @Test(arguments: [false, true])
    func `of several classes the file names the likeliest, calibrated or not`(_ isCalibrated: Bool) throws {
        let frame = try Self.frame()
        let model = TrainedModel(try TrainingPlanTests.plan(.multiclass).fit(frame))
        let classes = model.header.classes
        let maps = classes.enumerated().map { place, _ in Calibrator.platt(slope: 0.5 + Double(place), intercept: 0.2 - Double(place) / 3) }
        let rule = isCalibrated ? DecisionRule(ClassCalibrators(classes: classes, calibrators: maps)) : nil
        let export = try model.exported(rule, decides: true)
        #expect(export.decision == "decision" && export.draw == nil)
        let strange = try Self.strange()
        #expect(try model.check(export, rule, on: strange) == model.check(model.exported(rule), rule, on: strange))
        let chances = try (rule ?? DecisionRule(threshold: 0.5)).chances(model.scores(strange, threads: 1))
        let ours = Column.likeliest("class", scores: chances, classes: classes).classTexts()
        let theirs = try export.decidedClasses(strange)
        #expect(theirs.count == strange.rowCount && Set(theirs).count == classes.count)
        #expect(zip(ours ?? [], theirs).count { $0 != $1 } <= 2)
        // A file that decides by another rule is found out.
        if isCalibrated { #expect(try model.check(export, nil, on: strange).otherDecisions > 0) }
        // A reader of the file alone still finds the one prediction.
        let predictor = try ONNXPredictor(ONNXModel(bytes: export.bytes), frames: [strange])
        #expect(try predictor.predict(strange).count == classes.count * strange.rowCount)
    }

    @Test func `what ONNX cannot say is refused`() throws {
        let frame = try Frame([Column("c", texts: ["x", "a", "b", "a"]), Column("y", doubles: [1, 2, 3, 4])])
        let hashed = try TrainingPlan(
            task: .regression, label: "y", features: ["c"], preprocessing: [PreprocessingStep(columns: ["c"], .hashText(buckets: 3))]
        ).fit(frame)
        let empty = try Frame([Column("c", texts: ["", "a", "b", "a"])])
        #expect { try ONNXExport(hashed).largestDifference(empty) } throws: { "\($0)".contains("of the table has an empty text") }
        let number = TrainedModel(try TrainingPlanTests.plan(.regression).fit(Self.frame()))
        #expect { try number.exported(decides: true) } throws: { "\($0)".contains("only a model of classes decides") }
        let ready = ModelArtifact(
            header: ModelHeader(task: .binary, label: "y", input: FeatureSchema([.init(name: "x", type: .number)]), format: .onnx), payload: [1])
        #expect { try ONNXExport(ready) } throws: { "\($0)".contains("ONNX model already") }
    }
}
