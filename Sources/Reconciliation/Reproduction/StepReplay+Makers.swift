import Attestations
import Basics
import Ledger
import Planning
import Storage

extension StepReplay {
    /// The steps, each behind those of other records that made what it reads and what is nowhere else to be had: a model's data may be a pipeline's work.
    ///
    /// - Parameter records: of which the newest that made some bytes counts.
    func withMakers(_ steps: [RecordedStep], of records: [Record]) throws -> [RecordedStep] {
        var makers: [Digest: RecordedStep] = [:]
        // A step may hand on bytes as it got them: the first of a record made them.
        for step in records.sorted(by: { $0.sequence > $1.sequence }).flatMap(\.draft.steps) {
            for output in step.outputs.values where makers[output] == nil { makers[output] = step }
        }
        var made = Set(steps.flatMap(\.outputs.values))
        var found: [RecordedStep] = []
        for step in steps {
            // What a step needs before it, the last first.
            var open = [step]
            while let next = open.last {
                let maker = try next.inputs.sorted { $0.key < $1.key }.map(\.value).filter { makers[$0] != nil }.first { input in
                    try !made.contains(input) && !open.contains { $0.key == makers[input]?.key } && !isAtHand(input)
                }
                if let maker = maker.flatMap({ makers[$0] }) {
                    open.append(maker)
                    continue
                }
                // What nobody made is told when the step is to run.
                open.removeLast()
                made.formUnion(next.outputs.values)
                if !found.contains(where: { $0.key == next.key }) { found.append(next) }
            }
        }
        return found
    }

    /// Whether the bytes need not be made.
    private func isAtHand(_ digest: Digest) throws -> Bool {
        if try own.contains(digest) || shared?.contains(digest) ?? false { return true }
        if try files.bytes(of: digest) != nil || earlier?.bytes(of: digest) != nil { return true }
        do throws(LedgerError) {
            _ = try reader.document(digest)
            return true
        } catch {
            // What the ledger does not hold, or holds damaged, has to be made.
            return false
        }
    }
}
