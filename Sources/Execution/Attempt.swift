public import Basics
internal import Planning
public import Sandbox

/// Names one try at one step. Whoever tries again takes the next number, so that what a late attempt brings is told from what is waited for.
public struct AttemptID: Hashable, Sendable, CustomStringConvertible {
    public let step: Digest
    /// From 1.
    public let number: Int

    public init(step: Digest, number: Int) {
        precondition(number > 0)
        self.step = step
        self.number = number
    }

    public var description: String { "\(step.hex)/\(number)" }
}

/// What one attempt came to, as its worker says.
public struct AttemptResult: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        case outputs([String: Digest])
        case failure(StepFailure)
    }

    public let value: Value
    public let usage: ProcessUsage?
    /// What held a foreign program to its limits.
    public let enforcement: [String: String]

    public init(_ value: Value, usage: ProcessUsage? = nil, enforcement: [String: String] = [:]) {
        self.value = value
        self.usage = usage
        self.enforcement = enforcement
    }

    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "usage": usage?.json ?? .null, "enforcement": .object(enforcement.mapValues { .string($0) }),
        ]
        switch value {
        case .outputs(let outputs): members["outputs"] = .object(outputs.mapValues { .string($0.description) })
        case .failure(let failure):
            members["failure"] =
                JSONValue.object([
                    "code": .string(failure.code.rawValue), "message": .string(failure.message),
                    "log": failure.log.map { .string($0.description) } ?? .null,
                    "lastWords": failure.lastWords.map { .string($0) } ?? .null,
                ]).droppingNulls
        }
        return JSONValue.object(members).droppingNulls
    }

    /// Nil if it is not what `json` gives.
    public init?(json: JSONValue) {
        let enforcement = json["enforcement"]?.objectValue?.compactMapValues(\.stringValue) ?? [:]
        let usage = ProcessUsage(json: json["usage"])
        if let members = json["outputs"]?.objectValue {
            let outputs = members.compactMapValues { $0.stringValue.flatMap(Digest.init(_:)) }
            guard outputs.count == members.count else { return nil }
            self.init(.outputs(outputs), usage: usage, enforcement: enforcement)
        } else if let failure = json["failure"], let code = failure["code"]?.stringValue, let message = failure["message"]?.stringValue {
            let told = StepFailure(.init(rawValue: code), message, log: failure["log"]?.stringValue.flatMap(Digest.init(_:)))
            self.init(.failure(told.saying(failure["lastWords"]?.stringValue ?? "")), usage: usage, enforcement: enforcement)
        } else {
            return nil
        }
    }
}

public enum AttemptState: Hashable, Sendable {
    /// Never submitted here, or forgotten.
    case unknown
    /// Accepted, and not begun.
    case queued
    case running(fraction: Double)
    case ended(AttemptResult)
    /// Whoever ran it is gone, and has not said how it ended. It may still be running where nobody can see it.
    case lost(String)
}

/// Why an executor could not do what it was asked.
public struct ExecutorError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String
    public init(_ message: String) { self.message = message }
    public var description: String { message }
}

/// Runs attempts somewhere. Keys, evidence and records know nothing of it: an attempt's job file is all that it needs.
public protocol Executor: Sendable {
    /// Takes an attempt over and returns at once. Submitting one that is known here is no error and starts nothing anew.
    func submit(_ job: Job) async throws(ExecutorError)
    /// How an attempt stands. What has ended stays ended, however often it is asked.
    func poll(_ attempt: AttemptID) async throws(ExecutorError) -> AttemptState
    /// Ends an attempt soon; polled later, it has ended or is lost. No error if it has ended already.
    func cancel(_ attempt: AttemptID) async
    /// What the attempt has written from a byte on; empty if there is nothing (yet).
    func log(of attempt: AttemptID, from offset: Int) async -> [UInt8]
    /// Returns when an attempt's state may have changed, or after a while.
    func change(of attempt: AttemptID) async
    /// Attempts at a step that are known here, oldest first: those that outlived whoever submitted them included.
    func attempts(of step: Digest) async -> [AttemptID]
    /// Removes what all attempts at a step left. What is still running there is ended.
    func forget(_ step: Digest) async
}
