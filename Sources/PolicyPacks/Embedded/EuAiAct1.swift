// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let euAiAct1 = [
        "accuracy-and-robustness.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: accuracy-and-robustness}
spec:
  description: Accuracy is measured with its uncertainty, scores mean what they say, and test data are like those learnt from.
  legalBasis: Regulation (EU) 2024/1689, Article 15
  jurisdiction: EU
  effectiveFrom: 2027-12-02
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  matchConditions:
    - {name: high-risk, expression: subject.spec.risk == 'high'}
  params: {minimumAUC: 0.7, maximumCalibrationError: 0.1, maximumDriftedShare: 0.2}
  validations:
    - name: accuracy
      control: Article 15(1) and (3)
      expression: evidence.performance.rocAUC.lower >= params.minimumAUC
      messageExpression: "'ROC AUC may be as low as ' + string(evidence.performance.rocAUC.lower)"
      subjectPath: spec.estimator
    - name: calibration
      control: Article 15(1)
      expression: evidence.calibration.expectedCalibrationError.value <= params.maximumCalibrationError
      messageExpression: "'scores miss the rates by ' + string(evidence.calibration.expectedCalibrationError.value) + ' on average'"
    - name: robustness
      control: Article 15(4)
      expression: evidence.drift.driftedShare <= params.maximumDriftedShare
      messageExpression: "string(evidence.drift.driftedShare) + ' of the columns have drifted'"
  validationActions: [Deny]
"""##,
        "data-governance.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: data-governance}
spec:
  description: Data are examined for errors and for bias by group.
  legalBasis: Regulation (EU) 2024/1689, Article 10
  jurisdiction: EU
  effectiveFrom: 2027-12-02
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  matchConditions:
    - {name: high-risk, expression: subject.spec.risk == 'high'}
  params: {minimumGroupRows: 30}
  validations:
    - name: bias-examination
      control: Article 10(2)(f) and (g)
      # A difference that may be as large as any says nothing of bias.
      expression: >-
        evidence.fairness.all(attribute, measures, measures.baseRate.groups.all(group, rate, rate.n >= params.minimumGroupRows)
          && measures.equalizedOdds.difference.upper < 1.0)
      message: some group is too small to be examined for bias
      subjectPath: spec.evaluation
    - name: free-of-errors
      control: Article 10(3)
      expression: evidence.dataQuality.expectations.all(name, outcome, outcome.holds)
      message: the data are not as their spec expects
  validationActions: [Deny]
"""##,
        "documentation.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: documentation}
spec:
  description: What the articles ask to be written down is there, dated, signed by the persons responsible, and about the model at hand.
  legalBasis: Regulation (EU) 2024/1689, Articles 9, 11, 12, 13, 14, 15(5), 18 and 19
  jurisdiction: EU
  effectiveFrom: 2027-12-02
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  matchConditions:
    - {name: high-risk, expression: subject.spec.risk == 'high'}
  params:
    maximumAgeDays: 365
    # Who signs; nobody named: an owner of the model.
    responsible: []
    accuracyTolerance: 0.005
    minimumLogMonths: 6
    minimumDocumentationYears: 10
  variables:
    - {name: responsible, expression: "size(params.responsible) > 0 ? params.responsible : subject.spec.owners"}
  validations:
    - name: risk-management
      control: Article 9
      expression: >-
        evidence.documents['risk-management'].signers.exists(signer, signer in variables.responsible)
          && now - timestamp(evidence.documents['risk-management'].date) <= duration(string(params.maximumAgeDays * 24) + 'h')
      message: the risk management is not documented, dated and signed by who is responsible within its term
      subjectPath: spec.documents
    - name: technical-documentation
      control: Article 11 and Annex IV 2(g)
      expression: >-
        evidence.documents['technical-documentation'].signers.exists(signer, signer in variables.responsible)
          && now - timestamp(evidence.documents['technical-documentation'].date) <= duration(string(params.maximumAgeDays * 24) + 'h')
      message: the technical documentation is not dated and signed by who is responsible within its term
      subjectPath: spec.documents
    - name: documentation-of-this-model
      control: Article 11(1), kept up to date
      expression: evidence.documents['technical-documentation'].states['model'] == evidence.model.digest
      message: the technical documentation is of another model than the one at hand
      subjectPath: spec.documents
    - name: record-keeping
      control: Articles 12 and 19, logs kept for six months at least
      expression: >-
        evidence.documents['record-keeping'].signers.exists(signer, signer in variables.responsible)
          && int(evidence.documents['record-keeping'].states['log-retention-months']) >= params.minimumLogMonths
      message: who is responsible has not signed what is logged, or logs are kept for too short a time
      subjectPath: spec.documents
    - name: documentation-keeping
      control: Article 18, kept for ten years
      expression: int(evidence.documents['technical-documentation'].states['retention-years']) >= params.minimumDocumentationYears
      message: the technical documentation is not to be kept for ten years
      subjectPath: spec.documents
    - name: instructions-for-use
      control: Article 13
      expression: >-
        evidence.documents['instructions-for-use'].signers.exists(signer, signer in variables.responsible)
          && now - timestamp(evidence.documents['instructions-for-use'].date) <= duration(string(params.maximumAgeDays * 24) + 'h')
      message: the instructions for use are not dated and signed by who is responsible within their term
      subjectPath: spec.documents
    - name: stated-accuracy
      control: Articles 13(3)(b)(ii) and 15(3)
      expression: >-
        math.abs(double(evidence.documents['instructions-for-use'].states['roc-auc']) - evidence.performance.rocAUC.value) <= params.accuracyTolerance
      messageExpression: >-
        'the instructions for use state a ROC AUC of ' + evidence.documents['instructions-for-use'].states['roc-auc'] + ', and '
          + string(evidence.performance.rocAUC.value) + ' is measured'
      subjectPath: spec.documents
    - name: human-oversight
      control: Article 14
      expression: >-
        evidence.documents['human-oversight'].signers.exists(signer, signer in variables.responsible)
          && now - timestamp(evidence.documents['human-oversight'].date) <= duration(string(params.maximumAgeDays * 24) + 'h')
      message: human oversight is not documented, dated and signed by who is responsible within its term
      subjectPath: spec.documents
    - name: cybersecurity
      control: Article 15(5)
      expression: >-
        evidence.documents['cybersecurity'].signers.exists(signer, signer in variables.responsible)
          && now - timestamp(evidence.documents['cybersecurity'].date) <= duration(string(params.maximumAgeDays * 24) + 'h')
      message: resilience against attacks is not documented, dated and signed by who is responsible within its term
      subjectPath: spec.documents
  validationActions: [Deny]
"""##,
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: eu-ai-act}
spec:
  description: High-risk systems under Regulation (EU) 2024/1689, Chapter III Section 2.
  jurisdiction: EU
  sources:
    - "Regulation (EU) 2024/1689, Articles 9 to 15, 18 and 19, Annex III and IV"
    - "Deferral of the duties for Annex III systems to 2027-12-02 (Council approval of 2026-06-29)"
  limits: >-
    What the articles ask of an organisation (risk management, oversight, instructions, logging, cybersecurity) no measurement decides: the rules ask for the document, dated and signed by
    who is responsible, and read of it no more than what its first lines state: the model's digest, the ROC AUC, how long things are kept. That every risk has a control and a passing test
    (9), that all sections of Annex IV are there (11), that events are logged in use (12(2)) and that somebody can stop the system (14(4)) their signers answer for. No rule is in force before
    2027-12-02; to be judged by the pack before its day, use it with a policy of your own.
"""##,
    ]
}
