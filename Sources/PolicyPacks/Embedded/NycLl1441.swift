// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let nycLl1441 = [
        "bias-audit.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: bias-audit}
spec:
  description: >-
    Impact ratios are calculated for sex, race or ethnicity, and their combinations; an independent auditor has signed the audit of the last year; its summary was
    published and notice was given.
  legalBasis: 6 RCNY 5-301 to 5-304
  jurisdiction: US-NY-NYC
  effectiveFrom: 2023-07-05
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  params:
    sexColumn: sex
    raceColumn: race
    maximumAgeDays: 365
    # Who may audit; nobody named: whoever is neither an owner of the model nor a developer.
    auditors: []
    # Who else was involved in using, developing or distributing the tool.
    developers: []
    # A category with a smaller share of the rows may be left out of the ratios, if the summary says so (5-301(d)).
    minimumCategoryShare: 0.02
    # Two weeks hold ten business days, unless there are holidays.
    minimumNoticeDays: 14
  variables:
    - {name: audit, expression: "evidence.documents['bias-audit']"}
    - {name: summary, expression: "evidence.documents['bias-audit-summary']"}
    - {name: notice, expression: "evidence.documents['candidate-notice']"}
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
    - name: audit-of-the-last-year
      control: 6 RCNY 5-301(a)
      expression: now - timestamp(variables.audit.date) <= duration(string(params.maximumAgeDays * 24) + 'h')
      message: the bias audit is more than a year old
      subjectPath: spec.documents
    - name: independent-auditor
      control: 6 RCNY 5-300 (independent auditor)
      expression: >-
        variables.audit.signers.exists(signer, !(signer in subject.spec.owners) && !(signer in params.developers)
          && (size(params.auditors) == 0 || signer in params.auditors))
      messageExpression: "'no independent auditor has signed the bias audit, only ' + variables.audit.signers.join(', ')"
      subjectPath: spec.documents
    - name: published-summary
      control: 6 RCNY 5-302(a)
      expression: >-
        size(variables.summary.signers) > 0 && timestamp(variables.summary.states['distribution-date'] + 'T00:00:00Z') <= now
          && timestamp(variables.summary.date) >= timestamp(variables.audit.date)
      message: the summary of the audit with the tool's distribution date is not published
      subjectPath: spec.documents
    - name: excluded-categories
      control: 6 RCNY 5-301(d), number of applicants, rates and justification of what is left out
      expression: >-
        evidence.fairness.all(attribute, measures, measures.selectionRate.groups.all(group, rate,
          double(rate.n) >= params.minimumCategoryShare * double(measures.selectionRate.overall.n)
          || variables.summary.states['excluded-categories'].split(';').exists(named, named.trim() == group)))
      message: the summary does not say which categories are left out of the impact ratios
      subjectPath: spec.documents
    - name: notice
      control: 6 RCNY 5-304(b), ten business days before use
      expression: >-
        size(variables.notice.signers) > 0 && timestamp(variables.notice.states['given'] + 'T00:00:00Z') <= now
          && timestamp(variables.notice.states['first-use'] + 'T00:00:00Z') - timestamp(variables.notice.states['given'] + 'T00:00:00Z')
            >= duration(string(params.minimumNoticeDays * 24) + 'h')
      messageExpression: "'notice was given on ' + variables.notice.states['given'] + ' for a use from ' + variables.notice.states['first-use']"
      subjectPath: spec.documents
  validationActions: [Deny]
"""##,
        "impact-ratio.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: impact-ratio}
spec:
  description: Impact ratios by the most selected category; those under four fifths are pointed out. The rule itself sets no threshold.
  legalBasis: 6 RCNY 5-301(b)(3) and (c)(3)
  jurisdiction: US-NY-NYC
  effectiveFrom: 2023-07-05
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  params:
    noticeBelow: 0.8
    # A category with a smaller share of the rows may be left out of the ratios, as the lower and as the highest rate (5-301(d)).
    minimumCategoryShare: 0.02
  validations:
    - name: selection-rates
      control: 6 RCNY 5-301(b)(3)
      expression: >-
        evidence.fairness.all(attribute, measures, cel.bind(floor, params.minimumCategoryShare * double(measures.selectionRate.overall.n),
          measures.selectionRate.groups.all(a, low, double(low.n) < floor
            || measures.selectionRate.groups.all(b, high, double(high.n) < floor || low.value >= params.noticeBelow * high.value))))
      messageExpression: >-
        'impact ratios below ' + string(params.noticeBelow) + ': ' + evidence.fairness.transformList(attribute, measures, cel.bind(floor,
          params.minimumCategoryShare * double(measures.selectionRate.overall.n),
          measures.selectionRate.groups.transformList(a, low, double(low.n) >= floor
              && measures.selectionRate.groups.exists(b, high, double(high.n) >= floor && low.value < params.noticeBelow * high.value),
            attribute + ' ' + a + ' ' + '%.3f'.format([low.value
              / measures.selectionRate.groups.transformList(b, high, double(high.n) >= floor, high.value).max()])).join(', '))).filter(text, text != '').join('; ')
    - name: scoring-rates
      control: 6 RCNY 5-301(c)(3)
      expression: >-
        evidence.fairness.all(attribute, measures, cel.bind(floor, params.minimumCategoryShare * double(measures.scoringRate.overall.n),
          measures.scoringRate.groups.all(a, low, double(low.n) < floor
            || measures.scoringRate.groups.all(b, high, double(high.n) < floor || low.value >= params.noticeBelow * high.value))))
      messageExpression: >-
        'impact ratios below ' + string(params.noticeBelow) + ': ' + evidence.fairness.transformList(attribute, measures, cel.bind(floor,
          params.minimumCategoryShare * double(measures.scoringRate.overall.n),
          measures.scoringRate.groups.transformList(a, low, double(low.n) >= floor
              && measures.scoringRate.groups.exists(b, high, double(high.n) >= floor && low.value < params.noticeBelow * high.value),
            attribute + ' ' + a + ' ' + '%.3f'.format([low.value
              / measures.scoringRate.groups.transformList(b, high, double(high.n) >= floor, high.value).max()])).join(', '))).filter(text, text != '').join('; ')
  validationActions: [Warn]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: nyc-ll144}
spec:
  description: The bias audit of automated employment decision tools in New York City.
  jurisdiction: US-NY-NYC
  sources:
    - "NYC Administrative Code 20-870 to 20-874 (Local Law 144 of 2021)"
    - "6 RCNY 5-300 to 5-304, in force since 2023-07-05"
  limits: >-
    The rule sets no pass threshold for impact ratios, so that impact-ratio only warns. Documents are asked for by name (bias-audit, bias-audit-summary, candidate-notice) and read
    no further than their first lines: that the summary has the source of the data, counts, rates and ratios and was published, that the auditor has no financial tie, and why test
    data stand for historical data, their signers answer for. Holidays shorten the two weeks of notice. That results are kept for six months after the last use is not checked.
"""##,
    ]
}
