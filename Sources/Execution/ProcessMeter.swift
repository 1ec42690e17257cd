internal import Foundation
internal import Sandbox
internal import Synchronization

/// Measures work inside of this process. The kernel counts a process's time as a whole: what passes while several pieces of work run is shared
/// equally among them, so that their sum is what the process used.
final class ProcessMeter: Sendable {
    struct Running: Hashable, Sendable {
        fileprivate let number: Int
        fileprivate let start: Double
    }

    private struct State {
        var next = 0
        var last = 0.0
        var used: [Int: Double] = [:]
    }

    private let state = Mutex(State())

    func begin() -> Running {
        let start = Self.wallSeconds
        return state.withLock { state in
            Self.share(&state)
            state.next += 1
            state.used[state.next] = 0
            return Running(number: state.next, start: start)
        }
    }

    func end(_ running: Running) -> ProcessUsage {
        var usage = ProcessUsage()
        usage.cpuSeconds = state.withLock { state in
            Self.share(&state)
            return state.used.removeValue(forKey: running.number) ?? 0
        }
        usage.wallSeconds = Self.wallSeconds - running.start
        var used = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &used)
        usage.peakMemoryBytes = Int64(used.ru_maxrss) * 1024
        return usage
    }

    private static func share(_ state: inout State) {
        let now = cpuSeconds
        let part = (now - state.last) / Double(max(1, state.used.count))
        for number in state.used.keys { state.used[number, default: 0] += part }
        state.last = now
    }

    private static var cpuSeconds: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }
    private static var wallSeconds: Double { seconds(CLOCK_MONOTONIC) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
