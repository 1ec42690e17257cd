import Attestations
import Policies
import Signatures
import Testing

@Suite struct RootOfTrustTests {
    /// alice decides over `.proviso/`, carol over policies; both keys are in the base.
    private func finding(root: [String], owners: String = "* alice\npolicies/ carol\n", options: String = "") throws -> Finding? {
        RootOfTrust.finding(
            fingerprints: Set(try root.map { try GuardFixture.key(of: $0).publicKey.fingerprint }), owners: GuardFixture.owners(owners),
            signers: GuardFixture.signers([try GuardFixture.line("alice", options: options), try GuardFixture.line("carol")]),
            instant: GuardFixture.instant)
    }

    @Test(arguments: [["alice"], ["alice", "mallory"], ["carol", "alice"]])
    func `a base whose keys are decided over by a key of the root is vouched for`(root: [String]) throws {
        #expect(try finding(root: root) == nil)
    }

    @Test func `without a root nothing is decided`() throws {
        let finding = try #require(try finding(root: []))
        #expect(finding.outcome == .undecided)
        #expect(finding.kind == "rootOfTrust")
        #expect(finding.message == "no root of trust is given")
    }

    /// Neither a key that the base does not know, nor one whose holder does not decide over `.proviso/`.
    @Test(arguments: [["mallory"], ["carol"], ["carol", "mallory"]]) func `another key does not vouch`(root: [String]) throws {
        let finding = try #require(try finding(root: root))
        #expect(finding.outcome == .undecided)
        #expect(finding.kind == "rootOfTrust")
        #expect(finding.message == "no owner of .proviso/ in the base has a valid key of the root of trust")
        for name in root { #expect(try finding.hint?.contains(GuardFixture.key(of: name).publicKey.fingerprint) == true) }
    }

    @Test func `where nobody decides over .proviso, nobody vouches`() throws {
        #expect(try finding(root: ["alice", "carol"], owners: "policies/ carol\n")?.outcome == .undecided)
        #expect(try finding(root: ["alice"], owners: "* alice\n.proviso/ carol\n")?.outcome == .undecided)
    }

    /// What the base no longer takes as alice's word it cannot be vouched for with.
    @Test(arguments: [#"valid-before="20260101Z" "#, #"valid-after="20270101Z" "#, #"namespaces="git" "#])
    func `a key of the root that may not approve does not vouch`(options: String) throws {
        #expect(try finding(root: ["alice"], options: options)?.outcome == .undecided)
        #expect(try finding(root: ["alice"], options: #"valid-before="20270101Z",namespaces="git,proviso" "#) == nil)
    }
}
