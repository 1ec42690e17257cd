import Foundation

enum StandardOutput {
    /// Ends the program where what it says cannot be written: whoever looks at the exit code alone must not take it for a success.
    static func write(_ text: String) { write(Array(text.utf8)) }

    static func write(_ bytes: [UInt8]) {
        guard let number = Descriptor.write(bytes, to: STDOUT_FILENO) else { return }
        StandardError.write("proviso: cannot write to standard output: \(unsafe String(cString: strerror(number)))\n")
        ProcessExit.environmentFailed.leave()
    }

    static func line(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n") }
}

enum StandardError {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// Of the terminal; what most of them have where it does not say.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Where it cannot be written to there is nobody to be told.
    static func write(_ text: String) { _ = Descriptor.write(Array(text.utf8), to: STDERR_FILENO) }
}

private enum Descriptor {
    /// The error's number, or nil.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&ready, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
