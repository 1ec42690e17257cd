import ArgumentParser
import Foundation
import Git
import Ledger
import Reconciliation
import Signatures

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
            throw CommandFailure(.invalidInput, "cannot read \(path)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func signingKey(_ path: String) throws -> SigningKey {
        do {
            return try SigningKey(openSSH: try text(of: path))
        } catch let error as SignatureError {
            throw CommandFailure(.invalidInput, "\(path): \(error)")
        }
    }

    static func publicKey(_ path: String) throws -> PublicKey {
        do {
            return try PublicKey(openSSH: try text(of: path))
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
            error.code == .invalidArgument ? .invalidInput : error.code == .ledgerDoesNotVerify ? .blocked : .environmentFailed
        throw CommandFailure(exit, error.message, hint: error.hint)
    } catch let error as GitError {
        throw CommandFailure(
            error.code == .notFound || error.code == .ambiguous || error.code == .invalidName ? .invalidInput : .environmentFailed, "\(error)")
    } catch let error as LedgerError {
        throw CommandFailure(error.code == .malformed || error.code == .missing ? .blocked : .environmentFailed, "\(error)")
    } catch is CancellationError {
        throw CommandFailure(.environmentFailed, "stopped between two steps; the next run goes on from there")
    }
}
