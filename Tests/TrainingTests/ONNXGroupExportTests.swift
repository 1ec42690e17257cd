import Basics
import Frames
import Metrics
import Models
import Testing
import Training

/// What depends on a row's group or draw, exported: the disparate-impact remover, mixtures that decide, thresholds by group.
@Suite struct ONNXGroupExportTests {
    /// Attributes of every type, some missing: `c` texts, `truth`, `level` whole numbers, `age` numbers.
    static func table(_ rows: Int, seed: UInt64) throws -> Frame {
        let frame = try TrainingPlanTests.frame(rows: rows)
        var random = SeededRandom(seed: seed)
        let level = (0..<rows).map { _ in random.next(below: 12) == 0 ? nil : Int64(random.next(below: 4)) }
        let truth = (0..<rows).map { _ in random.next(below: 12) == 0 ? nil : random.next(below: 3) == 0 }
        let age = (0..<rows).map { _ in random.next(below: 12) == 0 ? nil : 18 + random.nextUnit() * 60 }
        return try Frame(
            frame.columns + [Column("level", integers: level), Column("truth", booleans: truth), Column("age", doubles: age)])
    }

    /// Rows that training did not see: other groups, numbers beyond all and on the knots.
    static func strange(_ fitted: Frame) throws -> Frame {
        let more = try table(900, seed: 77)
        return try Frame(
            more.columns.map { column in
                switch column.values {
                case .double(let all) where column.name != "age":
                    guard case .double(let known)? = fitted[column.name]?.values else { return column }
                    let moved = all.indices.map { row in row % 5 == 0 ? known[row % known.count] : row % 11 == 0 ? all[row] * 1e6 : all[row] }
                    return Column(column.name, .double(moved), validity: column.validity)
                case .integer(let all) where column.name == "level":
                    return Column(column.name, .integer(all.indices.map { $0 % 9 == 0 ? 7 : all[$0] }), validity: column.validity)
                case .category(let codes, let names) where column.name == "c":
                    return Column(
                        column.name, texts: codes.indices.map { column.isMissing($0) ? nil : $0 % 9 == 0 ? "mauve" : names[Int(codes[$0])] })
                default: return column
                }
            })
    }

    private static func remover(_ frame: Frame, _ attribute: String, edges: [Double]?, level: Double, features: [String]) throws
        -> DisparateImpactRemover
    {
        let groups = try frame.groups(attribute, edges: edges)
        let numbers = features.map { name -> (String, [Double]) in
            guard case .double(let all)? = frame[name]?.values else { return (name, []) }
            return (name, all.indices.map { frame[name]?.isMissing($0) == true ? .nan : all[$0] })
        }
        return try DisparateImpactRemover(
            level: level, attribute: attribute, names: groups.names, groups: groups.codes.map { Int($0) },
            features: Dictionary(uniqueKeysWithValues: numbers))
    }

