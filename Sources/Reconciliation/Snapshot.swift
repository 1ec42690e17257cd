import Basics
import Diagnostics
import Git
import OrderedCollections
import Planning
import Policies
import Signatures
import Specs

/// One revision of a user's repository, read without a checkout.
struct Snapshot {
    let repository: Repository
    let tree: ObjectID?
    let catalog: Catalog
    let policies: [CompiledPolicy]
    let allowedSigners: SignerFile
    let ledgerSigners: SignerFile
    let owners: OwnersFile
    /// The files of waivers and what lies beside them, by path.
    private let waiverFiles: [String: [UInt8]]
    /// Of the texts of both signer files: what a verification of the ledger rests on.
    let signerFiles: Digest
    let diagnostics: [Diagnostic]

    /// - Parameter tree: nil for a repository in which nothing is yet.
    init(_ repository: Repository, tree: ObjectID?) throws(GitError) {
        self.repository = repository
        self.tree = tree
        var entries: [SpecEntry] = []
        var control: [String: SourceFile] = [:]
        var waiverFiles: [String: [UInt8]] = [:]
        if let tree {
            for entry in try repository.treeEntries(of: tree) {
                if entry.mode.isFile, entry.path.hasPrefix(SpecFolders.waiverFolder + "/") { waiverFiles[entry.path] = try repository.blob(entry.id) }
                if SpecFolders.isSpec(entry.path) {
                    let kind: SpecEntry.Kind = entry.mode == .symbolicLink ? .symbolicLink : entry.mode == .submodule ? .submodule : .regular
                    entries.append(SpecEntry(path: entry.path, kind: kind, bytes: kind == .regular ? try repository.blob(entry.id) : []))
                } else if entry.path.hasPrefix(SpecFolders.controlFolder + "/"), entry.mode.isFile {
                    control[entry.path] = SourceFile(path: entry.path, text: String(decoding: try repository.blob(entry.id), as: UTF8.self))
                }
            }
        }
        let (catalog, specProblems) = tree == nil ? (Catalog.empty, []) : Catalog.load(entries)
        let (policies, policyProblems) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        func file(_ name: String) -> SourceFile {
            control["\(SpecFolders.controlFolder)/\(name)"] ?? SourceFile(path: "\(SpecFolders.controlFolder)/\(name)", text: "")
        }
        let (allowed, allowedProblems) = SignerFile.parse(file("allowed_signers"))
        let (ledger, ledgerProblems) = SignerFile.parse(file("ledger_signers"))
        let (owners, ownerProblems) = OwnersFile.parse(file("owners"))
        self.catalog = catalog
        self.policies = policies
        allowedSigners = allowed
        ledgerSigners = ledger
        self.owners = owners
        self.waiverFiles = waiverFiles
        var encoder = CanonicalEncoder(domain: "proviso.signer-files.v1")
        for name in ["allowed_signers", "ledger_signers"] { encoder.append(file(name).text) }
        signerFiles = encoder.digest
        diagnostics = specProblems + policyProblems + StageColumns.problems(in: catalog) + allowedProblems + ledgerProblems + ownerProblems
    }

    /// The waivers with those whose signatures beside them count then.
    func approvedWaivers(at instant: Instant) -> [ApprovedWaiver] {
        catalog.waivers.values.map { waiver in
            let path = waiver.resource.path
            return ApprovedWaiver(
                verifying: waiver, file: waiverFiles[path] ?? [],
                signatures: waiverFiles[path + DetachedSignatures.suffix].map { String(decoding: $0, as: UTF8.self) }, signers: allowedSigners,
                owners: owners, at: instant)
        }
    }

    /// The bytes of a file; nil if there is none.
    func file(_ path: String) throws(GitError) -> [UInt8]? {
        guard let tree, let entry = try repository.entry(at: path, in: tree), entry.mode.isFile else { return nil }
        return try repository.blob(entry.id)
    }

    /// Whether anything lies at a path, be it a file or not.
    func has(_ path: String) throws(GitError) -> Bool {
        guard let tree else { return false }
        return try repository.entry(at: path, in: tree) != nil
    }

    func fileID(_ path: String) throws(GitError) -> ObjectID? {
        guard let tree, let entry = try repository.entry(at: path, in: tree), entry.mode.isFile else { return nil }
        return entry.id
    }
}
