import Attestations
import Basics
import Foundation
import Git
import Ledger
import Signatures
import Storage
import TestSupport
import Testing

@Suite struct LedgerVerifierTests {
    let fixture: LedgerFixture
    let chain: PreparedRecords

    init() throws {
        fixture = try LedgerFixture()
        chain = try fixture.append(1...4, on: nil)
    }

    private func commit(_ number: Int) -> ObjectID { chain.entries[number - 1].commit }
    private func recordPath(_ number: Int) -> String { LedgerLayout.recordPath(chain.entries[number - 1].digest) }
    private func evidencePath(_ number: Int) -> String { LedgerLayout.evidencePath(Digest.of(LedgerFixture.document(number))) }

    /// A fifth commit, made by somebody who has the reconciler's key but does something that no reconciler does.
    private func fifth(
        _ change: (ObjectID) throws -> ObjectID
    ) throws -> ObjectID {
        try change(fixture.writer.prepare([LedgerFixture.pending(5)], on: chain.tip).tip)
    }

    private func forgedFifth(
        upserts: [String: [UInt8]] = [:], modes: [String: FileMode] = [:], removals: [String] = [], message: ((String) -> String)? = nil,
        instant: Instant? = nil, parents: [ObjectID]? = nil
    ) throws -> ObjectID {
        try fifth { commit in
            try fixture.forge(
                like: commit, parents: parents, upserts: upserts, modes: modes, removals: removals,
                message: message.map { $0(try fixture.repository.commit(commit).message) }, instant: instant, key: fixture.reconciler)
        }
    }

    @Test func `a ledger as it is written is sound`() throws {
        let report = try fixture.verifier.verify(tip: chain.tip, known: commit(2))
        #expect(report.findings == [])
        #expect(report.isSound)
        #expect(report.commits == 4)
    }

    @Test func `what came after a verified commit is verified alone`() throws {
        let report = try fixture.verifier.verify(tip: chain.tip, after: commit(2))
        #expect(report.findings == [])
        #expect(report.commits == 2)
        let tip = try fixture.replay(commit(4), on: commit(2))
        #expect(Set(try fixture.verifier.verify(tip: tip, after: commit(2)).findings.map(\.kind)) == [.brokenSequence, .brokenChain])
    }

    @Test func `a team's key on a ledger commit is called a forgery by its owner's name`() throws {
        let tip = try fixture.forge(like: chain.tip, parents: nil, key: fixture.person)
        let findings = try fixture.verifier.verify(tip: tip).findings
        #expect(findings.map(\.kind) == [.foreignSigner])
        #expect(findings[0].commit == tip)
        #expect(findings[0].message.contains("ada@example.com"))
        #expect(findings[0].message.contains("forgery"))
    }

    @Test func `a record by a team's key is a forgery too, whatever signs the commit`() throws {
        let forger = LedgerWriter(fixture.repository, key: fixture.person, email: "reconciler@example.com")
        let forged = try forger.prepare([LedgerFixture.pending(5)], on: chain.tip).tip
        #expect(try fixture.kinds(forged) == [.foreignSigner])
        let covered = try fixture.forge(like: forged, parents: nil, key: fixture.reconciler)
        #expect(try fixture.kinds(covered) == [.foreignSigner, .differentSigners])
    }

    @Test func `a key counts only in the time for which the signer file admits it`() throws {
        let line = { (option: String) in
            LedgerFixture.signers("r namespaces=\"git,proviso\",\(option) \(fixture.reconciler.publicKey.openSSH)")
        }
        // The third decision was made at 2026-05-28T20:29:40Z.
        for (option, bad) in [("valid-before=\"20260528202939Z\"", 2), ("valid-after=\"20260528202940Z\"", 2)] {
            let verifier = LedgerVerifier(fixture.repository, reconcilers: line(option), people: fixture.people)
            let findings = try verifier.verify(tip: chain.tip).findings
            #expect(Set(findings.map(\.commit)).count == bad)
            #expect(Set(findings.map(\.kind)) == [.foreignSigner])
        }
    }

