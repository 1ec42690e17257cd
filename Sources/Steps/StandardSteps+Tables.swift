import Execution

extension StandardSteps {
    /// What the stages of pipelines do by themselves.
    static let tables: [any StepRunner] = [
        LoadStep(), FilterStep(), DeriveStep(), JoinStep(), PointInTimeStep(), SplitStep(), ScoreStep(), DataDriftStep(),
    ]
}
