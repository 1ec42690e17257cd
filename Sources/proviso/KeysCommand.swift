import ArgumentParser
import Foundation
import Signatures

struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make signing keys.", subcommands: [Generate.self])

    struct Generate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generate", abstract: "Make an Ed25519 key that ssh-keygen and git read as their own.",
            discussion: """
                Writes FILE (mode 0600, without a passphrase) and FILE.pub, and prints the fingerprint. An existing file is never replaced.

                Example: proviso keys generate ~/.ssh/proviso-reconciler --comment reconciler@example.org
                """)

        @Argument(help: ArgumentHelp("Where the private key goes; the public half gets '.pub' behind it.", valueName: "file"))
        var file: String

        @Option(help: "Who the key belongs to, as signer files will name them.")
        var comment: String

        func run() async throws {
            let key = SigningKey.generate(comment: comment)
            try Self.writeNew(key.openSSH(), to: file, mode: 0o600)
            try Self.writeNew(key.publicLine + "\n", to: file + ".pub", mode: 0o644)
            StandardOutput.line("\(key.publicKey.fingerprint) \(comment)")
        }

        private static func writeNew(_ text: String, to path: String, mode: mode_t) throws {
            let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            guard descriptor >= 0 else {
                throw CommandFailure(
                    errno == EEXIST ? .invalidInput : .environmentFailed, "cannot write \(path): \(unsafe String(cString: strerror(errno)))",
                    hint: errno == EEXIST ? "choose another name, or remove the old key yourself" : nil)
            }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
        }
    }
}
