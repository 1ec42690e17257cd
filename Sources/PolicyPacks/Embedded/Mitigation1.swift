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
  jurisdiction: any
  # NIST AI RMF 1.0.
  effectiveFrom: 2023-01-26
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  matchConditions:
    - name: declares-calibration
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
        "lawful-thresholds.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: lawful-thresholds}
spec:
  description: Neither thresholds nor scores depend on a group where the law of the stated jurisdiction forbids it, and the jurisdiction is stated and its law known.
  legalBasis: 42 U.S.C. 2000e-2(l); 15 U.S.C. 1691
  jurisdiction: US
  # The Civil Rights Act of 1991, section 106.
  effectiveFrom: 1991-11-21
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  matchConditions:
    - name: groups-decide
      expression: has(subject.spec.decision.groups) || (has(subject.spec.mitigation) && subject.spec.mitigation.method == 'disparateImpactRemover')
  validations:
    - name: allowed-where-it-decides
      control: 42 U.S.C. 2000e-2(l); 15 U.S.C. 1691
      # Undecided where no jurisdiction is stated, or one whose law is not known to Proviso.
      expression: "!evidence.tradeoff.forbiddenByLaw"
      messageExpression: "'decisions depend on groups, which is forbidden: ' + evidence.tradeoff.legalWarnings.join('; ')"
      subjectPath: spec
  validationActions: [Deny]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: mitigation}
spec:
  description: Where something is done for groups, its price is stated and small, and no law of the stated jurisdiction forbids it.
  jurisdiction: any; the policy lawful-thresholds US
  sources:
    - "NIST AI RMF 1.0, MEASURE 2.11: fairness and bias are evaluated, and results are documented"
    - "42 U.S.C. 2000e-2(l); 15 U.S.C. 1691: decisions by group"
  limits: >-
    It reads models that declare mitigation, thresholds by group, or a threshold that is chosen with regard to groups. Which price is right is a matter of the use, not of a
    number here. Of laws that forbid thresholds by group only those of the US are known to it.
"""##,
        "stated-tradeoff.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: stated-tradeoff}
spec:
  description: What is done for groups costs no more accuracy than allowed, and narrows a gap between groups.
  legalBasis: NIST AI RMF 1.0, MEASURE 2.11
  jurisdiction: any
  # NIST AI RMF 1.0.
  effectiveFrom: 2023-01-26
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  matchConditions:
    - name: does-something-for-groups
      expression: >-
        has(subject.spec.mitigation) || has(subject.spec.decision.groups)
          || (has(subject.spec.decision.constraints) && subject.spec.decision.constraints.exists(c, has(c.attribute)))
  params: {maximumAccuracyLoss: 0.05}
  validations:
    - name: accuracy-kept
      control: NIST AI RMF 1.0, MEASURE 2.11
      # The bound that is worse for the model.
      expression: evidence.tradeoff.accuracy.change.lower >= -params.maximumAccuracyLoss
      messageExpression: >-
        'what is done for groups changes accuracy by ' + string(evidence.tradeoff.accuracy.change.value) + ', perhaps by '
          + string(evidence.tradeoff.accuracy.change.lower) + '; allowed is -' + string(params.maximumAccuracyLoss)
      subjectPath: spec
    - name: a-gap-narrows
      control: NIST AI RMF 1.0, MEASURE 2.11
      expression: >-
        evidence.tradeoff.attributes.exists(name, evidence.tradeoff.attributes[name].selectionRateDifference.change.upper < 0.0
          || evidence.tradeoff.attributes[name].equalizedOddsDifference.change.upper < 0.0)
      message: what is done for groups narrows no gap between them, neither of selection rates nor of errors
      subjectPath: spec
  validationActions: [Deny]
"""##,
    ]
}
