import Dispatch
import Foundation

/// A command that stops in good order at SIGINT and SIGTERM.
protocol Interruptible {}

extension PipelineRunCommand: Interruptible {}
extension Reconcile: Interruptible {}
extension Score: Interruptible {}
extension Explain: Interruptible {}

/// Turns a signal into a request to stop between two steps.
enum Interruption {
    /// Of its own: work may have taken every thread that the global queues have.
    private static let queue = DispatchQueue(label: "dev.proviso.interruption", qos: .userInteractive)

    /// Until a command listens for signals by itself, they end the program as they will then: with 3, since nothing of the user's is wrong.
    static func begin() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                // Nothing else may be called here.
                let words: StaticString = "proviso: stopped before anything began\n"
                _ = unsafe write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
                _exit(ProcessExit.environmentFailed.rawValue)
            }
        }
    }

    /// For a command that listens for none: signals end it, as its parent will see.
    static func leaveToSystem() { for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) } }

    static func source(_ number: Int32, _ handler: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler(handler: handler)
        source.resume()
        return source
    }
}
