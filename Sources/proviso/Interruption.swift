import Dispatch
import Foundation

/// Turns a signal into a request to stop between two steps.
enum Interruption {
    /// Of its own: work may have taken every thread that the global queues have.
    private static let queue = DispatchQueue(label: "dev.proviso.interruption", qos: .userInteractive)

    static func source(_ number: Int32, _ handler: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler(handler: handler)
        source.resume()
        return source
    }
}
