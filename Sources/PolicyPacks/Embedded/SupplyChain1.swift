// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let supplyChain1 = [
        "pack.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Pack
metadata: {name: supply-chain}
spec:
  description: Who changed what is known, somebody else agreed, and the artefacts are those that were recorded.
  sources:
    - "SLSA 1.0, source track: verified history, two-party review"
    - "SR 26-2: the validator is not the developer"
  limits: >-
    Judges the change at hand: in the gate the pull request, in the reconciler the branch's last commit. Signatures on the ledger are verified by the
    engine whether or not this pack is used.
"""##,
        "recorded-artefacts.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: recorded-artefacts}
spec:
  description: Data and model are named by the digests of their bytes.
  legalBasis: EU AI Act, Article 12
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  validations:
    - name: data-digest
      control: EU AI Act, Article 10(2)
      expression: evidence.data.digest.matches('^sha256:[0-9a-f]{64}$')
      message: the data have no digest
    - name: model-digest
      control: EU AI Act, Article 12(1)
      expression: evidence.model.digest.matches('^sha256:[0-9a-f]{64}$')
      message: the model has no digest
  validationActions: [Deny]
"""##,
        "separation-of-duties.yaml": ##"""
apiVersion: proviso.dev/v1alpha1
kind: Policy
metadata: {name: separation-of-duties}
spec:
  description: A change of what decides has signed authors and the approval of somebody who is none of them.
  legalBasis: SR 26-2, independence of validation
  sourceChecked: 2026-11-24
  match: {kinds: [Model]}
  variables:
    - name: decides
      expression: >-
        change.files.exists(file, file.matches('^(models|datasets|data|policies|waivers|environments|[.]proviso)/|^proviso[.]yaml$'))
  validations:
    - name: signed-authors
      control: SLSA 1.0 source track, verified history
      expression: "!variables.decides || size(change.authors) > 0"
      message: no commit of the change bears the signature of somebody whom the base knows
    - name: second-person
      control: SR 26-2, independence of validation
      expression: "!variables.decides || change.approvers.exists(person, !(person in change.authors))"
      message: nobody but the authors has approved the change
  validationActions: [Deny]
"""##,
    ]
}
