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
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {minimumTestRows: 100}
  validations:
    - name: pinned-data
      control: SLSA 1.0, provenance of inputs
      expression: evidence.data.digest.matches('^sha256:[0-9a-f]{64}$')
      message: the data are not pinned by a digest
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
    - name: recorded-model
      control: SLSA 1.0, provenance of outputs
      expression: evidence.model.digest.matches('^sha256:[0-9a-f]{64}$') && evidence.model.bytes > 0
      message: the model is no recorded artefact
  validationActions: [Deny]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: reproducibility}
spec:
  description: Somebody else can train the model again and get the same bytes.
  sources:
    - "NIST AI RMF 1.0, MEASURE 2.1: test sets, metrics and tools are documented"
    - "SLSA 1.0, build track: provenance names every input"
  limits: >-
    The engine trains bit-identically by construction for one type of CPU; the rules ask that nothing is left to chance or to a moving target.
"""##,
    ]
}
