import Execution
import Explanations
import Foundation
import Inference
import Models
import Storage
import Testing

@testable import Steps

/// Whom an error that a step met is of.
@Suite struct StepFailureTests {
    @Test func `disks, libraries and damaged bytes are the machine's, what a step was given is not`() {
        let machine: [any Error] = [
            CocoaError(.fileWriteOutOfSpace), POSIXError(.ENOSPC), StoreError(.damaged, "read x", cause: "y"),
            StoreError(.noSpace, "write x", cause: "y"),
            ModelError(.environment, operation: "load ONNX Runtime", message: "there is no libonnxruntime.so.1"),
            ModelError(.sandboxUnavailable, operation: "run the scorer", message: "x"), InferenceError(.noSpace, "x"),
            InferenceError(.inputOutput, "x"),
        ]
        for error in machine { #expect(StepFailure(of: error).code == .environment, "\(error)") }
        let given: [any Error] = [
            InferenceError(.schema, "x"), ModelError(.missingFeature, operation: "read the features", message: "x"),
            ModelError(.library, operation: "train", message: "x"),
        ]
        for error in given { #expect(StepFailure(of: error).code == .input, "\(error)") }
        #expect(StepFailure(of: StoreError(.missing, "read x", cause: "y")).code == .store)
        #expect(StepFailure(of: CancellationError()).code == .cancelled && StepFailure(of: InferenceError(.cancelled, "x")).code == .cancelled)
        #expect(StepFailure(of: StepFailure(.halted, "x")).code == .halted)
    }
}
