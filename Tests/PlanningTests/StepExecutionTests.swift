import Basics
import Planning
import Testing

@Suite struct StepExecutionTests {
    static func step(_ execution: StepExecution = StepExecution()) -> Step {
        Step(
            name: "s", kind: .command, parameters: ["command": ["true"]], inputs: ["data": .artefact(Digest.of("data"))], outputs: ["log"],
            execution: execution)
    }

    @Test func `no limit, time or retry is part of a key`() {
        let limited = StepExecution(
            resources: StepResources(cpus: 2, memoryBytes: 1 << 30, processes: 8, fileBytes: 1 << 20), timeoutSeconds: 60,
            retry: RetryPolicy(attempts: 5), carbonWindow: CarbonWindow(deadlineSeconds: 3600, series: []))
        #expect(Self.step(limited).key == Self.step().key)
    }

    @Test func `the pause doubles and ends at an hour`() {
        let policy = RetryPolicy(attempts: 9, backoffSeconds: 1.5)
        #expect([1, 2, 3].map { policy.pause(afterFailed: $0) } == [1.5, 3, 6])
        #expect(policy.pause(afterFailed: 1000) == 3600)
        #expect(RetryPolicy(attempts: 2, backoffSeconds: 0).pause(afterFailed: 60) == 0)
    }
}
