import Attestations
import Basics
import Execution
import Planning
import Steps

/// Which recorded step made some bytes.
struct RecordedMakers {
    struct Maker {
        let step: RecordedStep
        let record: Record

        /// A step that hands on bytes as it got them did not make them.
        fileprivate var made: Set<Digest> { Set(step.outputs.values).subtracting(step.inputs.values) }
    }

    private var makers: [Digest: Maker] = [:]

    /// Of steps that made the same, the one counts that is the fewest steps behind what no step made, so that bytes are never to be made of what is made of
    /// them; of those the newest record's. Steps that this engine has not come last.
    ///
    /// - Parameter records: in any order.
    init(_ records: [Record]) {
        let all = records.sorted { $0.sequence > $1.sequence }.flatMap { record in record.draft.steps.map { Maker(step: $0, record: record) } }
        let made = all.reduce(into: Set<Digest>()) { $0.formUnion($1.made) }
        let known = Set(StandardSteps.all.map(\.kind.description))
        grow(by: all.filter { known.contains($0.step.implementation) }, made: made)
        grow(by: all, made: made)
        // What was a file's bytes when it was read, and made of what was made of them later.
        for maker in all { for digest in maker.made where makers[digest] == nil { makers[digest] = maker } }
    }

    /// - Parameters:
    ///   - candidates: newest first.
    ///   - made: what some step made.
    private mutating func grow(by candidates: [Maker], made: Set<Digest>) {
        var missing: [Int] = []
        var readers: [Digest: [Int]] = [:]
        for (index, candidate) in candidates.enumerated() {
            let needed = Set(candidate.step.inputs.values).filter { made.contains($0) && makers[$0] == nil }
            missing.append(needed.count)
            for digest in needed { readers[digest, default: []].append(index) }
        }
        var ready = missing.indices.filter { missing[$0] == 0 }
        while !ready.isEmpty {
            var found: [Digest] = []
            for index in ready.sorted() {
                for digest in candidates[index].made where makers[digest] == nil {
                    makers[digest] = candidates[index]
                    found.append(digest)
                }
            }
            ready = []
            for index in found.flatMap({ readers[$0] ?? [] }) {
                missing[index] -= 1
                if missing[index] == 0 { ready.append(index) }
            }
        }
    }

    subscript(_ digest: Digest) -> Maker? { makers[digest] }
}
