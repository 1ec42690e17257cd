// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let nycLl1441 = [
        "bias-audit.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: bias-audit}
spec:
  description: Impact ratios are calculated for sex, race or ethnicity, and their combinations, and an independent audit of the last year is signed.
  legalBasis: 6 RCNY 5-301
  jurisdiction: US-NY-NYC
  effectiveFrom: 2023-07-05
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params:
    sexColumn: sex
    raceColumn: race
    maximumAgeDays: 365
  validations:
    - name: calculated-ratios
      control: 6 RCNY 5-301(b)(2) and (c)(2)
      expression: >-
        [params.sexColumn, params.raceColumn, params.sexColumn + ',' + params.raceColumn].all(attribute,
          size(evidence.fairness[attribute].selectionRate.groups) > 1 && size(evidence.fairness[attribute].scoringRate.groups) > 1)
      message: selection or scoring rates of some category are not calculated
      subjectPath: spec.evaluation
    - name: unknown-categories
      control: 6 RCNY 5-301(b)(4)
      expression: >-
        [params.sexColumn, params.raceColumn].all(attribute, evidence.fairness[attribute].selectionRate.overall.n >= evidence.performance.rows)
      message: rows of unknown category are left out of the count
    - name: independent-audit
      control: 6 RCNY 5-300 (independent auditor) and 5-301(a)
      expression: >-
        size(evidence.documents['bias-audit'].signers) > 0
          && now - timestamp(evidence.documents['bias-audit'].date) <= duration(string(params.maximumAgeDays * 24) + 'h')
      message: there is no signed bias audit of the last year
      subjectPath: spec.documents
  validationActions: [Deny]
"""##,
        "impact-ratio.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: impact-ratio}
spec:
  description: Impact ratios by the most selected category; those under four fifths are pointed out. The rule itself sets no threshold.
  legalBasis: 6 RCNY 5-301(b)(3)
  jurisdiction: US-NY-NYC
  effectiveFrom: 2023-07-05
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params:
    noticeBelow: 0.8
    # A category with a smaller share of the rows may be left out of the ratios (5-301(d)).
    minimumCategoryShare: 0.02
  validations:
    - name: four-fifths
      control: 6 RCNY 5-301(b)(3)
      expression: >-
        evidence.fairness.all(attribute, measures, measures.selectionRate.groups.all(a, low,
          double(low.n) < params.minimumCategoryShare * double(measures.selectionRate.overall.n)
          || measures.selectionRate.groups.all(b, high, low.value >= params.noticeBelow * high.value)))
      messageExpression: >-
        'impact ratios below ' + string(params.noticeBelow) + ' by ' + evidence.fairness.transformList(attribute, measures,
          measures.selectionRate.groups.exists(a, low, double(low.n) >= params.minimumCategoryShare * double(measures.selectionRate.overall.n)
            && measures.selectionRate.groups.exists(b, high, low.value < params.noticeBelow * high.value)), attribute).join(' and ')
  validationActions: [Warn]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: nyc-ll144}
spec:
  description: The bias audit of automated employment decision tools in New York City.
  sources:
    - "NYC Administrative Code 20-870 to 20-874 (Local Law 144 of 2021)"
    - "6 RCNY 5-300 to 5-304, in force since 2023-07-05"
  limits: >-
    The rule sets no pass threshold for impact ratios, so that impact-ratio only warns. Whether the auditor is independent, and whether notice was given ten business days
    ahead, no measurement decides: the signed documents must say so.
"""##,
    ]
}
