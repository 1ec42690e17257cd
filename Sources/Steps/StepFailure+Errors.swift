import Execution
import Explanations
import Foundation
import Inference
import Models
import Storage
import Training

extension StepFailure {
    /// What an error that a step met says: of the machine, where disk, memory or a library failed; else of what the step was given.
    init(of error: any Error) {
        let code: Code =
            switch error {
            case let failure as StepFailure: failure.code
            case is CancellationError: .cancelled
            case let error as StoreError: error.code == .missing ? .store : .environment
            case let error as ModelError: Self.code(error.code.rawValue)
            case let error as TrainingError where error.code == .environment: .environment
            case let error as ExplanationError: Self.code(error.code.rawValue)
            case let error as InferenceError where error.code == .cancelled: .cancelled
            case let error as InferenceError: error.code == .noSpace || error.code == .inputOutput ? .environment : .input
            // What Foundation does in a step it does with files of the step's own.
            case is FileSystemError, is CocoaError, is POSIXError: .environment
            default: .input
            }
        self.init(code, error is CancellationError ? "stopped" : "\(error)", log: (error as? StepFailure)?.log)
    }

    /// Of models and explanations, whose codes have the same words.
    private static func code(_ words: String) -> Code {
        switch words {
        case ModelError.Code.environment.rawValue, ModelError.Code.sandboxUnavailable.rawValue: .environment
        case ModelError.Code.cancelled.rawValue: .cancelled
        default: .input
        }
    }
}

/// Runs a step's work, and says of every error what `StepFailure(of:)` makes of it.
func asInput<Value>(_ work: () throws -> Value) throws(StepFailure) -> Value {
    do {
        return try work()
    } catch let failure as StepFailure {
        throw failure
    } catch {
        throw StepFailure(of: error)
    }
}
