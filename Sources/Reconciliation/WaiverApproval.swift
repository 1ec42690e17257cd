public import Basics
import Diagnostics
import Foundation
import OrderedCollections
import Policies
public import Signatures
import Specs

/// Approvals of waivers in a working folder.
public enum WaiverApproval {
    /// Adds a signature to the file beside a waiver's, as `ssh-keygen -Y sign -n proviso-waiver` would make it.
    ///
    /// - Parameters:
    ///   - path: of the waiver's file, relative to `folder`.
    ///   - instant: when the signature is to count.
    /// - Returns: the path of the file with the signatures, and whether the key is one whose signature counts.
    /// - Throws: `ReconciliationError` if the file is no sound waiver.
    public static func approve(folder: String, path: String, key: SigningKey, instant: Instant) throws -> (path: String, counts: Bool) {
        let (catalog, _, _) = try Validation.catalog(ofFolder: folder)
        let clean = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        guard let waiver = catalog.waivers.values.first(where: { $0.resource.path == clean }) else {
            let known = catalog.waivers.values.map(\.resource.path)
            throw ReconciliationError(
                .invalidArgument, "\(path) is no sound waiver of \(folder)",
                hint: known.isEmpty ? "waivers lie in \(SpecFolders.waiverFolder)/*.yaml" : "there are: \(known.joined(separator: ", "))")
        }
        let bytes = Array(try Data(contentsOf: url(folder, clean)))
        let signature = SSHSignature.sign(bytes, namespace: ApprovedWaiver.namespace, with: key)
        let target = url(folder, clean + DetachedSignatures.suffix)
        // What was signed before the file changed says nothing any more.
        let earlier = DetachedSignatures.verified(in: text(target) ?? "", over: bytes, namespace: ApprovedWaiver.namespace).filter {
            $0.publicKey != key.publicKey
        }
        try Data((earlier + [signature]).map(\.armored).joined().utf8).write(to: target, options: .atomic)
        let own = ApprovedWaiver(
            verifying: waiver, file: bytes, signatures: signature.armored, signers: signers(ofFolder: folder), owners: owners(ofFolder: folder),
            at: instant)
        return (clean + DetachedSignatures.suffix, !own.approvers.isEmpty)
    }

    private static func control(_ name: String, ofFolder folder: String) -> SourceFile {
        let path = "\(SpecFolders.controlFolder)/\(name)"
        return SourceFile(path: path, text: text(url(folder, path)) ?? "")
    }

    private static func signers(ofFolder folder: String) -> SignerFile { SignerFile.parse(control("allowed_signers", ofFolder: folder)).file }
    private static func owners(ofFolder folder: String) -> OwnersFile { OwnersFile.parse(control("owners", ofFolder: folder)).file }

    /// The waivers of a folder with those whose signatures count.
    static func waivers(ofFolder folder: String, _ catalog: Catalog, at instant: Instant) throws -> [ApprovedWaiver] {
        let (signers, owners) = (signers(ofFolder: folder), owners(ofFolder: folder))
        return try catalog.waivers.values.map { waiver in
            let path = waiver.resource.path
            return ApprovedWaiver(
                verifying: waiver, file: Array(try Data(contentsOf: url(folder, path))),
                signatures: text(url(folder, path + DetachedSignatures.suffix)),
                signers: signers, owners: owners, at: instant)
        }
    }

    private static func url(_ folder: String, _ path: String) -> URL { URL(fileURLWithPath: "\(folder)/\(path)") }

    /// Nil if there is no such file.
    private static func text(_ file: URL) -> String? { FileManager.default.contents(atPath: file.path).map { String(decoding: $0, as: UTF8.self) } }
}
