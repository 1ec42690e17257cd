// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let fairness1 = [
        "adverse-impact.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: adverse-impact}
spec:
  description: No group's selection rate is far below another's, among groups of enough rows.
  legalBasis: 29 CFR 1607.4(D)
  jurisdiction: US
  # 29 CFR 1607.
  effectiveFrom: 1978-09-25
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params:
    # The four-fifths rule.
    minimumRatio: 0.8
    # A smaller gap counts if it is significant, by so many standard deviations of a two-proportion z test, and larger than practicalRatio.
    maximumDeviations: 1.96
    practicalRatio: 0.9
    # Groups of fewer rows are left to the policy small-groups.
    minimumGroupRows: 30
  variables:
    - name: large
      expression: >-
        evidence.fairness.transformMap(attribute, measures,
          measures.selectionRate.groups.transformList(group, rate, rate.n >= params.minimumGroupRows, rate))
  validations:
    - name: two-groups
      control: 29 CFR 1607.4(D), a rate is compared with the highest
      # None at all is undecided, as below.
      expression: variables.large.all(attribute, rates, size(rates) != 1)
      messageExpression: >-
        'by ' + variables.large.transformList(attribute, rates, size(rates) == 1, attribute).join(', ') + ' only one group has '
          + string(params.minimumGroupRows) + ' rows, so that nothing is compared'
      subjectPath: spec.evaluation
    - name: four-fifths
      control: 29 CFR 1607.4(D), first sentence
      expression: >-
        variables.large.all(attribute, rates, rates.all(a, rates.all(b, a.value >= params.minimumRatio * b.value)))
      messageExpression: >-
        'selection rates by ' + variables.large.transformList(attribute, rates,
          rates.exists(a, rates.exists(b, a.value < params.minimumRatio * b.value)), attribute).join(', ')
          + ' have a ratio below ' + string(params.minimumRatio)
      subjectPath: spec.decision.threshold
    - name: significant-gap
      control: 29 CFR 1607.4(D), smaller differences
      expression: >-
        variables.large.all(attribute, rates, rates.all(a, rates.all(b,
          a.value >= params.practicalRatio * b.value
          || cel.bind(pooled, double(a.numerator + b.numerator) / double(a.n + b.n),
            b.value - a.value <= params.maximumDeviations * math.sqrt(pooled * (1.0 - pooled) * (1.0 / double(a.n) + 1.0 / double(b.n)))))))
      messageExpression: >-
        'a gap between selection rates is significant at ' + string(params.maximumDeviations) + ' standard deviations, and the ratio below '
          + string(params.practicalRatio)
      subjectPath: spec.decision.threshold
  validationActions: [Deny]
"""##,
        "equalized-odds.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: equalized-odds}
spec:
  description: True- and false-positive rates of the groups of every protected attribute are alike.
  legalBasis: none; Hardt, Price and Srebro 2016
  jurisdiction: any
  # The paper.
  effectiveFrom: 2016-10-07
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {maximumDifference: 0.1}
  validations:
    - name: difference
      control: Hardt, Price and Srebro 2016, definition 2.1
      expression: evidence.fairness.all(attribute, measures, measures.equalizedOdds.difference.value <= params.maximumDifference)
      messageExpression: >-
        evidence.fairness.transformList(attribute, measures, measures.equalizedOdds.difference.value > params.maximumDifference,
          'equalized odds by ' + attribute + ' differ by ' + string(measures.equalizedOdds.difference.value)).join('; ')
          + ', more than ' + string(params.maximumDifference)
      subjectPath: spec.decision.threshold
  validationActions: [Deny]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: fairness}
spec:
  description: >-
    Groups of every protected attribute are selected at like rates and meet like errors; what rests on few rows is said to.
  jurisdiction: any; policies that rest on a law say which
  sources:
    - "29 CFR 1607.4(D): four-fifths, statistical and practical significance"
    - "Hardt, Price and Srebro 2016: equalized odds"
    - "scipy.stats, fairlearn.metrics: the formulas with which the figures agree"
  limits: >-
    Four-fifths and equalized odds exclude each other where base rates differ; which of them a use asks for is for people to decide, and the other to
    be switched off with a word why.
"""##,
        "small-groups.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: small-groups}
spec:
  description: Every group of every protected attribute has enough rows for its rates to mean something.
  legalBasis: none; good practice
  jurisdiction: any
  # The paper of equalized-odds.
  effectiveFrom: 2016-10-07
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {minimumGroupRows: 30}
  validations:
    - name: rows
      control: small-group rule
      expression: >-
        evidence.fairness.all(attribute, measures, measures.selectionRate.groups.all(group, rate, rate.n >= params.minimumGroupRows))
      messageExpression: >-
        'groups of fewer than ' + string(params.minimumGroupRows) + ' rows: ' + evidence.fairness.transformList(attribute, measures,
          measures.selectionRate.groups.transformList(group, rate, rate.n < params.minimumGroupRows, attribute + ' ' + group).join(', ')).join(' ')
  validationActions: [Warn]
"""##,
    ]
}
