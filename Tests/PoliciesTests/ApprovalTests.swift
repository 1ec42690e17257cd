import Basics
import Policies
import Signatures
import Testing

@Suite struct ApprovalTests {
    private let approval = Approval(base: GuardFixture.base, tree: GuardFixture.tree, instant: GuardFixture.instant)

    private func envelope(_ json: JSONValue, type: String = Approval.payloadType) throws -> [UInt8] {
        DSSEEnvelope.sign(payloadType: type, payload: json.canonicalBytes, with: try GuardFixture.key(of: "carol")).json.canonicalBytes
    }

    @Test func `what was signed is read back, with its signer`() throws {
        let carol = try GuardFixture.key(of: "carol")
        let read = try #require(Approval.read(approval.signed(with: carol)))
        #expect(read.approval == approval)
        #expect(read.keys == [carol.publicKey])
    }

    @Test func `an envelope that several signed has all of them`() throws {
        let carol = try GuardFixture.key(of: "carol")
        let dave = try GuardFixture.key(of: "dave")
        let envelope = DSSEEnvelope.sign(payloadType: Approval.payloadType, payload: approval.json.canonicalBytes, with: carol, dave)
        #expect(Approval.read(envelope.json.canonicalBytes)?.keys == [carol.publicKey, dave.publicKey])
    }

    /// A signature over something else that happens to name a base and a tree is no approval.
    @Test func `a signature made for another purpose does not approve`() throws {
        #expect(try Approval.read(envelope(approval.json)) != nil)
        #expect(try Approval.read(envelope(approval.json, type: "application/vnd.in-toto+json")) == nil)
        guard case .object(var members) = approval.json else { preconditionFailure("an approval is an object") }
        members["kind"] = "Record"
        #expect(try Approval.read(envelope(.object(members))) == nil)
    }

    @Test(arguments: ["kind", "base", "tree", "instant"]) func `nothing of an approval may lack`(member: String) throws {
        guard case .object(var members) = approval.json else { preconditionFailure("an approval is an object") }
        members[member] = nil
        #expect(try Approval.read(envelope(.object(members))) == nil)
    }

    @Test func `no byte of an approval can change`() throws {
        let bytes = approval.signed(with: try GuardFixture.key(of: "carol"))
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1
            // A letter of the base64 whose lowest bits are padding must be refused too: an envelope has one spelling.
            #expect(Approval.read(damaged) == nil, "byte \(index) of \(bytes.count)")
        }
    }

    @Test func `nobody's approval is none`() {
        let unsigned = DSSEEnvelope(payloadType: Approval.payloadType, payload: approval.json.canonicalBytes, signatures: [])
        #expect(Approval.read(unsigned.json.canonicalBytes) == nil)
        #expect(Approval.read([]) == nil)
        #expect(Approval.read(approval.json.canonicalBytes) == nil)
    }

    @Test func `each key has its own reference below its merge result's`() throws {
        let carol = try approval.reference(of: GuardFixture.key(of: "carol").publicKey)
        let dave = try approval.reference(of: GuardFixture.key(of: "dave").publicKey)
        #expect(carol != dave)
        #expect(carol.hasPrefix(Approval.references(tree: GuardFixture.tree)))
        #expect(!carol.hasPrefix(Approval.references(tree: GuardFixture.base)))
    }
}
