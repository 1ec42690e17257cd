// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let mitigation1 = [
        "calibrated.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: calibrated}
spec:
  description: Scores that a declared calibration makes chances are chances, on rows that neither model nor calibrator saw.
  legalBasis: NIST AI RMF 1.0, MEASURE 2.5
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  matchConditions:
    - name: calibrated
      expression: has(subject.spec.calibration)
  params: {maximumCalibrationError: 0.03}
  validations:
    - name: calibration-error
      control: NIST AI RMF 1.0, MEASURE 2.5
      expression: evidence.calibration.expectedCalibrationError.value <= params.maximumCalibrationError
      messageExpression: "'the calibration error on test rows is ' + string(evidence.calibration.expectedCalibrationError.value)"
      subjectPath: spec.calibration
    - name: calibration-helps
      control: NIST AI RMF 1.0, MEASURE 2.5
      expression: evidence.validation.calibration.after.value <= evidence.validation.calibration.before.value
      message: the calibrated scores are no nearer to chances than the raw ones
      subjectPath: spec.calibration
  validationActions: [Deny]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: mitigation}
spec:
  description: Where something is done for groups, its price is stated and small, and no law of the stated jurisdiction forbids it.
  sources:
    - "NIST AI RMF 1.0, MEASURE 2.11: fairness and bias are evaluated, and results are documented"
    - "42 U.S.C. 2000e-2(l); 15 U.S.C. 1691: thresholds by group"
  limits: >-
    It reads models that declare mitigation, thresholds by group or a chosen threshold for groups. Which price is right is a matter of the use, not of a number here.
"""##,
        "stated-tradeoff.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: stated-tradeoff}
spec:
  description: What mitigation cost is measured, and is no more than allowed; it widened no gap that it was declared to narrow.
  legalBasis: NIST AI RMF 1.0, MEASURE 2.11
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  matchConditions:
    - name: mitigated
      expression: has(subject.spec.mitigation)
  params: {maximumAccuracyLoss: 0.03}
  validations:
    - name: accuracy-kept
      control: NIST AI RMF 1.0, MEASURE 2.11
      # The bound that is worse for the model.
      expression: evidence.tradeoff.accuracy.change.lower >= -params.maximumAccuracyLoss
      messageExpression: >-
        'mitigation changes accuracy by ' + string(evidence.tradeoff.accuracy.change.value) + ', perhaps by '
          + string(evidence.tradeoff.accuracy.change.lower)
      subjectPath: spec.mitigation
    - name: lawful
      control: 42 U.S.C. 2000e-2(l); 15 U.S.C. 1691
      expression: size(evidence.tradeoff.legalWarnings) == 0
      messageExpression: evidence.tradeoff.legalWarnings[0]
      subjectPath: spec.jurisdictions
  validationActions: [Deny]
"""##,
    ]
}
