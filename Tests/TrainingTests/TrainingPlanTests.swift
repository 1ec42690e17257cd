import Basics
import Frames
import Models
import Testing
import Training

@Suite struct TrainingPlanTests {
    @Test(arguments: [ModelTask.binary, .multiclass, .count])
    func `rows that a category tells apart without a rest need a penalty, and the feature is named`(_ task: ModelTask) throws {
        var random = SeededRandom(seed: 8)
        let rows = 0..<400
        let x = rows.map { _ in random.nextUnit() }
        let flags = rows.map { $0 % 20 == 0 ? 1.0 : 0 }
        // Where the flag is set the label is always the same; elsewhere it is noisy.
        let labels = rows.map { row -> Int64 in
            if flags[row] == 1 { return task == .count ? 0 : 1 }
            let noisy = x[row] + random.nextUnit() - 0.5
            return task == .multiclass ? Int64(min(2, max(0, (noisy * 3).rounded(.down)))) : noisy > 0.5 ? 1 : 0
        }
        let frame = try Frame([Column("x", doubles: x), Column("flag", doubles: flags), Column("y", integers: labels)])
        var plan = TrainingPlan(task: task, label: "y", features: ["x", "flag"], estimator: .linear(LinearSettings()))
        #expect {
            _ = try plan.fit(frame)
        } throws: {
            ($0 as? TrainingError)?.code == .notConverged && "\($0)".contains("the coefficient of 'flag' grows without end")
        }
        var settings = LinearSettings()
        settings.penalty = 1e-4
        plan.estimator = .linear(settings)
        _ = try plan.fit(frame)
        // Without the rows that are told apart, a fit without a penalty is a fit.
        plan.estimator = .linear(LinearSettings())
        plan.features = ["x"]
        _ = try plan.fit(frame)
    }

    @Test func `a category of few rows is not named in the model, and is what others are`() throws {
        let rows = 0..<90
        let jobs = rows.map { $0 % 30 == 7 ? "mayor of Smalltown \($0)" : ["clerk", "baker"][$0 % 2] }
        let frame = try Frame([
            Column("job", texts: jobs.map { $0 as String? }), Column("x", doubles: rows.map { Double($0 % 5) }),
            Column("y", integers: rows.map { Int64($0 % 7 < 3 ? 1 : 0) }),
        ])
        var settings = LinearSettings()
        settings.penalty = 0.1
        let plan = TrainingPlan(
            label: "y", features: ["job", "x"], preprocessing: [PreprocessingStep(columns: ["job"], .oneHot(minimumRows: 20, unseen: .error))],
            estimator: .linear(settings))
        let model = try plan.fit(frame)
        #expect(!String(decoding: model.bytes, as: UTF8.self).contains("Smalltown"))
        #expect(model.header.input.features.first?.type == .category(["baker", "clerk"]))
        let read = try ModelArtifact(bytes: model.bytes)
        #expect(try read.predict(frame) == model.predict(frame))
        let strange = try Frame([Column("job", texts: jobs.map { $0.contains("mayor") ? "unheard of" : $0 }), frame.column("x")])
        #expect(try read.predict(strange) == model.predict(frame))
        let export = try ONNXExport(read)
        #expect(try export.largestDifference(frame, ours: model.predict(frame), draws: nil, threads: 1) < 1e-12)
        let schema = try read.header.input.withCategories(of: [frame])
        let encoded = try EncodedRows(frame, schema: schema)
        #expect(try read.predictor(schema: schema).predict(encoded.values, count: encoded.rowCount) == model.predict(frame))
    }

    @Test func `the most frequent of texts that are hashed is not kept either`() throws {
        let frame = try Frame([
            Column("note", texts: (0..<20).map { $0 % 3 == 0 ? nil : "secret" }), Column("y", integers: (0..<20).map { $0 % 2 }),
        ])
        let steps = [
            PreprocessingStep(columns: ["note"], .impute(.mostFrequent, indicator: false)),
            PreprocessingStep(columns: ["note"], .hashText(buckets: 4)),
        ]
        #expect { try TrainingPlan(label: "y", features: ["note"], preprocessing: steps).fit(frame) } throws: {
            ($0 as? TrainingError)?.message.contains("the most frequent text of 'note' would be kept") == true
        }
    }

    @Test func `a model that hashes texts keeps none of them, and gives the same for texts that it has never seen`() throws {
        let rows = 0..<60
        let texts = rows.map { "patient \($0) of Dr. Secretive\($0 % 7)" }
        let frame = try Frame([
            Column("note", texts: texts.map { $0 as String? }), Column("x", doubles: rows.map { Double($0 % 5) }),
            Column("y", integers: rows.map { Int64($0 % 7 < 3 ? 1 : 0) }),
        ])
        var settings = TrainingSettings()
        settings.rounds = 3
        let plan = TrainingPlan(
            label: "y", features: ["note", "x"],
            preprocessing: [
                PreprocessingStep(columns: ["note"], .impute(.constant("none"), indicator: false)),
                PreprocessingStep(columns: ["note"], .hashText(buckets: 16)),
            ], estimator: .xgboost(settings))
        let bytes = try plan.fit(frame).bytes
        #expect(!String(decoding: bytes, as: UTF8.self).contains("Secretive"))
        let read = try ModelArtifact(bytes: bytes)
        #expect(read.bytes == bytes)
        let note = try #require(read.header.input.features.first)
        #expect(note.type == .category([]))
        // The same words in another order are another text, and the same buckets.
        let turned = try Frame([
            Column("note", texts: texts.map { $0.split(separator: " ").reversed().joined(separator: " ") as String? }), frame.column("x"),
        ])
        #expect(try read.predict(turned) == read.predict(frame))
        #expect(Set(try read.predict(frame)).count > 2)
        // Rows that were encoded with a table's own categories, as explanations have them.
        let schema = try read.header.input.withCategories(of: [turned])
        let encoded = try EncodedRows(turned, schema: schema)
        #expect(try read.predictor(schema: schema).predict(encoded.values, count: encoded.rowCount) == read.predict(frame))
    }

    @Test(arguments: [ModelTask.binary, .multiclass])
    func `classes that a linear model tells apart without a rest need a penalty, and are told so`(_ task: ModelTask) throws {
        let rows = 0..<60
        let frame = try Frame([
            Column("x", doubles: rows.map { Double($0) }), Column("z", doubles: rows.map { Double($0 * 7 % 11) }),
            Column("y", integers: rows.map { Int64(task == .binary ? ($0 < 30 ? 0 : 1) : $0 / 20) }),
        ])
        var settings = LinearSettings()
        #expect {
            try TrainingPlan(task: task, label: "y", features: ["x", "z"], estimator: .linear(settings)).fit(frame)
        } throws: {
            ($0 as? TrainingError)?.message.contains("set 'penalty' above 0") == true
        }
        settings.penalty = 0.001
        _ = try TrainingPlan(task: task, label: "y", features: ["x", "z"], estimator: .linear(settings)).fit(frame)
    }

    @Test func `early stopping is judged by whole groups, or by the last rows, where it is told to`() throws {
        let rows = 0..<300
        let x = rows.map { Double($0 * 7 % 300) }
        // From row 255 on the label is another thing: only judges of that time tell when to stop.
        let labels = rows.map { $0 < 255 ? x[$0] / 10 : 30 - x[$0] / 10 }
        let frame = try Frame([
            Column("x", doubles: x), Column("time", integers: rows.map { Int64($0) }), Column("y", doubles: labels),
            Column("group", integers: rows.map { Int64($0 % 30) }),
        ])
        func trees(_ dependence: TrainingPlan.Dependence?) throws -> Int {
            var settings = TrainingSettings()
            (settings.rounds, settings.maxDepth) = (60, 3)
            let plan = TrainingPlan(
                task: .regression, label: "y", features: ["x"], estimator: .xgboost(settings),
                earlyStopping: .init(share: 0.15, rounds: 5), dependence: dependence)
            return try TreeEnsemble(xgboost: plan.fit(frame).ubj).trees.count
        }
        #expect(try trees(.timeOrdered("time")) <= 2)
        #expect(try trees(nil) > 2)
        #expect(try trees(.grouped("group")) > 2)
    }

    /// 600 rows: two numbers (one with gaps), a category, a time, and a label for each task.
    static func frame(rows: Int = 600) throws -> Frame {
        var random = SeededRandom(seed: 21)
        var (a, b, c, t): ([Double?], [Double?], [String?], [Int64]) = ([], [], [], [])
        var (flag, kind, number, count, weight): ([Bool?], [String?], [Double?], [Int64?], [Double?]) = ([], [], [], [], [])
        for _ in 0..<rows {
            let (x, y) = (random.nextUnit() * 4 - 2, random.nextUnit())
            let color = ["red", "green", "blue", "grey", "gold"][Int(random.next(below: 5))]
            let score = x + (color == "red" ? 1 : 0) + random.nextUnit() - 0.5
            a.append(x)
            b.append(random.next(below: 8) == 0 ? nil : y)
            c.append(random.next(below: 15) == 0 ? nil : color)
            t.append(Int64(random.next(below: 2_000_000_000_000_000)) - 400_000_000_000_000)
            flag.append(score > 0)
            kind.append(score < -0.7 ? "low" : score > 0.8 ? "high" : "middle")
            number.append(3 * score + y)
            count.append(Int64(max(0, score * 2 + 2)))
            weight.append(random.nextUnit() + 0.1)
        }
        return try Frame([
            Column("a", doubles: a), Column("b", doubles: b), Column("c", texts: c), Column("t", .timestamp(t)), Column("flag", booleans: flag),
            Column("kind", texts: kind), Column("number", doubles: number), Column("count", integers: count), Column("weight", doubles: weight),
        ])
    }

    static let labels: [ModelTask: String] = [.binary: "flag", .multiclass: "kind", .regression: "number", .count: "count", .quantile: "number"]

    static func plan(_ task: ModelTask, linear: Bool = false) -> TrainingPlan {
        var settings = TrainingSettings()
        settings.rounds = 8
        settings.maxDepth = 3
        var line = LinearSettings()
        line.penalty = 0.001
        return TrainingPlan(
            task: task, label: labels[task] ?? "", features: ["a", "b", "c", "t"], quantile: task == .quantile ? 0.9 : nil, weights: "weight",
            classWeights: task == .binary || task == .multiclass ? .balanced : nil,
            preprocessing: [
                PreprocessingStep(columns: ["b"], .impute(.median, indicator: true)), PreprocessingStep(columns: ["t"], .dateParts([.month, .hour])),
                PreprocessingStep(
                    columns: ["c"], linear ? .oneHot(minimumRows: 1, unseen: .neutral) : .targetEncode(smoothing: 5, folds: 4, unseen: .neutral)),
                PreprocessingStep(columns: ["a", "t:hour", "t:month"], .scale(.standard)),
            ], estimator: linear ? .linear(line) : .xgboost(settings))
    }

    @Test(arguments: ModelTask.allCases, [false, true])
    func `every task has the same bytes for one, two and four threads, and reads back`(_ task: ModelTask, _ isLinear: Bool) throws {
        guard task != .quantile || !isLinear else { return }
        let frame = try Self.frame(rows: isLinear ? 5000 : 3000)
        let plan = Self.plan(task, linear: isLinear)
        let artifacts = try [1, 2, 4].map { try plan.fit(frame, threads: $0) }
        #expect(artifacts[0].digest == artifacts[1].digest)
        #expect(artifacts[0].digest == artifacts[2].digest)
        let again = try ModelArtifact(bytes: artifacts[0].bytes)
        #expect(again == artifacts[0])
        let predictions = try again.predict(frame)
        #expect(predictions.count == frame.rowCount * again.header.outputCount)
        #expect(try again.predict(frame, threads: 4) == predictions)
        // The same through the raw columns' rows, as explanations ask.
        let schema = try FeatureSchema(of: frame, features: plan.features, allowingTimestamps: true)
        let rows = try EncodedRows(frame, schema: schema)
        #expect(try again.predictor(schema: schema).predict(rows.values, count: rows.rowCount) == predictions)
    }

    @Test func `early stopping keeps the best rounds by our own measure, and is the same for any number of threads`() throws {
        let frame = try Self.frame()
        for task in ModelTask.allCases {
            var plan = Self.plan(task)
            var settings = TrainingSettings()
            settings.rounds = 300
            settings.learningRate = 0.5
            plan.estimator = .xgboost(settings)
            plan.earlyStopping = TrainingPlan.EarlyStopping(share: 0.25, rounds: 5)
            var rounds = 0
            let stopped = try plan.fit(frame) { rounds = $0 }
            #expect(rounds < 300, "\(task)")
            let trees = try TreeEnsemble(xgboost: stopped.ubj).trees.count / (task == .multiclass ? 3 : 1)
            #expect(trees == rounds - 5 && trees > 0, "\(task)")
            #expect(try plan.fit(frame, threads: 2) == stopped)
        }
    }

    @Test func `monotone and interaction constraints hold`() throws {
        let frame = try Self.frame()
        var settings = TrainingSettings()
        settings.rounds = 30
        settings.monotone = ["b": .decreasing]
        settings.interactions = [["a"], ["b", "c"]]
        let artifact = try TrainingPlan(task: .regression, label: "number", features: ["a", "b", "c"], estimator: .xgboost(settings)).fit(frame)
        let steps = (0...40).map { Double($0) / 40 }
        let line = try artifact.predict(
            Frame([Column("a", doubles: steps.map { _ in 0.3 }), Column("b", doubles: steps), Column("c", texts: steps.map { _ in "red" })]))
        #expect(zip(line, line.dropFirst()).allSatisfy { $0 >= $1 })
        for tree in try TreeEnsemble(xgboost: artifact.ubj).trees {
            let used = Set(tree.feature.filter { $0 >= 0 })
            #expect(!used.contains(0) || used == [0])
        }
    }

    @Test func `a training row's own label is not in its target encoding`() throws {
        // Every category comes once: its mean would be the label itself.
        let frame = try Frame([
            Column("id", texts: (0..<60).map { "row \($0)" }), Column("y", doubles: (0..<60).map { Double($0 * $0 % 17) }),
        ])
        let plan = TrainingPlan(
            task: .regression, label: "y", features: ["id"],
            preprocessing: [PreprocessingStep(columns: ["id"], .targetEncode(smoothing: 0, folds: 5, unseen: .neutral))])
        let trees = try TreeEnsemble(xgboost: try plan.fit(frame).ubj)
        // Out of fold only five means are left to split on.
        #expect(Set(trees.trees.flatMap { tree in tree.feature.indices.filter { tree.feature[$0] >= 0 }.map { tree.threshold[$0] } }).count <= 4)
    }

    /// Of a category of one row, smoothing lets the row's label be worked out: (10 · mean + label) / 11.
    @Test(arguments: [
        PreprocessingStep.Operation.targetEncode(smoothing: 10, folds: 5, unseen: .error, minimumRows: 5),
        .frequencyEncode(folds: 5, unseen: .error, minimumRows: 5),
    ])
    func `categories of few rows are not in the model, and are encoded as those never seen`(_ operation: PreprocessingStep.Operation) throws {
        let towns = (0..<60).map { $0 < 40 ? ["Bern", "Basel"][$0 % 2] : $0 < 44 ? "Chur" : "town \($0)" }
        let frame = try Frame([
            Column("town", texts: towns), Column("y", doubles: (0..<60).map { Double($0 * $0 % 17) }),
            Column("x", doubles: (0..<60).map { Double($0) }),
        ])
        let plan = TrainingPlan(
            task: .regression, label: "y", features: ["town", "x"], preprocessing: [PreprocessingStep(columns: ["town"], operation)])
        let model = try plan.fit(frame)
        let text = String(decoding: model.bytes, as: UTF8.self)
        #expect(text.contains("Bern") && !text.contains("Chur") && !text.contains("town 50"))
        #expect(model.header.unnamedCategories == ["town"])
        let asked = try Frame([Column("town", texts: ["Chur", "town 50", "mauve", "Bern", nil]), Column("x", doubles: [1, 1, 1, 1, 1])])
        let encoded = try model.features(of: asked).values
        let column = stride(from: 0, to: encoded.count, by: 2).map { encoded[$0] }
        #expect(column[0] == column[1] && column[1] == column[2] && column[2] == column[4] && column[3] != column[0], "\(column)")
        #expect(try ModelArtifact(bytes: model.bytes) == model)
        #expect(try plan.fit(frame, threads: 4).bytes == model.bytes)
        #expect(try ONNXExport(model).largestDifference(asked) == 0)
    }

    @Test func `unseen categories have their declared fate`() throws {
        let frame = try Self.frame()
        let strange = try Frame([Column("c", texts: ["mauve", nil, "red"])])
        func encoded(_ operation: PreprocessingStep.Operation) throws -> [Double] {
            let plan = TrainingPlan(
                task: .regression, label: "number", features: ["c"], preprocessing: [PreprocessingStep(columns: ["c"], operation)])
            return try plan.fit(frame).features(of: strange).values
        }
        #expect(try encoded(.oneHot(minimumRows: 1, unseen: .neutral)) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(try encoded(.oneHot(minimumRows: 1_000, unseen: .neutral)) == [1, 0, 1])
        let means = try encoded(.targetEncode(smoothing: 5, folds: 5, unseen: .neutral))
        #expect(means[0] == means[1] && means[2] > means[0])
        #expect { try encoded(.oneHot(minimumRows: 1, unseen: .error)) } throws: { ($0 as? ModelError)?.code == .unseenCategory }
    }

    @Test(arguments: [
        (TrainingPlan(task: .regression, label: "c", features: ["a"]), TrainingError.Code.wrongType, "must hold numbers"),
        (TrainingPlan(task: .count, label: "a", features: ["b"]), .classes, "below zero"),
        (TrainingPlan(task: .quantile, label: "number", features: ["a"]), .invalidSetting, "needs 'quantile'"),
        (TrainingPlan(task: .regression, label: "number", features: ["t"]), .wrongType, "timestamp"),
        (TrainingPlan(task: .binary, label: "flag", features: ["c"], estimator: .linear(LinearSettings())), .wrongType, "oneHot or targetEncode"),
        (TrainingPlan(task: .binary, label: "flag", features: ["b"], estimator: .linear(LinearSettings())), .missingValues, "impute"),
        (TrainingPlan(task: .binary, label: "flag", features: ["a", "weight"], weights: "weight"), .features, "among the features"),
        (TrainingPlan(task: .regression, label: "number", features: ["a"], classWeights: .balanced), .invalidSetting, "need classes"),
        (TrainingPlan(task: .binary, label: "flag", features: ["a"], classWeights: .given(["perhaps": 2])), .classes, "'perhaps'"),
        (TrainingPlan(task: .binary, label: "flag", features: ["a"], weights: "number"), .invalidSetting, "beyond 3.4e38 in training row"),
        (
            TrainingPlan(label: "flag", features: ["a"], preprocessing: [PreprocessingStep(columns: ["z"], .scale(.standard))]), .missingColumn,
            "there are a"
        ),
        (
            TrainingPlan(label: "flag", features: ["c"], preprocessing: [PreprocessingStep(columns: ["c"], .impute(.mean, indicator: false))]),
            .wrongType, "no mean or median"
        ),
    ])
    func `what cannot be trained says why`(_ plan: TrainingPlan, _ code: TrainingError.Code, _ words: String) throws {
        let frame = try Self.frame(rows: 60)
        #expect {
            try plan.fit(frame)
        } throws: {
            let error = $0 as? TrainingError
            return error?.code == code && error?.message.contains(words) == true
        }
    }

    @Test func `files of the first version are read and keep their bytes`() throws {
        let artifact = try TrainingPlan(label: "flag", features: ["a", "c"]).fit(Self.frame(rows: 100))
        let head: JSONValue = [
            "features": artifact.schema.json, "label": "flag", "model": .string(Digest.of(artifact.ubj).description),
        ]
        let old = Array("proviso-model 1\n".utf8) + head.canonicalBytes + [10] + artifact.ubj
        let read = try ModelArtifact(bytes: old)
        #expect(read.bytes == old)
        #expect(try read.predict(Self.frame(rows: 20)) == artifact.predict(Self.frame(rows: 20)))
    }

    @Test(arguments: [0.0, 1e-9]) func `early stopping by rows that all weigh zero is refused`(rest: Double) throws {
        let numbers: [Double] = (0..<100).map { Double($0 % 7) }
        let flags: [Bool] = (0..<100).map { $0 % 2 == 0 }
        let weights: [Double] = [1, 1] + [Double](repeating: rest, count: 98)
        let groups: [Int64?] = (0..<100).map { $0 < 2 ? 0 : Int64(1 + $0 / 20) }
        let frame = try Frame([
            Column("x", doubles: numbers), Column("flag", booleans: flags), Column("w", doubles: weights), Column("group", integers: groups),
        ])
        var plan = TrainingPlan(
            task: .binary, label: "flag", features: ["x"], weights: "w",
            earlyStopping: TrainingPlan.EarlyStopping(share: 0.05, rounds: 5))
        guard rest == 0 else { return _ = try plan.fit(frame) }
        func refused(_ words: String) {
            #expect {
                try plan.checkPreparation(frame, test: (frame.selecting(rows: []), []))
            } throws: {
                ($0 as? TrainingError)?.code == .emptySplit && "\($0)".contains(words)
            }
        }
        // Of the two rows that count none would judge.
        refused("a share of 0.05 of 2 training rows that count leaves one part without rows")
        // Both are of one group, and so on one side.
        plan.dependence = .grouped("group")
        refused("under early stopping all weigh zero")
    }
}
