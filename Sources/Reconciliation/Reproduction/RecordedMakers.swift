import Attestations
import Basics

/// Which recorded step made some bytes.
struct RecordedMakers {
    struct Maker {
        let step: RecordedStep
        let record: Record
    }

    private let makers: [Digest: Maker]

    /// - Parameter records: in any order; of steps that made the same, the newest record's counts.
    init(_ records: [Record]) {
        var makers: [Digest: Maker] = [:]
        for record in records.sorted(by: { $0.sequence > $1.sequence }) {
            for step in record.draft.steps {
                // A step that hands on bytes as it got them did not make them.
                let read = Set(step.inputs.values)
                for output in step.outputs.values where makers[output] == nil && !read.contains(output) {
                    makers[output] = Maker(step: step, record: record)
                }
            }
        }
        self.makers = makers
    }

    subscript(_ digest: Digest) -> Maker? { makers[digest] }
}
