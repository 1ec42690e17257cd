import Basics
import Execution
import Planning
import TestWorker
import Testing

/// What a run's events add up to, on a clock of the test's own.
@Suite struct RunProgressTests {
    private let steps = (0..<4).map { TestGraph.step("s\($0)", ["number": .int(Int64($0))]) }

    @Test func `counts, rate and remaining time follow the events`() {
        var progress = RunProgress()
        progress.note(.planned(steps), at: 0)
        #expect(progress.steps == 4 && progress.rate(at: 1) == nil && progress.secondsLeft(at: 1) == nil)
        progress.note(.started(steps[0], index: 0, count: 4), at: 0)
        progress.note(.progressed(steps[0], fraction: 0.5), at: 1)
        #expect(progress.running.map(\.fraction) == [0.5])
        progress.note(.finished(steps[0], outputs: [:], reused: false), at: 2)
        progress.note(.started(steps[1], index: 1, count: 4), at: 2)
        progress.note(.finished(steps[1], outputs: [:], reused: false), at: 4)
        #expect(progress.rate(at: 4) == 0.5)
        #expect(progress.secondsLeft(at: 4) == 4)
        progress.note(.started(steps[2], index: 2, count: 4), at: 4)
        progress.note(.progressed(steps[2], fraction: 0.5), at: 5)
        // A worker that tells of an older state does not make it go back.
        progress.note(.progressed(steps[2], fraction: 0.25), at: 5)
        #expect(progress.secondsLeft(at: 5) == 1.5 / (2.0 / 5.0))
        progress.note(.retrying(steps[2], StepFailure(.exitCode, "x"), attempt: 2, pause: 1), at: 5)
        #expect(progress.running.map(\.attempt) == [2] && progress.running.map(\.fraction) == [0])
        progress.note(.failed(steps[2], StepFailure(.exitCode, "x")), at: 6)
        progress.note(.skipped(steps[3], because: steps[2].key), at: 6)
        #expect(progress.done == 4 && progress.failed == 1 && progress.skipped == 1 && progress.secondsLeft(at: 7) == nil)
        // Another round begins anew.
        progress.note(.planned([steps[0]]), at: 8)
        #expect(progress.steps == 1 && progress.done == 0)
        progress.note(.started(steps[0], index: 0, count: 1), at: 8)
        progress.note(.finished(steps[0], outputs: [:], reused: true), at: 8)
        #expect(progress.reused == 1 && progress.rate(at: 9) == nil)
    }

    @Test func `what waits for cleaner electricity is told apart, and says nothing of the time left`() {
        var progress = RunProgress()
        progress.note(.planned(steps), at: 0)
        for step in steps.prefix(2) {
            progress.note(.started(step, index: 0, count: 4), at: 0)
            progress.note(.finished(step, outputs: [:], reused: false), at: 1)
        }
        progress.note(.waiting(steps[2], until: Instant(secondsSinceEpoch: 0)), at: 1)
        #expect(progress.waiting.count == 1 && progress.secondsLeft(at: 2) == nil)
        progress.note(.started(steps[2], index: 2, count: 4), at: 3)
        #expect(progress.waiting.isEmpty && progress.secondsLeft(at: 4) != nil)
    }

    @Test func `every event is one document with its step`() {
        let step = steps[0]
        let events: [ExecutionEvent] = [
            .planned(steps), .started(step, index: 0, count: 4), .progressed(step, fraction: 0.5),
            .waiting(step, until: Instant(secondsSinceEpoch: 0)),
            .retrying(step, StepFailure(.exitCode, "x"), attempt: 2, pause: 0.5), .finished(step, outputs: ["out": Digest.of("x")], reused: true),
            .failed(step, StepFailure(.timeout, "x", log: Digest.of("log"))), .skipped(step, because: step.key),
        ]
        let names = events.map { $0.json["event"]?.stringValue ?? "" }
        #expect(names == ["planned", "started", "progressed", "waiting", "retrying", "finished", "failed", "skipped"])
        for event in events {
            #expect(event.json["kind"] == "ProgressEvent" && !event.json.canonicalText.contains("\n"))
            #expect(event.json["event"] == "planned" || event.json["key"]?.stringValue == step.key.description)
        }
        #expect(events[6].json["log"]?.stringValue == Digest.of("log").description)
    }
}