    @Test func `a dropped and a moved record are named`() throws {
        let dropped = try fixture.replay(commit(3), on: commit(1))
        let findings = try fixture.verifier.verify(tip: dropped).findings
        #expect(Set(findings.map(\.kind)).isSuperset(of: [.brokenSequence, .brokenChain]))
        #expect(findings.allSatisfy { $0.commit == dropped && $0.sequence == 3 })
        #expect(findings.contains { $0.message.contains("dropped") })

        let moved = try fixture.replay(commit(2), on: fixture.replay(commit(3), on: commit(1)))
        let all = try fixture.verifier.verify(tip: moved).findings
        #expect(all.contains { $0.kind == .brokenSequence && $0.sequence == 3 })
        #expect(all.contains { $0.kind == .brokenSequence && $0.sequence == 2 && $0.message.contains("out of order") })
    }

    @Test func `the end of the ledger cut off is seen by whoever knew it`() throws {
        #expect(try fixture.verifier.verify(tip: commit(3)).isSound)
        let report = try fixture.verifier.verify(tip: commit(3), known: chain.tip)
        #expect(report.findings.map(\.kind) == [.rewound])
    }

    /// Every kind of finding is met by what it stands for.
    @Test(arguments: LedgerFinding.Kind.allCases)
    func `each kind of tampering is found and named`(kind: LedgerFinding.Kind) throws {
        let report = try fixture.verifier(of: kind, store: nil).verify(tip: tampered(kind), known: kind == .rewound ? chain.tip : nil)
        #expect(report.findings.contains { $0.kind == kind }, "\(report.findings)")
        #expect(report.isSound == (kind == .artefactMissing))
    }

