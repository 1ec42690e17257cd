public import Basics

/// A Dead Simple Signing Envelope (DSSE v1), signed twice over the same bytes, so that in-toto's tools and plain `ssh-keygen` can both
/// check it.
///
/// Each signer has a raw Ed25519 signature (`keyid` is the key's fingerprint) and an SSHSIG of namespace `proviso` (`keyid` is `sshsig:`
/// and the fingerprint; `sig` is the base64 of the armored text, which `base64 -d` turns into a file for `ssh-keygen -Y verify`).
public struct DSSEEnvelope: Hashable, Sendable {
    public static let namespace = "proviso"
    private static let sshPrefix = "sshsig:"

    public struct Signature: Hashable, Sendable {
        public let keyID: String
        public let bytes: [UInt8]

        public init(keyID: String, bytes: [UInt8]) {
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    public let payloadType: String
    public let payload: [UInt8]
    public let signatures: [Signature]

    public init(payloadType: String, payload: [UInt8], signatures: [Signature]) {
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    /// Signs `payload` with each of `keys`.
    public static func sign(payloadType: String, payload: [UInt8], with keys: SigningKey...) -> DSSEEnvelope {
        let message = preAuthenticationEncoding(payloadType: payloadType, payload: payload)
        let signatures = keys.flatMap { key in
            [
                Signature(keyID: key.publicKey.fingerprint, bytes: key.signature(for: message)),
                Signature(
                    keyID: sshPrefix + key.publicKey.fingerprint,
                    bytes: Array(SSHSignature.sign(message, namespace: namespace, with: key).armored.utf8)),
            ]
        }
        return DSSEEnvelope(payloadType: payloadType, payload: payload, signatures: signatures)
    }

    /// PAE of the DSSE protocol: `DSSEv1 <length> <type> <length> <payload>`.
    public static func preAuthenticationEncoding(payloadType: String, payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.count) ".utf8) + payload
    }

    /// What the signatures are made over.
    public var signedBytes: [UInt8] { Self.preAuthenticationEncoding(payloadType: payloadType, payload: payload) }

    /// The keys that signed, in order. Throws if any signature is malformed or wrong, if a signer lacks either form, or if nobody signed.
    ///
    /// Whether these keys are anybody's is the signer file's business.
    public func verifiedSigners() throws(SignatureError) -> [PublicKey] {
        let message = signedBytes
        var signers: [PublicKey] = []
        var raw: [String: [UInt8]] = [:]
        for signature in signatures where !signature.keyID.hasPrefix(Self.sshPrefix) {
            guard raw.updateValue(signature.bytes, forKey: signature.keyID) == nil else {
                throw SignatureError(.malformed, "the envelope has two raw signatures by \(signature.keyID)")
            }
        }
        for signature in signatures where signature.keyID.hasPrefix(Self.sshPrefix) {
            guard let text = String(validating: signature.bytes, as: UTF8.self) else {
                throw SignatureError(.malformed, "not an SSH signature")
            }
            let sshSignature = try SSHSignature(armored: text)
            let key = sshSignature.publicKey
            guard signature.keyID == Self.sshPrefix + key.fingerprint, !signers.contains(key) else {
                throw SignatureError(.malformed, "an SSH signature by \(key.fingerprint) is filed under \(signature.keyID)")
            }
            try sshSignature.verify(message, namespace: Self.namespace)
            guard let rawSignature = raw.removeValue(forKey: key.fingerprint) else {
                throw SignatureError(.missingSignature, "the envelope has no raw signature by \(key.fingerprint)")
            }
            guard key.isValid(signature: rawSignature, for: message) else {
                throw SignatureError(.doesNotVerify, "the raw signature by \(key.fingerprint) does not fit the envelope's payload")
            }
            signers.append(key)
        }
        if let orphan = raw.keys.sorted().first {
            throw SignatureError(.missingSignature, "the envelope has no SSH signature by \(orphan)")
        }
        guard !signers.isEmpty else { throw SignatureError(.missingSignature, "the envelope is not signed") }
        return signers
    }
}

extension DSSEEnvelope {
    public var json: JSONValue {
        [
            "payloadType": .string(payloadType),
            "payload": .string(Base64.encode(payload)),
            "signatures": .array(signatures.map { ["keyid": .string($0.keyID), "sig": .string(Base64.encode($0.bytes))] }),
        ]
    }

    /// Reads the JSON form. Only standard base64 and only the three members are taken, so that an envelope has one spelling.
    public init(json: JSONValue) throws(SignatureError) {
        func malformed(_ what: String) -> SignatureError { SignatureError(.malformed, "not a DSSE envelope: \(what)") }
        guard let members = json.objectValue, Set(members.keys) == ["payloadType", "payload", "signatures"] else {
            throw malformed("expected payloadType, payload and signatures")
        }
        guard let payloadType = members["payloadType"]?.stringValue, let encoded = members["payload"]?.stringValue,
            let payload = Base64.decode(encoded)
        else { throw malformed("the payload is not base64") }
        var signatures: [Signature] = []
        for element in members["signatures"]?.arrayValue ?? [] {
            guard let members = element.objectValue, Set(members.keys) == ["keyid", "sig"], let keyID = members["keyid"]?.stringValue,
                let text = members["sig"]?.stringValue, let bytes = Base64.decode(text)
            else { throw malformed("a signature has keyid and sig") }
            signatures.append(Signature(keyID: keyID, bytes: bytes))
        }
        self.init(payloadType: payloadType, payload: payload, signatures: signatures)
    }

    public init(parsing bytes: [UInt8]) throws(SignatureError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw SignatureError(.malformed, "not a DSSE envelope: \(error)")
        }
        try self.init(json: json)
    }
}
