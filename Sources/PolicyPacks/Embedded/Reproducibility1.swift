// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let reproducibility1 = [
        "fixed-inputs.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: fixed-inputs}
spec:
  description: Data are pinned by digest, the seed is declared, and both splits have rows.
  legalBasis: SLSA 1.0, build track
  jurisdiction: any
  # SLSA 1.0.
  effectiveFrom: 2023-04-19
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  params: {minimumTestRows: 100}
  validations:
    - name: pinned-data
      control: SLSA 1.0, provenance of inputs
      expression: evidence.data.pinned
      message: the data set's spec pins no digest
      subjectPath: spec.dataset
    - name: seed
      control: NIST AI RMF 1.0, MEASURE 2.1
      expression: has(subject.spec.estimator.seed)
      message: no seed is declared
      subjectPath: spec.estimator
    - name: held-out-rows
      control: NIST AI RMF 1.0, MEASURE 2.1
      expression: evidence.data.trainRows > 0 && evidence.data.testRows >= params.minimumTestRows
      messageExpression: "'only ' + string(evidence.data.testRows) + ' rows are held out'"
      subjectPath: spec.dataset
  validationActions: [Deny]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: reproducibility}
spec:
  description: Somebody else can train the model again and get the same bytes.
  jurisdiction: any; policies that rest on a law say which
  sources:
    - "NIST AI RMF 1.0, MEASURE 2.1: test sets, metrics and tools are documented"
    - "SLSA 1.0, build track: provenance names every input"
  limits: >-
    The engine trains bit-identically by construction for one type of CPU; the rules ask that nothing is left to chance or to a moving target.
"""##,
    ]
}
