import Attestations
import Basics
import Ledger
import Planning
import Storage

extension StepReplay {
    /// The steps, each behind those of other records that made what it reads and what is nowhere else to be had: a model's data may be a pipeline's work.
    ///
    /// - Returns: in an order in which they can run, each with the record that says what it did.
    func withMakers(_ record: Record, _ makers: RecordedMakers) throws -> [RecordedMakers.Maker] {
        var made: Set<Digest> = []
        var found: [RecordedMakers.Maker] = []
        for step in record.draft.steps {
            // What a step needs before it, the last first.
            var open = [RecordedMakers.Maker(step: step, record: record)]
            while let next = open.last {
                let needed = try next.step.inputs.sorted { $0.key < $1.key }.map(\.value).first { input in
                    guard let maker = makers[input], !made.contains(input), !open.contains(where: { $0.step.key == maker.step.key }) else {
                        return false
                    }
                    return try !isAtHand(input)
                }
                if let maker = needed.flatMap({ makers[$0] }) {
                    open.append(maker)
                    continue
                }
                // What nobody made is told when the step is to run.
                open.removeLast()
                made.formUnion(next.step.outputs.values)
                if !found.contains(where: { $0.step.key == next.step.key }) { found.append(next) }
            }
        }
        return found
    }
}
