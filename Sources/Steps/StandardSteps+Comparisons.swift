import Execution

extension StandardSteps {
    /// What compares models with one another, and rows with rows.
    static var comparisons: [any StepRunner] {
        [ComparisonStep(), SignificanceStep(), ConceptDriftStep(), PredictionDriftStep(), DomainClassifierStep()]
    }
}
