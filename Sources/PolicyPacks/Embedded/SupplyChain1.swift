// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let supplyChain1 = [
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: supply-chain}
spec:
  description: Who changed what is known, somebody else agreed, and the data are those that the spec pins.
  jurisdiction: any; policies that rest on a law say which
  sources:
    - "SLSA 1.0, source track: verified history, two-party review"
    - "SR 26-2: the validator is not the developer"
  limits: >-
    Judges the change at hand: in the gate the pull request, in the reconciler the branch's last commit. Signatures on the ledger, and that data and model
    are recorded by the digests of their bytes, the engine sees to whether or not this pack is used.
"""##,
        "recorded-artefacts.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: recorded-artefacts}
spec:
  description: The data are those that the spec pins, and nobody is left out of the change's history.
  legalBasis: EU AI Act, Article 12; SLSA 1.0
  jurisdiction: any
  # SLSA 1.0.
  effectiveFrom: 2023-04-19
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  validations:
    - name: pinned-data
      control: EU AI Act, Article 10(2); SLSA 1.0, provenance of inputs
      expression: evidence.data.pinned
      message: the data set's spec pins no digest, so that other bytes could take the place of these
      subjectPath: spec.dataset
    - name: known-commits
      control: SLSA 1.0 source track, verified history
      expression: size(change.unsigned) == 0
      messageExpression: "'of unknown author: ' + change.unsigned.join(', ')"
  validationActions: [Deny]
"""##,
        "separation-of-duties.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: separation-of-duties}
spec:
  description: A change of what decides has signed authors and the approval of somebody who is none of them.
  legalBasis: SR 26-2, independence of validation
  jurisdiction: any
  # SLSA 1.0.
  effectiveFrom: 2023-04-19
  sourceChecked: 2026-11-25
  match: {kinds: [Model]}
  variables:
    # Everything may decide, programs of stages and whatever they read too; pages for people do not.
    - name: decides
      expression: >-
        change.files.exists(file,
          !file.matches('^(README|CHANGELOG|CONTRIBUTING|LICENSE|NOTICE|SECURITY)([.](md|txt))?$|^[Dd]ocs/.*[.](md|png|svg)$'))
  validations:
    - name: signed-authors
      control: SLSA 1.0 source track, verified history
      expression: "!variables.decides || size(change.unsigned) == 0 && size(change.authors) > 0"
      message: some commit of the change bears no signature of somebody whom the base knows
    - name: second-person
      control: SR 26-2, independence of validation
      expression: "!variables.decides || size(change.unsigned) == 0 && change.approvers.exists(person, !(person in change.authors))"
      message: nobody but the authors has approved the change, or not all of them are known
  validationActions: [Deny]
"""##,
    ]
}
