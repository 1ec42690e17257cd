// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let performance1 = [
        "calibration.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: calibration}
spec:
  description: Scores are the chances that they claim to be.
  legalBasis: EU AI Act, Article 15(1); Naeini, Cooper and Hauskrecht 2015
  jurisdiction: any
  # NIST AI RMF 1.0.
  effectiveFrom: 2023-01-26
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  params: {maximumExpectedError: 0.05, maximumErrorOfABin: 0.15, minimumRowsOfABin: 30}
  validations:
    - name: expected-error
      control: NIST AI RMF 1.0, MEASURE 2.5
      expression: evidence.calibration.expectedCalibrationError.value <= params.maximumExpectedError
      messageExpression: >-
        'scores miss the observed rates by ' + string(evidence.calibration.expectedCalibrationError.value) + ' on average, more than '
          + string(params.maximumExpectedError)
      subjectPath: spec.estimator
    - name: every-range-of-scores
      control: NIST AI RMF 1.0, MEASURE 2.5
      expression: >-
        evidence.calibration.bins.all(bin, bin.rows < params.minimumRowsOfABin
          || math.abs(bin.observed.value - bin.predicted) <= params.maximumErrorOfABin)
      messageExpression: >-
        'scores miss the observed rates by more than ' + string(params.maximumErrorOfABin) + ' around ' + evidence.calibration.bins.filter(bin,
          bin.rows >= params.minimumRowsOfABin && math.abs(bin.observed.value - bin.predicted) > params.maximumErrorOfABin)
            .map(bin, '%.2f'.format([bin.predicted])).join(', ')
      subjectPath: spec.estimator
  validationActions: [Deny]
"""##,
        "discrimination.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: discrimination}
spec:
  description: Scores order the rows and mean something.
  legalBasis: EU AI Act, Article 15(1)
  jurisdiction: any
  # NIST AI RMF 1.0.
  effectiveFrom: 2023-01-26
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
  jurisdiction: any
  # NIST AI RMF 1.0.
  effectiveFrom: 2023-01-26
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
  effectiveFrom: 2026-04-17
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {aucTolerance: 0.005, logLossTolerance: 0.01, oddsTolerance: 0.02}
  baseline: ifPresent
  optionalEvidence: [evidence.comparison]
  validations:
    - name: compared-figures
      control: SR 26-2, outcomes analysis
      # Figures of test rows move by chance: a tolerance stands in for a test only where the live model cannot score the rows.
      expression: >-
        has(evidence.comparison) ? evidence.comparison.notWorse.passes
          : evidence.performance.rocAUC.value >= baseline.performance.rocAUC.value - params.aucTolerance
      messageExpression: >-
        has(evidence.comparison) && size(evidence.comparison.notWorse.results) == 0
          ? 'no figure could be compared with what is live: ' + evidence.comparison.omitted.transformList(figure, reason, figure + ': ' + reason).join('; ')
          : has(evidence.comparison) ? 'significantly worse than what is live: ' + evidence.comparison.notWorse.results.transformList(figure, result,
            !result.passes, figure + ' by ' + '%.4f'.format([math.abs(result.difference.value)])).join(', ')
          : 'ROC AUC fell from ' + string(baseline.performance.rocAUC.value) + ' to ' + string(evidence.performance.rocAUC.value)
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
  description: The model tells the classes apart, its scores are the chances that they claim to be, it serves small groups too, rests on enough rows, and is not worse than what is live.
  jurisdiction: any; policies that rest on a law say which
  sources:
    - "SR 26-2 / OCC 2026-13: outcomes analysis against thresholds, re-validation on change"
    - "EU AI Act, Article 15(1): appropriate levels of accuracy"
    - "NIST AI RMF 1.0, MEASURE 2.5 and 2.11: validity, reliability, and performance by group"
    - "Naeini, Cooper and Hauskrecht 2015: expected calibration error"
  limits: >-
    The comparison with what is live is a test over all figures and groups of the same rows (`evidence.comparison.notWorse`), and by a stated tolerance where the live model cannot score them; log loss and equalized
    odds are always compared by a tolerance.
"""##,
        "small-groups.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: small-groups}
spec:
  description: >-
    The model serves each group nearly as well as all: no group's accuracy is far below the overall one, and what rests on few rows is said to. Of a model whose data have no protected
    columns nothing can be told.
  legalBasis: NIST AI RMF 1.0, MEASURE 2.5 and 2.11
  jurisdiction: any
  # NIST AI RMF 1.0.
  effectiveFrom: 2023-01-26
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  params: {minimumGroupRows: 30, maximumShortfall: 0.05}
  validations:
    - name: rows-of-each-group
      control: NIST AI RMF 1.0, MEASURE 2.5, limits of generalisability are documented
      expression: >-
        evidence.fairness.all(attribute, measures, measures.accuracy.groups.all(group, accuracy, accuracy.n >= params.minimumGroupRows))
      messageExpression: >-
        'groups of fewer than ' + string(params.minimumGroupRows) + ' rows: ' + evidence.fairness.transformList(attribute, measures,
          measures.accuracy.groups.transformList(group, accuracy, accuracy.n < params.minimumGroupRows, attribute + ' ' + group).join(', '))
            .filter(text, text != '').join('; ')
      subjectPath: spec.evaluation
    - name: accuracy-of-each-group
      control: NIST AI RMF 1.0, MEASURE 2.11
      # A group of few rows is left to the rule above: its figure tells little either way.
      expression: >-
        evidence.fairness.all(attribute, measures, measures.accuracy.groups.all(group, accuracy, accuracy.n < params.minimumGroupRows
          || accuracy.value >= measures.accuracy.overall.value - params.maximumShortfall))
      messageExpression: >-
        'accuracy is more than ' + string(params.maximumShortfall) + ' below the overall one: ' + evidence.fairness.transformList(attribute, measures,
          measures.accuracy.groups.transformList(group, accuracy, accuracy.n >= params.minimumGroupRows
            && accuracy.value < measures.accuracy.overall.value - params.maximumShortfall,
            attribute + ' ' + group + ' ' + '%.3f'.format([accuracy.value])).join(', ')).filter(text, text != '').join('; ')
      subjectPath: spec.estimator
  validationActions: [Warn]
"""##,
    ]
}
