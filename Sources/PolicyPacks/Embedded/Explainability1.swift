// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let explainability1 = [
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: explainability}
spec:
  description: Explanations add up, tell the same story of other rows and another background, and do not rest on protected attributes or their proxies.
  jurisdiction: any; policies that rest on a law say which
  sources:
    - "Lundberg and Lee 2017: local accuracy (additivity)"
    - "NIST AI RMF 1.0, MEASURE 2.9: the model is explained, validated and documented"
    - "Janzing, Minorics and Bloebaum 2020: interventional values"
  limits: >-
    A share of attribution on a protected attribute is no proof of unfairness, and its absence none of fairness: read it beside the fairness pack.
"""##,
        "protected-attribution.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: protected-attribution}
spec:
  description: Predictions do not rest on protected attributes, nor on features that stand for them.
  legalBasis: NIST AI RMF 1.0, MEASURE 2.11
  jurisdiction: any
  # NIST AI RMF 1.0.
  effectiveFrom: 2023-01-26
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {maximumProtectedShare: 0.05, maximumProxyShare: 0.25}
  validations:
    - name: protected
      control: NIST AI RMF 1.0, MEASURE 2.11
      expression: evidence.explanation.protectedShare <= params.maximumProtectedShare
      messageExpression: "'protected attributes have ' + string(evidence.explanation.protectedShare) + ' of all attribution'"
      subjectPath: spec.features
    - name: proxies
      control: NIST AI RMF 1.0, MEASURE 2.11
      expression: evidence.explanation.proxyShare <= params.maximumProxyShare
      messageExpression: "'proxies of protected attributes have ' + string(evidence.explanation.proxyShare) + ' of all attribution'"
      subjectPath: spec.features
  validationActions: [Warn]
"""##,
        "sound-explanations.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: sound-explanations}
spec:
  description: Explanations add up to the predictions and are stable.
  legalBasis: NIST AI RMF 1.0, MEASURE 2.9
  jurisdiction: any
  # NIST AI RMF 1.0.
  effectiveFrom: 2023-01-26
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params:
    # In log-odds; XGBoost computes in 32-bit floats.
    maximumAdditivityError: 0.0001
    minimumRankCorrelation: 0.8
    minimumRows: 100
  validations:
    - name: additivity
      control: Lundberg and Lee 2017, property 1 (local accuracy)
      expression: evidence.explanation.additivityError <= params.maximumAdditivityError
      messageExpression: "'contributions miss the predictions by up to ' + string(evidence.explanation.additivityError)"
    - name: stability
      control: NIST AI RMF 1.0, MEASURE 2.9
      expression: >-
        evidence.explanation.stability.acrossRows >= params.minimumRankCorrelation
          && evidence.explanation.stability.acrossBackgrounds >= params.minimumRankCorrelation
      message: other rows or another background put the features in another order
    - name: enough-rows
      control: NIST AI RMF 1.0, MEASURE 2.9
      expression: evidence.explanation.rows >= params.minimumRows
      messageExpression: "'only ' + string(evidence.explanation.rows) + ' rows were explained'"
      subjectPath: spec.explanation
  validationActions: [Deny]
"""##,
    ]
}
