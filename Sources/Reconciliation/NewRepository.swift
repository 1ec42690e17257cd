import Basics
import Foundation
public import Git
public import Signatures
import Subprocess

/// Lays out a user's repository from the template and commits it.
public struct NewRepository {
    public struct Member: Sendable {
        public let principal: String
        public let key: PublicKey

        public init(principal: String, key: PublicKey) {
            self.principal = principal
            self.key = key
        }
    }

    public var template: String
    /// Owners may approve; members may sign commits; reconcilers may write the ledger.
    public var owners: [Member]
    public var members: [Member]
    public var reconcilers: [Member]
    public var author: CommitIdentity
    public var key: SigningKey?

    public init(template: String, owners: [Member], members: [Member], reconcilers: [Member], author: CommitIdentity, key: SigningKey?) {
        self.template = template
        self.owners = owners
        self.members = members
        self.reconcilers = reconcilers
        self.author = author
        self.key = key
    }

    /// - Returns: the first commit.
    public func create(at path: String) async throws -> ObjectID {
        let manager = FileManager.default
        if manager.fileExists(atPath: path), try !manager.contentsOfDirectory(atPath: path).isEmpty {
            throw ReconciliationError(.invalidArgument, "\(path) is not empty", hint: "choose a new folder")
        }
        guard manager.fileExists(atPath: template + "/" + SpecFolders.repositoryFile) else {
            throw ReconciliationError(.invalidArgument, "\(template) is no template: it has no \(SpecFolders.repositoryFile)")
        }
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        for relative in try manager.subpathsOfDirectory(atPath: template).sorted() {
            let source = template + "/" + relative
            let isFolder = try manager.attributesOfItem(atPath: source)[.type] as? FileAttributeType == .typeDirectory
            if isFolder {
                try manager.createDirectory(atPath: path + "/" + relative, withIntermediateDirectories: true)
            } else {
                try manager.copyItem(atPath: source, toPath: path + "/" + relative)
            }
        }
        for (relative, text) in controlFiles {
            let url = URL(fileURLWithPath: path + "/" + relative)
            try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        let commit = try commit(path)
        // Stock git makes the index, which libgit2's commit did not need.
        _ = try await run(.name("git"), arguments: ["-C", path, "reset", "--quiet"], output: .discarded)
        return commit
    }

    private var controlFiles: [(String, String)] {
        func lines(_ people: [Member], _ namespaces: String) -> String {
            people.map { "\($0.principal) namespaces=\"\(namespaces)\" \($0.key.openSSH)\n" }.joined()
        }
        let names = owners.map(\.principal).joined(separator: " ")
        return [
            (
                ".proviso/allowed_signers",
                "# Whose key is whose: commits (git), approvals (proviso) and signed files (proviso-waiver).\n"
                    + lines(owners + members, "git,proviso,proviso-*")
            ),
            (".proviso/ledger_signers", "# The reconcilers, which alone may write the ledger.\n" + lines(reconcilers, "git,proviso")),
            (
                ".proviso/owners",
                "# Who may approve guarded changes of which paths; the last line that matches counts.\n*          \(names)\n.proviso/  \(names)\n"
            ),
        ]
    }

    private func commit(_ path: String) throws -> ObjectID {
        let repository = try Repository.initWorking(at: path)
        var upserts: [TreeEntry] = []
        for relative in try FileManager.default.subpathsOfDirectory(atPath: path).sorted() where !relative.hasPrefix(".git/") && relative != ".git" {
            guard let bytes = FileManager.default.contents(atPath: path + "/" + relative) else { continue }
            let isFolder = try FileManager.default.attributesOfItem(atPath: path + "/" + relative)[.type] as? FileAttributeType == .typeDirectory
            if isFolder { continue }
            upserts.append(TreeEntry(path: relative, mode: .regular, id: try repository.writeBlob(Array(bytes))))
        }
        let tree = try repository.createTree(from: nil, upserts: upserts)
        let key = key
        let commit = try repository.createCommit(
            tree: tree, parents: [], author: author, committer: author, message: "Lay out a governed repository\n",
            sign: key.map { key in { SSHSignature.sign($0, namespace: "git", with: key).armored } })
        try repository.updateReference("refs/heads/main", to: commit, expecting: nil, reason: "proviso init")
        return commit
    }
}
