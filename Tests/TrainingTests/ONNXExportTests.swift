import Frames
import Models
import Testing
import Training

@Suite struct ONNXExportTests {
    @Test(arguments: ModelTask.allCases, [false, true])
    func `an exported model gives the same predictions in ONNX Runtime, preprocessing included`(_ task: ModelTask, _ isLinear: Bool) throws {
        guard task != .quantile || !isLinear else { return }
        let frame = try TrainingPlanTests.frame()
        let artifact = try TrainingPlanTests.plan(task, linear: isLinear).fit(frame.selecting(rows: Array(0..<400)))
        #expect(try ONNXExport(artifact).largestDifference(frame) <= (isLinear ? 1e-12 : 1e-5))
        #expect(try ONNXExport(artifact).bytes == ONNXExport(artifact).bytes)
    }

    @Test func `categorical splits, and every transform, are exported`() throws {
        let frame = try TrainingPlanTests.frame()
        var settings = TrainingSettings()
        settings.rounds = 20
        settings.oneHotLimit = 2
        let plain = TrainingPlan(task: .regression, label: "number", features: ["a", "b", "c"], estimator: .xgboost(settings))
        #expect(try ONNXExport(plain.fit(frame)).largestDifference(frame) <= 1e-5)
        let steps: [PreprocessingStep] = [
            PreprocessingStep(columns: ["c"], .impute(.mostFrequent, indicator: true)), PreprocessingStep(columns: ["c"], .hashText(buckets: 8)),
            PreprocessingStep(columns: ["a"], .bin(.quantile, count: 5)),
            PreprocessingStep(columns: ["t"], .dateParts(FittedTransform.DatePart.allCases)),
        ]
        let whole = TrainingPlan(
            task: .regression, label: "number", features: ["a", "c", "t"], preprocessing: steps, estimator: .xgboost(settings))
        #expect(try ONNXExport(whole.fit(frame)).largestDifference(frame) <= 1e-5)
    }
}
