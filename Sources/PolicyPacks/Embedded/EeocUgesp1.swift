// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let eeocUgesp1 = [
        "adverse-impact.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: adverse-impact}
spec:
  description: No group is selected at less than four fifths of the most selected group's rate, unless so few rows show it that it may be chance.
  legalBasis: 29 CFR 1607.4(D)
  jurisdiction: US
  effectiveFrom: 1978-09-25
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {minimumRatio: 0.8, practicalRatio: 0.9, significance: 0.05}
  validations:
    # A gap of more than a fifth is flagged as soon as its own p-value says so, so that no such gap hides behind the number of groups that are compared.
    - name: four-fifths
      control: 29 CFR 1607.4(D), first sentence; small numbers by the last
      expression: >-
        evidence.fairness.all(attribute, measures, measures.selectionRate.comparisons.all(group, comparison,
          comparison.ratio.value >= params.minimumRatio || comparison.significance.pValue >= params.significance))
      messageExpression: >-
        'selected at less than ' + string(params.minimumRatio) + ' of the highest rate: ' + evidence.fairness.transformList(attribute, measures,
          measures.selectionRate.comparisons.transformList(group, comparison,
            comparison.ratio.value < params.minimumRatio && comparison.significance.pValue < params.significance, group).join(', ')).join(' ')
      subjectPath: spec.decision.threshold
    # A smaller one is no violation of four fifths; to call it impact all the same, it must stand out among all that is compared: Holm's p-value.
    - name: smaller-differences
      control: 29 CFR 1607.4(D), significant in both statistical and practical terms
      expression: >-
        evidence.fairness.all(attribute, measures, measures.selectionRate.comparisons.all(group, comparison,
          comparison.ratio.value >= params.practicalRatio || comparison.significance.holm >= params.significance))
      message: a smaller difference is significant in both statistical and practical terms
      subjectPath: spec.decision.threshold
    - name: rows-of-each-group
      control: 29 CFR 1607.15(A)(2), impact is told for each group
      expression: evidence.fairness.all(attribute, measures, measures.selectionRate.groups.all(group, rate, rate.n > 0))
      message: a group has no rows of which impact could be told
  validationActions: [Deny]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: eeoc-ugesp}
spec:
  description: Adverse impact by the Uniform Guidelines on Employee Selection Procedures, statistical and practical significance together.
  jurisdiction: US
  sources:
    - "29 CFR 1607.4(D): four-fifths; smaller differences; small numbers"
    - "29 CFR 1607.4(C): bottom line, then components"
    - "RIN 3046-AB43: rescission at the final-rule stage in 2026; check before you rely on it"
  limits: >-
    Impact is no proof of discrimination, nor its absence of none; a procedure with impact may be lawful if it is validated (1607.5). The components of a procedure (1607.4(C))
    are judged as models of their own. That records of impact are kept (1607.15) is not checked: the ledger keeps the evidence.
"""##,
    ]
}
