public import Execution

/// The runners of every kind of step that this engine knows.
public enum StandardSteps {
    public static let all: [any StepRunner] =
        [
            ProfileStep(), TrainStep(), PredictStep(), PerformanceStep(), ThresholdsStep(), MulticlassStep(), RegressionStep(), CalibrationStep(),
            FairnessStep(),
            IndividualFairnessStep(), ExplainStep(), QualityStep(), DriftStep(), SearchStep(), DecideStep(), TradeoffStep(), CommandStep(),
            TrainingRowsStep(), DistillStep(), FootprintStep(),
            ScoreShardStep(), MonitorStep(), ReferenceStep(),
        ] + tables + comparisons
}
