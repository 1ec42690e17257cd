import Basics
import Git
import Ledger
import Signatures

/// Ledger tips that this reconciler has verified itself, under the signer files of that time. It has signed that, so that nobody else can say it;
/// a tip under other signer files is verified anew.
struct VerifiedLedgers {
    let results: SignedResults
    /// Of the files that say who may sign.
    let signerFiles: Digest

    private func key(_ tip: ObjectID) -> Digest {
        var encoder = CanonicalEncoder(domain: "proviso.verified-ledger.v1")
        encoder.append(tip.hex)
        encoder.append(signerFiles)
        return encoder.digest
    }

    func note(_ tip: ObjectID) throws { try results.save([:], of: key(tip)) }

    /// The newest commit in the history of `tip` that was verified; nil if there is none.
    func nearest(_ tip: ObjectID, in repository: Repository) throws(GitError) -> ObjectID? {
        var next: ObjectID? = tip
        while let id = next {
            if results.outputs(of: key(id)) != nil { return id }
            // A history that cannot be read is for the verifier to name.
            guard try repository.contains(id) else { return nil }
            next = try repository.commit(id).parents.first
        }
        return nil
    }
}
