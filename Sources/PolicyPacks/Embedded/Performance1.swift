// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let performance1 = [
        "discrimination.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: discrimination}
spec:
  description: Scores order the rows and mean something.
  legalBasis: EU AI Act, Article 15(1)
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {minimumAUC: 0.7, maximumBrierScore: 0.25}
  validations:
    - name: roc-auc
      control: EU AI Act, Article 15(1)
      expression: evidence.performance.rocAUC.value >= params.minimumAUC
      messageExpression: "'ROC AUC ' + string(evidence.performance.rocAUC.value) + ' is below ' + string(params.minimumAUC)"
      subjectPath: spec.estimator
    - name: brier-score
      control: EU AI Act, Article 15(1)
      # A constant score of one half has a Brier score of 0.25.
      expression: evidence.performance.brierScore.value < params.maximumBrierScore
      messageExpression: "'Brier score ' + string(evidence.performance.brierScore.value) + ' is not below ' + string(params.maximumBrierScore)"
      subjectPath: spec.estimator
  validationActions: [Deny]
"""##,
        "enough-rows.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: enough-rows}
spec:
  description: The figures rest on enough rows of both classes.
  legalBasis: EU AI Act, Article 10(3)
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {minimumRows: 1000, minimumRowsOfAClass: 100}
  validations:
    - name: rows
      control: EU AI Act, Article 10(3)
      expression: evidence.performance.rows >= params.minimumRows
      messageExpression: "string(evidence.performance.rows) + ' test rows are fewer than ' + string(params.minimumRows)"
    - name: rows-of-each-class
      control: EU AI Act, Article 10(3)
      expression: >-
        evidence.performance.positives >= params.minimumRowsOfAClass
        && evidence.performance.rows - evidence.performance.positives >= params.minimumRowsOfAClass
      messageExpression: >-
        string(evidence.performance.positives) + ' of ' + string(evidence.performance.rows) + ' test rows are positive; each class needs '
          + string(params.minimumRowsOfAClass)
  validationActions: [Deny]
"""##,
        "not-worse.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: not-worse}
spec:
  description: The model is not worse than what the baseline environment has live.
  legalBasis: SR 26-2, outcomes analysis and change
  jurisdiction: US
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {aucTolerance: 0.005, logLossTolerance: 0.01, oddsTolerance: 0.02}
  baseline: ifPresent
  validations:
    - name: roc-auc
      control: SR 26-2, outcomes analysis
      expression: evidence.performance.rocAUC.value >= baseline.performance.rocAUC.value - params.aucTolerance
      messageExpression: "'ROC AUC fell from ' + string(baseline.performance.rocAUC.value) + ' to ' + string(evidence.performance.rocAUC.value)"
      subjectPath: spec.estimator
    - name: log-loss
      control: SR 26-2, outcomes analysis
      expression: evidence.performance.logLoss.value <= baseline.performance.logLoss.value * (1.0 + params.logLossTolerance)
      messageExpression: "'log loss rose from ' + string(baseline.performance.logLoss.value) + ' to ' + string(evidence.performance.logLoss.value)"
      subjectPath: spec.estimator
    - name: equalized-odds
      control: SR 26-2, outcomes analysis
      expression: >-
        baseline.fairness.all(attribute, live,
          evidence.fairness[attribute].equalizedOdds.difference.value <= live.equalizedOdds.difference.value + params.oddsTolerance)
      message: equalized odds of a protected attribute grew apart
      subjectPath: spec.decision.threshold
  validationActions: [Deny]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: performance}
spec:
  description: The model tells the classes apart, rests on enough rows, and is not worse than what is live.
  sources:
    - "SR 26-2 / OCC 2026-13: outcomes analysis against thresholds, re-validation on change"
    - "EU AI Act, Article 15(1): appropriate levels of accuracy"
  limits: The comparison with what is live is of figures on test rows, by a stated tolerance.
"""##,
    ]
}