    @Test(
        arguments: [("c", false), ("c", true), ("truth", false), ("truth", true), ("level", false), ("level", true), ("age", false), ("age", true)],
        [0.37, 1])
    func `repaired numbers are the same bits, whatever tells the groups`(_ attribute: (name: String, isFeature: Bool), _ level: Double) throws {
        let frame = try Self.table(1500, seed: 3)
        let edges = attribute.name == "age" ? [30.0, 45.5, 60] : nil
        let remover = try Self.remover(frame, attribute.name, edges: edges, level: level, features: ["a", "b"])
        // A model whose prediction is the repaired number itself.
        for place in 0..<2 {
            var steps = [
                FittedTransform(column: "a", .fillNumber(0, indicator: false)), FittedTransform(column: "b", .fillNumber(-3, indicator: false)),
            ]
            var input = [FeatureSchema.Feature(name: "a", type: .number), .init(name: "b", type: .number)]
            var features = input
            if attribute.isFeature {
                switch attribute.name {
                case "c":
                    input.append(.init(name: "c", type: .category(["red"])))
                    steps.append(FittedTransform(column: "c", .oneHot(categories: ["red"], other: false, unseen: .neutral)))
                    features.append(.init(name: "c=red", type: .number))
                case "truth":
                    input.append(.init(name: "truth", type: .boolean))
                    steps.append(FittedTransform(column: "truth", .fillNumber(0, indicator: false)))
                    features.append(.init(name: "truth", type: .number))
                default:
                    input.append(.init(name: attribute.name, type: .number))
                    steps.append(FittedTransform(column: attribute.name, .fillNumber(0, indicator: false)))
                    features.append(.init(name: attribute.name, type: .number))
                }
            }
            let model = GeneralizedLinearModel(
                link: .identity, intercepts: [0], coefficients: features.indices.map { $0 == place ? 1 : 0 })
            let header = ModelHeader(
                task: .regression, label: "number", input: FeatureSchema(input), preprocessing: steps, features: FeatureSchema(features),
                format: .linear)
            let trained = TrainedModel(
                members: [.init(model: ModelArtifact(header: header, payload: model.bytes), weight: 1)], repair: remover, edges: edges)
            let export = try trained.exported()
            #expect(export.attributeColumns == (attribute.isFeature ? [] : [attribute.name]))
            for table in [frame, try Self.strange(frame)] {
                let ours = try trained.scores(table, threads: 1)
                #expect(try export.largestDifference(table, ours: ours) == 0)
                // The repair does something, or equality would say nothing.
                let unrepaired = try TrainedModel(trained.members[0].model).scores(table, threads: 1)
                #expect(zip(ours, unrepaired).count { $0 != $1 } > table.rowCount / 3)
            }
        }
    }

    @Test(arguments: [false, true]) func `a model that was fitted on repaired numbers is one file`(_ isLinear: Bool) throws {
        let frame = try Self.table(1200, seed: 3)
        var plan = TrainingPlanTests.plan(.binary, linear: isLinear)
        if isLinear { plan.preprocessing.append(PreprocessingStep(columns: ["a", "t:hour", "t:month"], .impute(.mean, indicator: false))) }
        let model = try ModelFit(plan, mitigation: Mitigation(.disparateImpactRemover(level: 0.8), attribute: "truth")).fit(frame).model
        let strange = try Self.strange(frame)
        let rule = DecisionRule(calibrator: .platt(slope: 1.5, intercept: -0.2), threshold: 0.55)
        for rule in [nil, rule] {
            let export = try model.exported(rule, decides: true)
            let found = try model.check(export, rule, on: strange)
            #expect(found.largestDifference <= export.tolerance && found.otherDecisions == 0, "\(found)")
            #expect(export.draw == nil)
        }
        // Of another group another chance: the file reads it.
        let export = try model.exported()
        let turned = try Frame(
            strange.columns.map { column in
                guard column.name == "truth", case .boolean(let all) = column.values else { return column }
                return Column("truth", .boolean(all.map { !$0 }), validity: column.validity)
            })
        #expect(try export.largestDifference(turned, ours: model.scores(strange, threads: 1)) > 0.001)
    }

    @Test func `a mixture decides by the draws that it is given, as ours does`() throws {
        let frame = try MixtureDecisionTests.frame()
        let model = try MixtureDecisionTests.model(frame)
        let export = try model.exported(decides: true)
        #expect(export.draw == "draw" && export.decision == "decision")
        let found = try model.check(export, on: frame)
        #expect(found.otherDecisions == 0 && found.largestDifference <= 1e-12)
        let draws = model.draws(frame)
        let ours = try model.decisions(model.scores(frame, threads: 1), frame, by: DecisionRule(threshold: 0.5))
        #expect(try export.decisions(frame, draws: draws) == ours)
        // Other draws, other decisions.
        #expect(try export.decisions(frame, draws: draws.map { 1 - $0 - 0x1p-53 }) != ours)
        #expect { try export.decisions(frame) } throws: { "\($0)".contains("no draws are given") }
        // What was declared decides in the place of a draw.
        let declared = DecisionRule(threshold: 0.6)
        let plain = try model.exported(declared, decides: true)
        #expect(try plain.draw == nil && model.check(plain, declared, on: frame).otherDecisions == 0)
        #expect(try plain.decisions(frame) != ours)
        #expect(try model.exported().decision == nil)
    }

