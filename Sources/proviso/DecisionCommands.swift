import ArgumentParser
import Attestations
import Basics
import Foundation
import Git
import Reconciliation
import Signatures

struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve guarded changes, or a waiver.",
        discussion: """
            Signs what merging head into base gives, or a waiver's file, as `ssh-keygen -Y sign -n proviso-waiver` does: the signature lies beside it, is
            committed with it, and counts if it is by somebody who may approve the file and is not the waiver's owner.

            Example: proviso approve --base origin/main --head my-branch --key ~/.ssh/id_ed25519 --push origin
            Example: proviso approve --waiver waivers/old-data.yaml --key ~/.ssh/id_ed25519
            """)

    @Option(help: "The revision that is merged into.") var base: String?
    @Option(help: "A waiver's file, to be approved instead of a merge.") var waiver: String?
    @Option(help: "The revision that is merged.") var head = "HEAD"
    @Option(help: "The approver's private key, in OpenSSH's format.") var key: String
    @Option(help: "The repository.") var repository = "."
    @Option(help: "A remote to push the approval to, with stock git.") var push: String?

    func validate() throws {
        guard (base == nil) != (waiver == nil) else { throw ValidationError("Give either --base or --waiver.") }
    }

    func run() async throws {
        if let waiver {
            let (path, counts) = try await explaining {
                try WaiverApproval.approve(folder: repository, path: waiver, key: try Inputs.signingKey(key), instant: SystemClock().now())
            }
            StandardOutput.line("\(counts ? "approved" : "signed") \(waiver); commit \(path) with it")
            if !counts {
                StandardError.write(
                    "proviso: the signature does not count: its key is neither the owner's nor that of somebody who may approve \(waiver)\n"
                        + "  hint: .proviso/allowed_signers and .proviso/owners say who may\n")
            }
            return
        }
        guard let base else { preconditionFailure("either a base or a waiver is given") }
        let result = try await explaining {
            try await ApprovalSigning.approve(
                repositoryPath: repository, base: base, head: head, key: try Inputs.signingKey(key), instant: SystemClock().now())
        }
        StandardOutput.line("approved tree \(result.tree.hex.prefix(12)) on base \(result.base.hex.prefix(12))")
        guard let push else {
            StandardOutput.line("push it: git push REMOTE \(result.reference)")
            return
        }
        try await explaining { try await ApprovalSigning.push(result.reference, of: repository, to: push) }
    }
}

struct LedgerLocation: ParsableArguments {
    @Option(help: "The working folder.") var repository = "."
    @Option(help: "The remote whose ledger is read; none: the local branch.") var ledger: String?
    @Option(help: "The ledger's branch.") var ledgerBranch = "proviso/ledger"

    /// Fetches the ledger if it is a remote's.
    func reference() async throws -> String {
        guard let ledger else { return "refs/heads/\(ledgerBranch)" }
        let reference = "refs/remotes/\(ledger)/\(ledgerBranch)"
        try await ApprovalSigning.fetch("+refs/heads/\(ledgerBranch):\(reference)", of: repository, from: ledger)
        return reference
    }
}

struct Promote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Make a model's newest passing record live in an environment: a change of one line.",
        discussion: "Example: proviso promote income --to production --ledger origin")

    @Argument(help: "The model.") var model: String
    @Option(name: .customLong("to"), help: "The environment.") var environment: String
    @Option(help: "A record, by its digest; default: the newest that passed.") var record: String?
    @OptionGroup var location: LedgerLocation

    func run() async throws {
        try await EnvironmentEdit.make(model, environment, record, rollback: false, location)
    }
}

struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Make the passing record before the live one live again: a change of one line.",
        discussion: "Example: proviso rollback income --in production --ledger origin")

    @Argument(help: "The model.") var model: String
    @Option(name: .customLong("in"), help: "The environment.") var environment: String
    @OptionGroup var location: LedgerLocation

    func run() async throws {
        try await EnvironmentEdit.make(model, environment, nil, rollback: true, location)
    }
}

private enum EnvironmentEdit {
    static func make(_ model: String, _ environment: String, _ record: String?, rollback: Bool, _ location: LedgerLocation) async throws {
        try await explaining {
            let digest: Digest
            if let record {
                guard let given = Digest(record) else { throw CommandFailure(.invalidInput, "'\(record)' is not a digest", hint: "sha256:…") }
                digest = given
            } else {
                let reference = try await location.reference()
                digest = try FileEdits.record(
                    of: model, toRollBack: rollback ? environment : nil, in: location.repository,
                    repository: try Repository.open(at: location.repository), ledgerReference: reference)
            }
            let path = try FileEdits.setLive(model: model, record: digest, environment: environment, in: location.repository)
            StandardOutput.line("\(path): \(model) is record \(digest.short); commit it and open a pull request")
        }
    }
}
