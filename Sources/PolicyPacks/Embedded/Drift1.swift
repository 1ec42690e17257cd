// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let drift1 = [
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: drift}
spec:
  description: Test rows are distributed as the rows that the model learnt from.
  jurisdiction: any; policies that rest on a law say which
  sources:
    - "Siddiqi 2006: population stability index, 0.1 to watch, 0.25 to act"
    - "NIST AI RMF 1.0, MANAGE 4.1: post-deployment monitoring"
  limits: Compares the splits of one data set; a monitor of batches compares each with the training rows.
"""##,
        "stable-columns.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: stable-columns}
spec:
  description: Few columns have drifted, none far, and none has come or gone.
  legalBasis: NIST AI RMF 1.0, MANAGE 4.1
  jurisdiction: any
  # NIST AI RMF 1.0.
  effectiveFrom: 2023-01-26
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {maximumDriftedShare: 0.1, maximumStabilityIndex: 0.25, maximumMissingDifference: 0.1}
  validations:
    - name: drifted-share
      control: NIST AI RMF 1.0, MANAGE 4.1
      expression: evidence.drift.driftedShare <= params.maximumDriftedShare
      messageExpression: "string(evidence.drift.driftedShare) + ' of the columns have drifted'"
    - name: stability-index
      control: Siddiqi 2006, population stability index
      # Times move on: every later table has later ones.
      expression: >-
        evidence.drift.columns.all(name, column, column.holdsTimes || column.populationStabilityIndex <= params.maximumStabilityIndex)
      messageExpression: >-
        'drifted: ' + evidence.drift.columns.transformList(name, column, !column.holdsTimes && column.populationStabilityIndex > params.maximumStabilityIndex, name).join(', ')
    - name: missing-values
      control: NIST AI RMF 1.0, MANAGE 4.1
      expression: evidence.drift.columns.all(name, column, column.missingDifference <= params.maximumMissingDifference)
      messageExpression: >-
        'more often missing: ' + evidence.drift.columns.transformList(name, column, column.missingDifference > params.maximumMissingDifference, name).join(', ')
  validationActions: [Deny]
"""##,
    ]
}
