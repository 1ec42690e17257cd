// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let ecoaRegB1 = [
        "adverse-action-reasons.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: adverse-action-reasons}
spec:
  description: Reasons can be derived from the factors actually scored, and a signed map says which reason each factor gives.
  legalBasis: 12 CFR 1002.9(b)(2)
  jurisdiction: US
  # CFPB Circular 2022-03: complex models owe specific reasons too.
  effectiveFrom: 2022-05-26
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  params:
    maximumAdditivityError: 0.0001
    minimumRankCorrelation: 0.8
    maximumAgeDays: 365
    maximumReasons: 4
    minimumReasonAgreement: 0.7
    minimumRetentionMonths: 25
    # Who signs; nobody named: an owner of the model.
    responsible: []
  variables:
    - {name: responsible, expression: "size(params.responsible) > 0 ? params.responsible : subject.spec.owners"}
    # A list, so that a factor that is not there is an answer and not a gap in the evidence.
    - {name: explained, expression: "evidence.explanation.features.transformList(feature, importance, feature)"}
    - {name: map, expression: "evidence.documents['adverse-action-reasons']"}
  validations:
    - name: factors-scored
      control: 12 CFR 1002.9(b)(2), commentary 4
      expression: evidence.explanation.additivityError <= params.maximumAdditivityError
      message: contributions do not add up to the scores, so that reasons cannot be derived from them
    - name: every-factor-explained
      control: CFPB Circular 2022-03
      expression: evidence.model.features.all(feature, feature in variables.explained)
      message: a factor that is scored is not explained
    - name: stable-under-rerun
      control: CFPB Circular 2023-03
      expression: evidence.explanation.stability.acrossBackgrounds >= params.minimumRankCorrelation
      message: another background would give other principal reasons
    - name: principal-reasons
      control: 12 CFR 1002.9(b)(2), commentary 1
      expression: >-
        evidence.explanation.reasons.decisions > 0 && evidence.explanation.reasons.withoutReason == 0
          && evidence.explanation.reasons.maximum <= params.maximumReasons
      messageExpression: >-
        string(evidence.explanation.reasons.withoutReason) + ' of ' + string(evidence.explanation.reasons.decisions)
          + ' adverse decisions have no reason, and one may have ' + string(evidence.explanation.reasons.maximum)
      subjectPath: spec.adverseReasons
    - name: every-factor-has-a-reason
      control: 12 CFR 1002.9(b)(2), commentary 4
      expression: evidence.explanation.reasons.factors == size(evidence.model.features)
      message: a factor that is scored has no reason of its own
      subjectPath: spec.adverseReasons.map
    - name: same-reasons
      control: CFPB Circular 2023-03
      expression: evidence.explanation.reasons.acrossBackgrounds >= params.minimumReasonAgreement
      message: another background would give applicants other reasons
      subjectPath: spec.explanation
    - name: reason-map
      control: 12 CFR 1002.9(b)(2)
      expression: >-
        variables.map.signers.exists(signer, signer in variables.responsible)
          && now - timestamp(variables.map.date) <= duration(string(params.maximumAgeDays * 24) + 'h')
      message: there is no map from factors to reasons that who is responsible signed within its term
      subjectPath: spec.documents
    - name: retention
      control: 12 CFR 1002.12(b)
      expression: int(variables.map.states['retention-months']) >= params.minimumRetentionMonths
      messageExpression: "'records are kept for ' + variables.map.states['retention-months'] + ' months only'"
      subjectPath: spec.documents
  validationActions: [Deny]
"""##,
        "effects-test.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: effects-test}
spec:
  description: Groups are approved at like rates. In force until the effects test was deleted from Regulation B; past decisions are judged by it.
  legalBasis: 12 CFR 1002.6(a), commentary 2 (before FR 2026-07804)
  jurisdiction: US
  # The regulation of 1977.
  effectiveFrom: 1977-03-23
  effectiveUntil: 2026-07-21
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {minimumRatio: 0.8}
  validations:
    - name: approval-rates
      control: 12 CFR 1002.6(a), commentary 2
      expression: evidence.fairness.all(attribute, measures, measures.selectionRate.ratio.value >= params.minimumRatio)
      messageExpression: >-
        'approval rates differ by ' + evidence.fairness.transformList(attribute, measures,
          measures.selectionRate.ratio.value < params.minimumRatio, attribute).join(' and ')
      subjectPath: spec.decision.threshold
  validationActions: [Warn]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: ecoa-reg-b}
spec:
  description: Credit decisions under the Equal Credit Opportunity Act and Regulation B.
  jurisdiction: US
  sources:
    - "12 CFR 1002.4(a), 1002.6(b): prohibited bases"
    - "12 CFR 1002.9(b)(2) and its commentary: specific principal reasons, from factors actually scored"
    - "CFPB Circulars 2022-03 and 2023-03: complex models owe specific reasons too"
    - "12 CFR 1002.12(b): records of applications are kept for 25 months"
    - "FR 2026-07804: the effects test is deleted from 2026-07-21"
  limits: >-
    A prohibited basis is known by the words of a column's name, and by its association with columns that the data set marks as protected; a name that says something else is not.
    That a reason given to an applicant is the true one no aggregate shows; the rules ask that explanations add up, so that reasons can be, and for the signed map from
    factors to reasons, which states how long records are kept. That the map has no catch-all its signer answers for; the engine's own
    reason codes refuse a factor that has no reason.
"""##,
        "prohibited-bases.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: prohibited-bases}
spec:
  description: The model reads no prohibited basis, and little that stands for one.
  legalBasis: 12 CFR 1002.4(a), 1002.6(b)
  jurisdiction: US
  # The regulation of 1977.
  effectiveFrom: 1977-03-23
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params:
    # Words of columns' names; age may be scored in an empirically derived, demonstrably and statistically sound system (1002.6(b)(2)).
    prohibited: [sex, gender, female, male, race, color, ethnicity, religion, national_origin, nationality, native_country, country_of_birth,
      citizenship, marital_status, spouse, husband, wife, public_assistance, welfare]
    maximumProxyStrength: 0.7
  variables:
    # maritalStatus, marital.status and MARITAL-STATUS are the words marital_status; Sex_Code and race1 have one of the words.
    - name: named
      expression: >-
        evidence.model.features.filter(feature,
          cel.bind(words, regex.replace(regex.replace(feature, '([a-z])([A-Z])', '\\1_\\2').lowerAscii(), '[^a-z]+', '_'),
            params.prohibited.exists(basis, ('_' + words + '_').contains('_' + basis + '_') || words.replace('_', '') == basis.replace('_', ''))))
  validations:
    - name: features
      control: 12 CFR 1002.6(b)
      expression: size(variables.named) == 0
      messageExpression: "'the model reads ' + variables.named.join(', ')"
      subjectPath: spec.features
    - name: proxies
      control: 12 CFR 1002.4(a), commentary on disparate treatment
      expression: evidence.explanation.proxies.all(feature, proxy, proxy.cramersV <= params.maximumProxyStrength)
      messageExpression: >-
        'stand for a prohibited basis: ' + evidence.explanation.proxies.transformList(feature, proxy, proxy.cramersV > params.maximumProxyStrength,
          feature + ' for ' + proxy.attribute).join(', ')
      subjectPath: spec.features
  validationActions: [Deny]
"""##,
    ]
}