    private func tampered(_ kind: LedgerFinding.Kind) throws -> ObjectID {
        let other = Array("other".utf8)
        let repository = fixture.repository
        switch kind {
        case .badCommitSignature: return try fixture.forge(like: chain.tip, parents: nil, key: nil)
        case .foreignSigner: return try fixture.forge(like: chain.tip, parents: nil, key: fixture.person)
        case .badRecordSignature:
            let sealed = try LedgerReader(repository, tip: chain.tip).record(chain.entries[3].digest)
            let alone = DSSEEnvelope(
                payloadType: sealed.envelope.payloadType, payload: sealed.envelope.payload, signatures: [sealed.envelope.signatures[0]])
            return try fixture.forge(
                like: chain.tip, parents: nil, upserts: [recordPath(4): alone.json.prettyBytes], key: fixture.reconciler)
        case .differentSigners:
            let forged = try LedgerWriter(repository, key: fixture.person, email: "r@x").prepare([LedgerFixture.pending(5)], on: chain.tip)
            return try fixture.forge(like: forged.tip, parents: nil, key: fixture.reconciler)
        case .digestMismatch: return try forgedFifth(upserts: [evidencePath(5): other])
        case .malformedFile:
            let bytes = try repository.blob(#require(try repository.entry(at: recordPath(4), in: repository.commit(chain.tip).tree)).id)
            return try fixture.forge(
                like: chain.tip, parents: nil, upserts: [recordPath(4): bytes + Array(" ".utf8)], key: fixture.reconciler)
        case .messageMismatch: return try forgedFifth(message: { $0.replacingOccurrences(of: "Verdict: pass", with: "Verdict: deny") })
        case .recordMissing: return try fixture.forge(like: chain.tip, parents: [chain.tip], key: fixture.reconciler)
        case .brokenSequence, .brokenChain: return try fixture.replay(commit(3), on: commit(1))
        case .pathChanged: return try forgedFifth(upserts: [recordPath(2): other])
        case .pathRemoved: return try forgedFifth(removals: [evidencePath(2)])
        case .unexpectedPath: return try forgedFifth(upserts: [evidencePath(77): other], modes: [evidencePath(77): .symbolicLink])
        case .evidenceMissing: return try forgedFifth(removals: [evidencePath(5)])
        case .wrongCommitLine:
            let line = LedgerLayout.commitPath(LedgerFixture.judged(1), chain.entries[0].digest)
            return try forgedFifth(upserts: [line: Array("1 pass Model/other\n".utf8)])
        case .wrongInstant: return try forgedFifth(instant: Instant(secondsSinceEpoch: 1_900_000_000))
        case .mergeCommit: return try forgedFifth(parents: [chain.tip, commit(2)])
        case .unreadableObject:
            let id = try #require(try repository.entry(at: evidencePath(2), in: repository.commit(chain.tip).tree)).id.hex
            let objects = fixture.stock.gitFolder.appendingPathComponent("objects")
            try FileManager.default.removeItem(at: objects.appendingPathComponent("\(id.prefix(2))/\(id.dropFirst(2))"))
            return chain.tip
        case .rewound: return commit(3)
        case .artefactDamaged, .artefactMissing: return chain.tip
        }
    }

    @Test func `stray paths are named`() throws {
        for path in ["README.md", "records/zz/x.json", "records/ab/\(String(repeating: "0", count: 64)).json", "evidence/x"] {
            #expect(try fixture.kinds(forgedFifth(upserts: [path: [1]])).contains(.unexpectedPath), "\(path)")
        }
    }

    /// Changes one byte of each object that the ledger is made of. All its bits: the last byte before the checksum has some that mean
    /// nothing.
    @Test func `any changed byte in a reachable object is noticed`() throws {
        let objects = try fixture.stock.git("rev-list", "--objects", "--no-object-names", chain.tip.hex).split(separator: "\n")
        try #require(objects.count > 30)
        for (index, id) in objects.enumerated() {
            let url = fixture.stock.gitFolder.appendingPathComponent("objects/\(id.prefix(2))/\(id.dropFirst(2))")
            let whole = try Data(contentsOf: url)
            var damaged = whole
            damaged[damaged.startIndex + (index * 7 + 2) % damaged.count] ^= 0xFF
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
            try damaged.write(to: url)
            // A new handle: the old one remembers what it has read.
            let repository = try Repository.open(at: fixture.stock.path)
            let report = try LedgerVerifier(repository, reconcilers: fixture.reconcilers, people: fixture.people).verify(tip: chain.tip)
            #expect(!report.isSound, "object \(id)")
            #expect(report.findings.contains { $0.kind == .unreadableObject && $0.message.contains(id) }, "object \(id)")
            try whole.write(to: url)
        }
        #expect(try fixture.verifier.verify(tip: chain.tip).isSound)
    }
}

extension LedgerFixture {
    /// The verifier that can meet a kind of finding: those about artefacts need a store with, or without, something wrong in it.
    func verifier(of kind: LedgerFinding.Kind, store: FileStore?) throws -> LedgerVerifier {
        guard kind == .artefactDamaged || kind == .artefactMissing else { return verifier }
        let folder = try TemporaryFolder()
        let store = FileStore(at: folder.path + "/kept")
        for number in 1...4 { _ = try store.put(Array("model \(number)".utf8)) }
        let digest = Digest.of("model 3")
        try store.remove(digest)
        if kind == .artefactDamaged { try Data([0]).write(to: URL(fileURLWithPath: store.path(of: digest))) }
        return LedgerVerifier(repository, reconcilers: reconcilers, people: people, store: HeldStore(store: store, folder: folder))
    }
}

/// A store that keeps its folder.
private struct HeldStore: ContentStore {
    let store: FileStore
    let folder: TemporaryFolder

    func put(_ bytes: [UInt8]) throws(StoreError) -> Digest { try store.put(bytes) }
    func put(file path: String) throws(StoreError) -> Digest { try store.put(file: path) }
    func read(_ digest: Digest) throws(StoreError) -> [UInt8] { try store.read(digest) }
    func contains(_ digest: Digest) throws(StoreError) -> Bool { try store.contains(digest) }
    func digests() throws(StoreError) -> [Digest] { try store.digests() }
    func remove(_ digest: Digest) throws(StoreError) { try store.remove(digest) }
}
