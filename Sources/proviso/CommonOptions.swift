import ArgumentParser
import Foundation
import Git
import Ledger
import Reconciliation
import Signatures
import Storage

enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

enum DiagnosticsFormat: String, ExpressibleByArgument, CaseIterable { case text, json, github }

struct RootOption: ParsableArguments {
    @Option(
        name: .customLong("root"),
        help:
            "Fingerprint of a key of the root of trust (SHA256:…); may be repeated. Default: PROVISO_ROOT."
    )
    var root: [String] = []

    var fingerprints: Set<String> {
        if !root.isEmpty { return Set(root) }
        let text = ProcessInfo.processInfo.environment["PROVISO_ROOT"] ?? ""
        return Set(text.split(whereSeparator: { $0 == " " || $0 == "," }).map { String($0) })
    }
}

enum Inputs {
    static func text(of path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            var isFolder: ObjCBool = false
            let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let reason = !exists ? "there is no such file" : isFolder.boolValue ? "it is a folder" : "it may not be read by this user"
            throw CommandFailure(.invalidInput, "cannot read \(path): \(reason)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func threads(_ count: Int) throws -> Int {
        guard count > 0 else { throw CommandFailure(.invalidInput, "--threads must be at least 1, not \(count)") }
        return count
    }

    static func signingKey(_ path: String) throws -> SigningKey {
        do {
            return try SigningKey(openSSH: try text(of: path))
        } catch let error as SignatureError {
            let hint: String? =
                switch error.code {
                case .encryptedKey: "or make one without: proviso keys generate FILE --comment WHO"
                case .malformed where path.hasSuffix(".pub"): "this is the public half; name the file without .pub"
                case .malformed, .unsupportedKeyType: "make one: proviso keys generate FILE --comment WHO"
                default: nil
                }
            throw CommandFailure(.invalidInput, "\(path): \(error)", hint: hint)
        }
    }

    static func publicKey(_ path: String) throws -> PublicKey {
        do {
            let text = try text(of: path)
            if text.hasPrefix("-----BEGIN") {
                throw CommandFailure(.invalidInput, "\(path) is a private key", hint: "name the public half: \(path).pub")
            }
            return try PublicKey(openSSH: text)
        } catch let error as SignatureError {
            throw CommandFailure(.invalidInput, "\(path): \(error)")
        }
    }
}

/// Runs a command's work and turns what went wrong into words and an exit code.
func explaining<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
        return try await work()
    } catch let error as ReconciliationError {
        let exit: ProcessExit =
            switch error.code {
            case .invalidArgument: .invalidInput
            case .ledgerDoesNotVerify, .nothingToTest: .blocked
            default: .environmentFailed
            }
        throw CommandFailure(exit, error.message, hint: error.hint)
    } catch let error as GitError {
        throw CommandFailure(
            error.code == .notFound || error.code == .ambiguous || error.code == .invalidName ? .invalidInput : .environmentFailed, "\(error)",
            hint: hint(for: error))
    } catch let error as LedgerError {
        throw CommandFailure(error.code == .malformed || error.code == .missing ? .blocked : .environmentFailed, "\(error)")
    } catch let error as StoreError {
        throw CommandFailure(.environmentFailed, "\(error)")
    } catch is CancellationError {
        throw CommandFailure(.environmentFailed, "stopped between two steps; the next run goes on from there")
    }
}

private func hint(for error: GitError) -> String? {
    guard error.code == .notFound else { return nil }
    if error.operation.hasPrefix("resolve ") { return "git branch --all lists the branches; git fetch gets those of the server" }
    return error.operation.hasPrefix("open ") ? "name the folder that holds .git, or a bare repository" : nil
}
