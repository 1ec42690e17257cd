import Attestations
public import Basics
public import Git
import Policies
public import Signatures
import Subprocess

/// Signs an approval of a merge result and keeps it at its reference.
public struct ApprovalSigning {
    public struct Result: Sendable {
        public let base: ObjectID
        public let tree: ObjectID
        /// Where the approval now lies, and the blob there.
        public let reference: String
        public let blob: ObjectID
    }

    /// - Throws: if there is nothing to approve, because the merge has no result.
    public static func approve(
        repositoryPath: String, base baseRevision: String, head headRevision: String, key: SigningKey, instant: Instant
    ) async throws -> Result {
        let memory = try Repository.open(at: repositoryPath, objectWrites: .inMemory)
        let base = try memory.resolve(baseRevision)
        let merge = try await MergeResult.of(memory, base: base, head: try memory.resolve(headRevision))
        guard let tree = merge.tree else {
            throw ReconciliationError(.invalidArgument, merge.finding?.message ?? "there is no merge result", hint: merge.finding?.hint)
        }
        let approval = Approval(base: base.hex, tree: tree.hex, instant: instant)
        let repository = try Repository.open(at: repositoryPath)
        let blob = try repository.writeBlob(approval.signed(with: key))
        let reference = approval.reference(of: key.publicKey)
        try repository.updateReference(reference, to: blob, expecting: try repository.reference(reference), reason: "proviso: approve \(tree)")
        return Result(base: base, tree: tree, reference: reference, blob: blob)
    }
}

extension ApprovalSigning {
    /// Pushes with stock git, which asks for credentials and runs hooks as its user is used to.
    public static func push(_ reference: String, of repositoryPath: String, to remote: String) async throws {
        try await git(["push", "--quiet", remote, reference], in: repositoryPath)
    }

    public static func fetch(_ refspec: String, of repositoryPath: String, from remote: String) async throws {
        try await git(["fetch", "--quiet", remote, refspec], in: repositoryPath)
    }

    private static func git(_ arguments: [String], in path: String) async throws {
        let result = try await run(
            .name("git"), arguments: Arguments(["-C", path] + arguments), output: .discarded, error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw ReconciliationError(.environment, "git \(arguments[0]) failed: \(result.standardError)")
        }
    }
}
