import Basics
import Frames
import Models
import Testing
import Training

/// Models that something else trained, and students of teachers.
@Suite struct ReadyModelTests {
    private static func plan(_ task: ModelTask) -> TrainingPlan {
        TrainingPlan(
            task: task, label: TrainingPlanTests.labels[task] ?? "", features: ["a", "b", "c", "t"], quantile: task == .quantile ? 0.9 : nil)
    }

    @Test(arguments: ModelTask.allCases) func `an exported model, taken as a ready one, predicts what it did`(_ task: ModelTask) throws {
        let frame = try TrainingPlanTests.frame()
        let own = try TrainingPlanTests.plan(task).fit(frame)
        let ready = try ReadyModel.artifact(ONNXExport(own).bytes, plan: Self.plan(task), train: frame, options: .null)
        let strange = try ONNXExportTests.strange(rows: 200)
        let (theirs, ours) = (try ready.predict(strange), try own.predict(strange))
        #expect(zip(theirs, ours).allSatisfy { abs($0 - $1) <= 0x1p-23 * max(1, abs($1)) } && theirs.count == ours.count)
        #expect(try ready.predict(strange, threads: 4) == theirs)
        #expect(ready.header.classes == own.header.classes && ready.header.format == .onnx)
        let again = try ModelArtifact(bytes: ready.bytes)
        #expect(again == ready)
        #expect(try again.predict(strange) == theirs)
        // The same through rows of raw columns, as explanations ask.
        let schema = try FeatureSchema(of: strange, features: ready.schema.names, allowingTimestamps: true)
        let rows = try EncodedRows(strange, schema: schema)
        #expect(try ready.predictor(schema: schema).predict(rows.values, count: rows.rowCount) == theirs)
    }

    @Test func `a model of XGBoost's is taken if it is of the task and the features`() throws {
        let frame = try TrainingPlanTests.frame()
        let plan = TrainingPlan(task: .regression, label: "number", features: ["a", "b", "c"])
        let own = try plan.fit(frame)
        let ready = try ReadyModel.artifact(own.payload, plan: plan, train: frame, options: .null)
        #expect(try ready.predict(frame) == own.predict(frame))
        func refusal(_ bytes: [UInt8], _ plan: TrainingPlan, _ options: JSONValue = .null) -> String {
            do throws(TrainingError) {
                _ = try ReadyModel.artifact(bytes, plan: plan, train: frame, options: options)
                return ""
            } catch { return "\(error)" }
        }
        #expect(refusal(own.payload, TrainingPlan(task: .regression, label: "number", features: ["a", "b"])).contains("it reads 3 features"))
        #expect(refusal(own.payload, TrainingPlan(task: .binary, label: "flag", features: ["a", "b", "c"])).contains("needs 1 with 'logistic'"))
        #expect(refusal(Array(own.payload.dropLast(40)), plan).contains("damaged"))
        #expect(refusal(Array("{\"nothing\": 1}".utf8), plan).contains("not an XGBoost model"))
        #expect(refusal([], plan).contains("empty"))
        // Outputs of trees have no names: 'classes' says their order, and is not passed over.
        let several = TrainingPlan(task: .multiclass, label: "kind", features: ["a", "b", "c"])
        let taught = try several.fit(frame)
        let turned = Array(taught.header.classes.reversed())
        let declared = JSONValue.object(["classes": .array(turned.map { .string($0) })])
        #expect(try ReadyModel.artifact(taught.payload, plan: several, train: frame, options: declared).header.classes == turned)
        #expect(refusal(taught.payload, several, ["classes": ["x", "y"]]).contains("'classes' names x, y"))
        let two = TrainingPlan(task: .binary, label: "flag", features: ["a", "b", "c"])
        let fitted = try two.fit(frame).payload
        #expect(refusal(fitted, two, ["classes": ["false", "true"]]) == "")
        #expect(refusal(fitted, two, ["classes": ["true", "false"]]).contains("the chance of the positive class 'true'"))
        // What must be of XGBoost's is not said to be no ONNX file.
        for garbage in [Array("no model at all".utf8), [], try ONNXExport(own).bytes] {
            let words = refusal(garbage, plan, ["format": "xgboost"])
            #expect(words.contains(garbage.isEmpty ? "the file is empty" : "it is not an XGBoost model") && !words.contains("ONNX"), "\(words)")
        }
        #expect(refusal(Array("no model at all".utf8), plan).contains("not an ONNX file"))
        let export = try ONNXExport(TrainingPlanTests.plan(.multiclass).fit(frame)).bytes
        #expect(refusal(export, Self.plan(.binary)).contains("has 3 columns"))
        #expect(refusal(export, TrainingPlan(task: .multiclass, label: "kind", features: ["a", "b"])).contains("'c'"))
        #expect(refusal(export, Self.plan(.multiclass), ["output": "margin"]).contains("no output 'margin'"))
        #expect(refusal(export, Self.plan(.multiclass), ["inputs": ["x": ["a"]]]).contains("input 'x'"))
        let number = try ONNXExport(TrainingPlanTests.plan(.regression).fit(frame)).bytes
        #expect(refusal(number, Self.plan(.binary)).contains("which is no probability"))
        #expect(refusal(export, Self.plan(.binary), ["outputColumn": 2]) == "")
    }