    @Test(
        arguments: [("c", nil), ("age", [30.0, 45.5, 60]), ("truth", nil), ("level", nil)] as [(String, [Double]?)], GroupThresholds.Goal.allCases)
    func `thresholds by group decide as ours do, draws between them included`(
        _ attribute: (name: String, edges: [Double]?), _ goal: GroupThresholds.Goal
    )
        throws
    {
        let frame = try Self.table(1200, seed: 5)
        let model = TrainedModel(try TrainingPlanTests.plan(.binary).fit(frame))
        let scores = try model.scores(frame, threads: 1)
        let groups = try frame.groups(attribute.name, edges: attribute.edges)
        guard case .boolean(let labels)? = frame["flag"]?.values else { return }
        let thresholds = try GroupThresholds.fit(
            goal, attribute: attribute.name, names: groups.names, groups: groups.codes.map { Int($0) }, scores: scores, labels: labels, seed: 9)
        let rule = DecisionRule(threshold: 0.5, groupThresholds: thresholds, edges: attribute.edges)
        let export = try model.exported(rule, decides: true)
        #expect((export.draw != nil) == thresholds.isRandomised)
        let strange = try Self.strange(frame)
        #expect(try model.check(export, rule, on: strange).otherDecisions == 0)
        let draws = model.draws(strange, by: rule)
        let ours = try model.decisions(model.scores(strange, threads: 1), strange, by: rule)
        #expect(try export.decisions(strange, draws: draws) == ours)
        #expect(try ours != (model.scores(strange, threads: 1)).map { $0 >= 0.5 })
        // Thresholds that are no longer the rule's are seen by the check.
        let other = DecisionRule(threshold: 0.9)
        #expect(try model.check(export, other, on: strange).otherDecisions > 0)
    }

    @Test func `the empty text may be a category, and another text is then missing`() throws {
        let texts = ["", "a", "(missing)", nil, "b", "a", "", nil, "a", "b"]
        let rows = (0..<200).map { texts[$0 * 7 % texts.count] }
        let frame = try Frame([
            Column("c", texts: rows), Column("y", doubles: rows.enumerated().map { Double($1?.count ?? 5) + Double($0 % 3) / 10 }),
        ])
        let steps: [[PreprocessingStep]] = [
            [], [PreprocessingStep(columns: ["c"], .oneHot(minimumRows: 1, unseen: .neutral))],
            [PreprocessingStep(columns: ["c"], .targetEncode(smoothing: 1, folds: 3, unseen: .neutral))],
            [PreprocessingStep(columns: ["c"], .impute(.constant(""), indicator: true)), PreprocessingStep(columns: ["c"], .hashText(buckets: 3))],
        ]
        for preprocessing in steps {
            var settings = TrainingSettings()
            (settings.rounds, settings.minChildWeight) = (12, 0)
            let plan = TrainingPlan(task: .regression, label: "y", features: ["c"], preprocessing: preprocessing, estimator: .xgboost(settings))
            let artifact = try plan.fit(frame)
            #expect(try Set(artifact.predict(frame)).count > 2)
            let export = try ONNXExport(artifact)
            #expect(try export.largestDifference(frame) == 0)
            // A reader of the file alone knows what is missing.
            #expect(try ONNXPredictor(ONNXModel(bytes: export.bytes), frames: [frame]).predict(frame) == artifact.predict(frame))
        }
        // A text that stands for a missing one is refused of a table, not read as one.
        let artifact = try TrainingPlan(task: .regression, label: "y", features: ["c"]).fit(frame)
        let taken = try Frame([Column("c", texts: ["a", "(missing 2)"])])
        #expect { try ONNXExport(artifact).largestDifference(taken) } throws: { "\($0)".contains("has the text '(missing 2)'") }
    }
}
