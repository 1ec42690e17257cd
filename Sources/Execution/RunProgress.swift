public import Basics
public import Planning

/// How far a run is: what its events add up to. Pure; whoever shows it has the clock.
public struct RunProgress: Sendable {
    public struct Running: Sendable {
        public let step: Step
        /// Seconds on the clock of whoever tells the events.
        public let since: Double
        public var fraction: Double
        /// From 1.
        public var attempt: Int
    }

    public private(set) var steps = 0
    public private(set) var ran = 0
    public private(set) var reused = 0
    public private(set) var failed = 0
    public private(set) var skipped = 0
    /// Steps that score one shard of a batch inference, and how many of them are done.
    public private(set) var shards = (done: 0, all: 0)
    /// In the order in which they were started.
    public private(set) var running: [Running] = []
    /// Waiting for cleaner electricity.
    public private(set) var waiting: [Digest: (step: Step, until: Instant)] = [:]
    private var began: Double?

    public init() {}

    public var done: Int { ran + reused + failed + skipped }

    /// Steps that ended by being run, a second; nil before the second one.
    public func rate(at seconds: Double) -> Double? {
        guard let began, ran + failed > 1, seconds > began else { return nil }
        return Double(ran + failed) / (seconds - began)
    }

    /// Seconds until everything is done if the rest goes as fast as what was done; nil before that says anything.
    public func secondsLeft(at seconds: Double) -> Double? {
        guard let rate = rate(at: seconds), steps > done, waiting.isEmpty else { return nil }
        let begun = running.map(\.fraction).reduce(0, +)
        return max(0, Double(steps - done) - begun) / rate
    }

    /// - Parameter seconds: on a clock that only goes forward.
    public mutating func note(_ event: ExecutionEvent, at seconds: Double) {
        switch event {
        case .planned(let steps):
            if self.steps == done {
                // Another round of the same run.
                self = RunProgress()
            }
            self.steps += steps.count
            shards.all += steps.count { Self.isShard($0) }
        case .started(let step, _, _):
            began = began ?? seconds
            waiting[step.key] = nil
            running.removeAll { $0.step.key == step.key }
            running.append(Running(step: step, since: seconds, fraction: 0, attempt: 1))
        case .progressed(let step, let fraction): change(step) { $0.fraction = min(1, max($0.fraction, fraction)) }
        case .waiting(let step, let until): waiting[step.key] = (step, until)
        case .retrying(let step, _, let attempt, _):
            change(step) { running in
                running.attempt = attempt
                running.fraction = 0
            }
        case .measured: break
        case .finished(let step, _, let isReused):
            end(step)
            if isReused { reused += 1 } else { ran += 1 }
            if Self.isShard(step) { shards.done += 1 }
        case .failed(let step, _):
            end(step)
            failed += 1
        case .skipped: skipped += 1
        }
    }

    private mutating func change(_ step: Step, _ body: (inout Running) -> Void) {
        if let index = running.firstIndex(where: { $0.step.key == step.key }) { body(&running[index]) }
    }

    private mutating func end(_ step: Step) { running.removeAll { $0.step.key == step.key } }

    private static func isShard(_ step: Step) -> Bool { step.kind == .scoreShard }
}

extension ExecutionEvent {
    /// One line for programs that read progress; Docs/Operators.md has the fields.
    public var json: JSONValue {
        func object(_ event: String, _ step: Step?, _ more: [String: JSONValue] = [:]) -> JSONValue {
            var members: [String: JSONValue] = ["apiVersion": "proviso.dev/v1alpha1", "kind": "ProgressEvent", "event": .string(event)]
            if let step {
                members["step"] = .string(step.name)
                members["stepKind"] = .string(step.kind.description)
                members["key"] = .string(step.key.description)
            }
            return .object(members.merging(more) { $1 })
        }
        switch self {
        case .planned(let steps): return object("planned", nil, ["steps": .int(Int64(steps.count))])
        case .started(let step, let index, let count):
            return object("started", step, ["position": .int(Int64(index + 1)), "steps": .int(Int64(count))])
        case .progressed(let step, let fraction): return object("progressed", step, ["fraction": .double(fraction)])
        case .waiting(let step, let until): return object("waiting", step, ["until": .string(until.description)])
        case .retrying(let step, let failure, let attempt, let pause):
            return object(
                "retrying", step,
                [
                    "code": .string(failure.code.rawValue), "message": .string(failure.message), "attempt": .int(Int64(attempt)),
                    "pauseSeconds": .double(pause),
                ])
        case .measured(let step, let usage): return object("measured", step, ["usage": usage.json])
        case .finished(let step, let outputs, let reused):
            return object(
                "finished", step, ["outputs": .object(outputs.mapValues { .string($0.description) }), "reused": .bool(reused)])
        case .failed(let step, let failure):
            var more: [String: JSONValue] = ["code": .string(failure.code.rawValue), "message": .string(failure.message)]
            if let log = failure.log { more["log"] = .string(log.description) }
            return object("failed", step, more)
        case .skipped(let step, let cause): return object("skipped", step, ["because": .string(cause.description)])
        }
    }
}
