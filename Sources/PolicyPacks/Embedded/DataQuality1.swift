// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let dataQuality1 = [
        "expected-data.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: expected-data}
spec:
  description: Every expectation of the Dataset spec holds, and no column is mostly missing.
  legalBasis: ISO/IEC 25012, completeness and consistency
  jurisdiction: any
  # ISO/IEC 25012:2008.
  effectiveFrom: 2008-12-15
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {maximumMissingShare: 0.5}
  validations:
    - name: expectations
      control: ISO/IEC 25012, consistency
      expression: evidence.dataQuality.expectations.all(name, outcome, outcome.holds)
      messageExpression: >-
        'not as expected: ' + evidence.dataQuality.expectations.transformList(name, outcome, !outcome.holds,
          name + ' (' + string(outcome.violations) + ' rows)').join(', ')
    - name: completeness
      control: ISO/IEC 25012, completeness
      expression: evidence.dataQuality.columns.all(name, column, column.missingShare <= params.maximumMissingShare)
      messageExpression: >-
        'mostly missing: ' + evidence.dataQuality.columns.transformList(name, column,
          column.missingShare > params.maximumMissingShare, name).join(', ')
  validationActions: [Deny]
"""##,
        "no-leakage.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: no-leakage}
spec:
  description: Test rows are not training rows, and no feature alone tells the label.
  legalBasis: none; Kaufman, Rosset and Perlich 2012
  jurisdiction: any
  # The paper.
  effectiveFrom: 2012-12-01
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  params: {maximumDuplicateShare: 0.05, maximumFeatureAUC: 0.98}
  validations:
    - name: duplicates
      control: Kaufman, Rosset and Perlich 2012, learn-predict separation
      expression: double(evidence.dataQuality.duplicatesAcrossSplit) <= params.maximumDuplicateShare * double(evidence.data.testRows)
      messageExpression: "string(evidence.dataQuality.duplicatesAcrossSplit) + ' test rows equal a training row'"
    - name: telling-feature
      control: Kaufman, Rosset and Perlich 2012, legitimate features
      expression: evidence.dataQuality.strongestFeature.rocAUC <= params.maximumFeatureAUC
      messageExpression: "evidence.dataQuality.strongestFeature.feature + ' alone tells the label'"
      subjectPath: spec.features
  validationActions: [Deny]
"""##,
        "no-personal-data.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: no-personal-data}
spec:
  description: No value that is read looks like an e-mail address, a payment card or a bank account.
  legalBasis: Regulation (EU) 2016/679, Article 5(1)(c)
  jurisdiction: EU
  # The day of application.
  effectiveFrom: 2018-05-25
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  validations:
    - name: identifiers
      control: GDPR Article 5(1)(c)
      expression: evidence.dataQuality.personalData == 0
      messageExpression: "string(evidence.dataQuality.personalData) + ' values look like personal identifiers'"
  validationActions: [Deny]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: data-quality}
spec:
  description: The data are as their spec expects, hold no personal identifiers, and do not give the label away.
  jurisdiction: any; policies that rest on a law say which
  sources:
    - "ISO/IEC 25012: completeness, consistency; ISO/IEC 5259-2: data quality measures for machine learning"
    - "Regulation (EU) 2016/679 (GDPR), Article 5(1)(c): data minimisation"
    - "Kaufman, Rosset and Perlich 2012: leakage in data mining"
  limits: Personal data are known by their form only (e-mail addresses, payment cards, bank accounts); names and addresses are not.
"""##,
    ]
}
