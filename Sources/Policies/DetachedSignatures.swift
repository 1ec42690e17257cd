package import Signatures

/// Signatures beside a file, in `<file>.sig`: as `ssh-keygen -Y sign` makes them, one behind the other.
package enum DetachedSignatures {
    /// What the name of the file with the signatures has behind that of the signed file.
    package static let suffix = ".sig"

    /// Those that can be read and verify over the file's bytes. Whose keys they are is not asked.
    package static func verified(in text: String, over file: [UInt8], namespace: String) -> [SSHSignature] {
        let end = "-----END SSH SIGNATURE-----"
        return text.replacing("\r\n", with: "\n").split(separator: end, omittingEmptySubsequences: true).compactMap { part in
            do throws(SignatureError) {
                let signature = try SSHSignature(armored: part.drop { $0.isWhitespace } + end + "\n")
                try signature.verify(file, namespace: namespace)
                return signature
            } catch {
                return nil
            }
        }
    }
}
