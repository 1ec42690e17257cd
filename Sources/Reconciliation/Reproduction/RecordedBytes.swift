import Attestations
import Basics
import Execution
import Ledger
import Planning
import Steps

/// Where bytes that records tell of are had from, but for a store: files of the commit that is looked at, those of commits that records were made of, and the
/// ledger's own documents.
struct RecordedBytes {
    let files: CommitFiles
    let earlier: EarlierFiles?
    let reader: LedgerReader?

    /// Nil if they are in none of these.
    func bytes(of digest: Digest) throws -> [UInt8]? {
        if let bytes = try files.bytes(of: digest) ?? earlier?.bytes(of: digest) { return bytes }
        // What the ledger does not hold, or holds damaged, is to be had elsewhere.
        do throws(LedgerError) { return try reader?.document(digest) } catch { return nil }
    }
}

extension RecordedStep {
    /// Nil if this engine has no such step: it was recorded by another version.
    var kind: StepKind? { StandardSteps.all.map(\.kind).first { $0.description == implementation } }

    /// The step, to be run on the very bytes that it read.
    func step(_ kind: StepKind, _ execution: StepExecution?) -> Step {
        Step(
            name: name, kind: kind, parameters: parameters, inputs: inputs.mapValues { .artefact($0) }, outputs: outputs.keys.sorted(),
            execution: execution ?? StepExecution())
    }
}
