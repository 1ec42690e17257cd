/// Why a key, a signature or an envelope cannot be used.
public struct SignatureError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An open set: a later version may name further causes.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The bytes do not have the form that they should.
        public static let malformed = Code(rawValue: "malformed")
        /// A private key protected by a passphrase.
        public static let encryptedKey = Code(rawValue: "encryptedKey")
        /// RSA, ECDSA, a hardware key, a certificate: only ssh-ed25519 is read.
        public static let unsupportedKeyType = Code(rawValue: "unsupportedKeyType")
        /// A hash or version other than those of SSHSIG version 1.
        public static let unsupportedAlgorithm = Code(rawValue: "unsupportedAlgorithm")
        /// Made for another purpose than the one it is shown for.
        public static let wrongNamespace = Code(rawValue: "wrongNamespace")
        /// The signature does not fit the key and the bytes.
        public static let doesNotVerify = Code(rawValue: "doesNotVerify")
        /// An envelope that lacks one of its two forms of signature.
        public static let missingSignature = Code(rawValue: "missingSignature")
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
