import Attestations
import Basics
import Foundation
import Git
import Ledger
import Signatures
import Storage
import TestSupport
import Testing

@Suite struct LedgerTests {
    let fixture: LedgerFixture

    init() throws { fixture = try LedgerFixture() }

    @Test func `stock git verifies every commit, and its log tells an auditor what was decided`() throws {
        let prepared = try fixture.append(1...3, on: nil)
        let server = fixture.server
        try server.fsck()
        let signers = server.folder.url.appendingPathComponent("ledger_signers")
        try Data("reconciler@example.com namespaces=\"git\" \(fixture.reconciler.publicKey.openSSH)\n".utf8).write(to: signers)
        for entry in prepared.entries {
            try server.git("-c", "gpg.format=ssh", "-c", "gpg.ssh.allowedSignersFile=\(signers.path)", "verify-commit", entry.commit.hex)
        }
        #expect(try server.git("rev-parse", "proviso/ledger") == prepared.tip.hex)
        let titles = try server.git("log", "--format=%s", "proviso/ledger").split(separator: "\n")
        #expect(titles == ["Model/income: deny", "Model/credit: pass", "Model/income: pass"])
        let trailers = try server.git("log", "-1", "--format=%(trailers:only)", "proviso/ledger").split(separator: "\n")
        #expect(
            trailers == [
                "Proviso-Subject: Model/income", "Proviso-Verdict: deny", "Proviso-Record: \(prepared.entries[2].digest)",
                "Proviso-Commit: \(LedgerFixture.judged(3))", "Proviso-Previous: \(prepared.entries[1].digest)", "Proviso-Sequence: 3",
            ])
        let date = try server.git("log", "-1", "--format=%ad|%cd", "--date=format-local:%s", "proviso/ledger")
        #expect(date == "1780000180|1780000180")
    }

    @Test func `ssh-keygen verifies a record as it lies in the ledger`() throws {
        let prepared = try fixture.append(1...1, on: nil)
        let text = try fixture.server.git("show", "proviso/ledger:\(LedgerLayout.recordPath(prepared.entries[0].digest))")
        let envelope = try DSSEEnvelope(parsing: Array(text.utf8))
        let folder = try TemporaryFolder()
        let signature = try #require(envelope.signatures.first { $0.keyID.hasPrefix("sshsig:") })
        try Data(signature.bytes).write(to: folder.url.appendingPathComponent("sig"))
        try Data("r \(fixture.reconciler.publicKey.openSSH)\n".utf8).write(to: folder.url.appendingPathComponent("signers"))
        try StockTool.must(
            "ssh-keygen", ["-Y", "verify", "-f", "signers", "-I", "r", "-n", "proviso", "-s", "sig"], in: folder.path,
            input: envelope.signedBytes)
        #expect(Digest.of(envelope.payload) == prepared.entries[0].digest)
    }

    @Test func `records are found by digest, commit, subject and prefix, with their evidence`() throws {
        let prepared = try fixture.append(1...5, on: nil)
        let reader = try LedgerReader(fixture.repository, tip: prepared.tip)
        #expect(try reader.entries() == prepared.entries)
        #expect(try reader.entries(after: prepared.entries[2].commit) == Array(prepared.entries[3...]))
        #expect(try reader.entries(isVerified: true) == prepared.entries)
        #expect(try reader.lastEntry() == prepared.entries[4])
        let latest = try reader.latestEntries()
        #expect(latest[SubjectName(kind: "Model", name: "income")] == prepared.entries[4])
        #expect(latest[SubjectName(kind: "Model", name: "credit")] == prepared.entries[3])
        let third = prepared.entries[2]
        #expect(try reader.record(third.digest).record == third.record)
        #expect(try reader.recordDigests(withPrefix: third.digest.short) == [third.digest])
        #expect(try reader.recordDigests(withPrefix: third.digest.description) == [third.digest])
        #expect(try reader.recordDigests(aboutCommit: LedgerFixture.judged(4)) == [prepared.entries[3].digest, prepared.entries[4].digest])
        #expect(try reader.recordDigests(aboutCommit: String(repeating: "0", count: 40)) == [])
        let evidence = try #require(third.record.draft.evidence["data"])
        #expect(try reader.document(evidence) == LedgerFixture.document(3))
        let missing = #expect(throws: LedgerError.self) { try reader.document(Digest.of("nothing")) }
        #expect(missing?.code == .missing)
        let server = try Repository.open(at: fixture.server.path)
        #expect(try LedgerReader.open(server, reference: LedgerFixture.reference)?.tip == prepared.tip)
        #expect(try LedgerReader.open(server, reference: "refs/heads/none") == nil)
    }

    @Test(arguments: [false, true]) func `a file that holds another record than the commit names is not read`(isVerified: Bool) throws {
        let prepared = try fixture.append(1...3, on: nil)
        let (first, last) = (prepared.entries[0], prepared.entries[2])
        let tree = try fixture.repository.commit(prepared.tip).tree
        let other = try #require(try fixture.repository.entry(at: LedgerLayout.recordPath(first.digest), in: tree))
        let forged = try fixture.forge(
            like: prepared.tip, parents: [prepared.entries[1].commit],
            upserts: [LedgerLayout.recordPath(last.digest): try fixture.repository.blob(other.id)], key: nil)
        let error = #expect(throws: LedgerError.self) { try LedgerReader(fixture.repository, tip: forged).entries(isVerified: isVerified) }
        #expect(error?.code == .malformed)
        #expect(error?.cause == "the file holds record \(first.digest)")
    }

    @Test func `the same records on the same base are the same commits`() throws {
        let other = try LedgerFixture()
        let first = try fixture.writer.prepare([LedgerFixture.pending(1), LedgerFixture.pending(2)], on: nil)
        let second = try other.writer.prepare([LedgerFixture.pending(1), LedgerFixture.pending(2)], on: nil)
        #expect(first == second)
    }

    @Test func `many records at once are the commits that one by one would be, stored as one pack`() throws {
        let base = try fixture.append(1...2, on: nil).tip
        let together = try fixture.writer.prepare((3...20).map { LedgerFixture.pending($0) }, on: base)
        let packs = fixture.stock.gitFolder.appendingPathComponent("objects/pack").path
        #expect(try FileManager.default.contentsOfDirectory(atPath: packs).filter { $0.hasSuffix(".pack") }.count == 1)
        #expect(try fixture.verifier.verify(tip: together.tip).findings == [])
        try fixture.repository.updateReference("refs/heads/together", to: together.tip, expecting: nil, reason: "test")
        try fixture.stock.fsck()
        let other = try LedgerFixture()
        var tip = try other.append(1...2, on: nil).tip
        for number in 3...20 { tip = try other.append(number...number, on: tip).tip }
        #expect(tip == together.tip)
    }

    @Test func `of two that record on the same base one is told that it lost, and its second try makes one chain`() throws {
        let base = try fixture.append(1...1, on: nil).tip
        let winner = try fixture.writer.prepare([LedgerFixture.pending(2)], on: base)
        let loser = try fixture.writer.prepare([LedgerFixture.pending(3)], on: base)
        _ = try fixture.writer.publish(winner, to: LedgerFixture.reference, of: fixture.server.path)
        let error = #expect(throws: LedgerError.self) {
            try fixture.writer.publish(loser, to: LedgerFixture.reference, of: fixture.server.path)
        }
        #expect(error?.code == .lostRace)
        #expect(try fixture.server.git("rev-parse", "proviso/ledger") == winner.tip.hex)
        let tip = try fixture.append(3...3, on: winner.tip).tip
        let report = try fixture.verifier.verify(tip: tip)
        #expect(report.findings == [])
        #expect(report.commits == 3)
    }

    @Test func `a server that refuses is heard`() throws {
        try fixture.server.installHook("pre-receive", "echo 'only reconcilers write here' >&2; exit 1")
        let daemon = try StockServer(fixture.server)
        let prepared = try fixture.writer.prepare([LedgerFixture.pending(1)], on: nil)
        let error = #expect(throws: LedgerError.self) {
            try fixture.writer.publish(prepared, to: LedgerFixture.reference, of: daemon.address)
        }
        #expect(error?.code == .refused)
        #expect(error?.cause.contains("only reconcilers write here") == true)
    }

    @Test func `a decision from before the last one is refused, one of the same second is not`() throws {
        let base = try fixture.append(5...5, on: nil).tip
        let error = #expect(throws: LedgerError.self) { try fixture.writer.prepare([LedgerFixture.pending(4)], on: base) }
        #expect(error?.code == .instantBeforePrevious)
        let same = try fixture.writer.prepare([LedgerFixture.pending(6, seconds: 300)], on: base)
        #expect(try fixture.kinds(same.tip) == [])
    }

    @Test func `a document that a record does not bring must be in the ledger`() throws {
        let base = try fixture.append(1...1, on: nil).tip
        let again = PendingRecord(draft: LedgerFixture.pending(1).draft, documents: [])
        #expect(try fixture.kinds(fixture.writer.prepare([again], on: base).tip) == [])
    }

    @Test func `an index follows the ledger, and starts again when the ledger is another`() throws {
        let folder = try TemporaryFolder()
        let index = try StoreIndex.open(at: folder.path + "/index").index
        let first = try fixture.append(1...2, on: nil)
        let second = try fixture.append(3...4, on: first.tip)
        #expect(try LedgerReader(fixture.repository, tip: first.tip).update(index) == .rebuilt(2))
        #expect(try LedgerReader(fixture.repository, tip: second.tip).update(index) == .appended(2))
        #expect(try LedgerReader(fixture.repository, tip: second.tip).update(index) == .current)
        #expect(try index.records() == (first.entries + second.entries).reversed().map(\.indexed))
        #expect(try index.stepOutputs(for: Digest.of("key 3")) == ["model": Digest.of("model 3")])
        #expect(try LedgerReader(fixture.repository, tip: first.tip).update(index) == .rebuilt(2))
        #expect(try index.recordCount() == 2)
    }
}