    @Test(arguments: [ModelTask.binary, .multiclass, .regression, .count])
    func `a linear student finds its linear teacher's coefficients`(_ task: ModelTask) throws {
        let frame = try TrainingPlanTests.frame(rows: 400)
        var settings = LinearSettings()
        settings.penalty = 0
        var plan = TrainingPlan(
            task: task, label: TrainingPlanTests.labels[task] ?? "", features: ["a", "b"],
            preprocessing: [PreprocessingStep(columns: ["b"], .impute(.median, indicator: false))], estimator: .linear(settings))
        // A little ridge makes coefficients of several classes unique.
        if task == .multiclass {
            settings.penalty = 1e-6
            plan.estimator = .linear(settings)
        }
        let teacher = try plan.fit(frame)
        let scores = try teacher.predict(frame)
        let student = try plan.prepare(frame, taught: scores).fit()
        let learnt = try student.predict(frame)
        #expect(zip(learnt, scores).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($1)) }, "\(task)")
        #expect(try plan.prepare(frame, taught: scores).fit(threads: 4).bytes == student.bytes)
    }

    @Test(arguments: [0.24, 0.5, 1]) func `a linear student of a teacher that says one chance says it too`(_ chance: Double) throws {
        let frame = try TrainingPlanTests.frame(rows: 100)
        let plan = TrainingPlan(
            label: TrainingPlanTests.labels[.binary] ?? "", features: ["a", "b"],
            preprocessing: [PreprocessingStep(columns: ["b"], .impute(.median, indicator: false))], estimator: .linear(LinearSettings()))
        let student = try plan.prepare(frame, taught: [Double](repeating: chance, count: frame.rowCount)).fit()
        #expect(try student.predict(frame).allSatisfy { abs($0 - chance) < 1e-12 })
    }

    @Test(arguments: [ModelTask.binary, .multiclass, .regression, .count])
    func `a student of trees comes nearer to its teacher than one of labels, and may be smaller`(_ task: ModelTask) throws {
        let frame = try TrainingPlanTests.frame()
        var plan = TrainingPlanTests.plan(task)
        plan.weights = nil
        plan.classWeights = nil
        let teacher = try plan.fit(frame)
        var settings = TrainingSettings()
        settings.rounds = 30
        settings.maxDepth = 3
        plan.estimator = .xgboost(settings)
        let scores = try teacher.predict(frame)
        func distance(_ model: ModelArtifact) throws -> Double { zip(try model.predict(frame), scores).reduce(0) { $0 + abs($1.0 - $1.1) } }
        let student = try plan.prepare(frame, taught: scores).fit()
        #expect(try distance(student) < distance(plan.fit(frame)), "\(task)")
        settings.rounds = 4
        plan.estimator = .xgboost(settings)
        let small = try plan.prepare(frame, taught: scores).fit()
        let sizes = try [teacher, small].map { try ModelFootprint([$0], bytes: $0.bytes.count) }
        #expect(sizes[1].bytes < sizes[0].bytes && sizes[1].trees * 2 == sizes[0].trees && sizes[1].depth <= 3)
        #expect((sizes[1].operationsPerRow ?? .infinity) < (sizes[0].operationsPerRow ?? 0))
    }

    @Test func `a footprint counts what can be counted`() throws {
        let model = GeneralizedLinearModel(link: .identity, intercepts: [1, 2], coefficients: [1, 2, 3, 4, 5, 6])
        let header = ModelHeader(
            task: .multiclass, label: "y", classes: ["p", "q"], input: FeatureSchema(["u", "v", "w"].map { .init(name: $0, type: .number) }),
            format: .linear)
        let line = try ModelFootprint([ModelArtifact(header: header, payload: model.bytes)], bytes: 7)
        #expect(line.parameters == 8 && line.operationsPerRow == 6 && line.bytes == 7 && line.trees == 0)
        let trained = try TrainingPlanTests.plan(.binary).fit(TrainingPlanTests.frame())
        let (own, exported) = (try ModelFootprint([trained], bytes: trained.bytes.count), ModelFootprint(onnx: try ONNXExport(trained).bytes))
        #expect(exported.operationsPerRow == nil)
        // Where the trees start from is a leaf by itself in the file.
        #expect([exported.trees, exported.nodes, exported.depth] == [own.trees + 1, own.nodes + 1, own.depth])
    }
}
