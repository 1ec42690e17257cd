internal import Basics
internal import Planning

/// Which step may start next, given what has ended and what the budget has left. A value; it starts nothing itself.
struct StepQueue {
    enum Next: Equatable {
        case start(Int, cores: Int)
        /// A step that it needs, by key, failed.
        case skip(Int, failed: Digest)
        case wait(Int, until: Instant)
    }

    private let steps: [Step]
    private let cores: Int
    private let memoryBytes: Int64?
    private var freeCores: Int
    private var freeMemory: Int64
    /// Of each step: how many steps that it needs have not ended.
    private var open: [Int]
    private var dependents: [[Int]]
    /// Indices in the order of the plan.
    private var ready: [Int] = []
    private var failed: Set<Digest> = []
    /// By series, the step that halted it.
    private var halted: [String: Digest] = [:]
    private var claims: [Int: (cores: Int, memory: Int64)] = [:]
    /// Of steps that wait for their time.
    private(set) var starts: [Int: Instant] = [:]
    private let startTime: (Step, Instant) -> Instant
    private var overtaken: [Int: Int] = [:]
    /// How often a large step may be passed by smaller ones before it gets the machine for itself.
    private static let patience = 16

    /// - Parameter startTime: when a step is to start that could start now.
    init(_ steps: [Step], cores: Int, memoryBytes: Int64?, startTime: @escaping (Step, Instant) -> Instant) {
        self.steps = steps
        self.startTime = startTime
        self.cores = cores
        self.memoryBytes = memoryBytes
        freeCores = cores
        freeMemory = memoryBytes ?? .max
        let places = Dictionary(steps.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
        open = [Int](repeating: 0, count: steps.count)
        dependents = [[Int]](repeating: [], count: steps.count)
        for (index, step) in steps.enumerated() {
            var needed: Set<Int> = []
            for case .output(let key, _) in step.inputs.values { if let place = places[key], place != index { needed.insert(place) } }
            open[index] = needed.count
            for place in needed { dependents[place].append(index) }
        }
        ready = open.indices.filter { open[$0] == 0 }
    }

    var runs: Bool { !claims.isEmpty }
    var wakes: Instant? { ready.compactMap { starts[$0] }.min() }

    /// Nil if nothing can be done now.
    mutating func next(now: Instant) -> Next? {
        for (place, index) in ready.enumerated() {
            let step = steps[index]
            if let cause = Self.needs(of: step).first(where: { failed.contains($0) }) ?? step.execution.series.flatMap({ halted[$0] }) {
                ready.remove(at: place)
                settle(index, failed: true)
                return .skip(index, failed: cause)
            }
            if let start = starts[index] {
                if start > now { continue }
            } else {
                let start = startTime(step, now)
                if start > now {
                    starts[index] = start
                    return .wait(index, until: start)
                }
            }
            let memory = min(step.execution.resources.memoryBytes ?? 0, memoryBytes ?? .max)
            let least = min(step.execution.resources.cpus, cores)
            guard least <= freeCores, memory <= freeMemory else {
                overtaken[index, default: 0] += 1
                if overtaken[index, default: 0] > Self.patience { return nil }
                continue
            }
            // Our own steps use what would lie idle: their bytes do not depend on it.
            let share = step.kind.name == StepKind.command.name ? least : max(least, freeCores / max(1, min(ready.count, freeCores)))
            ready.remove(at: place)
            starts[index] = nil
            claims[index] = (share, memory)
            freeCores -= share
            freeMemory -= memory
            return .start(index, cores: share)
        }
        return nil
    }

    private static func needs(of step: Step) -> [Digest] {
        step.inputs.values.compactMap { if case .output(let key, _) = $0 { key } else { nil } }.sorted()
    }

    /// - Parameter halts: whether no further step of its series is to start.
    mutating func end(_ index: Int, failed: Bool, halts: Bool = false) {
        if halts, let series = steps[index].execution.series, halted[series] == nil { halted[series] = steps[index].key }
        if let claim = claims.removeValue(forKey: index) {
            freeCores += claim.cores
            freeMemory += claim.memory
        }
        settle(index, failed: failed)
    }

    private mutating func settle(_ index: Int, failed: Bool) {
        if failed { self.failed.insert(steps[index].key) }
        for dependent in dependents[index] {
            open[dependent] -= 1
            guard open[dependent] == 0 else { continue }
            // Where there is no failure, an input that nothing made is the step's own to complain of.
            let place = ready.firstIndex { $0 > dependent } ?? ready.endIndex
            ready.insert(dependent, at: place)
        }
    }
}
