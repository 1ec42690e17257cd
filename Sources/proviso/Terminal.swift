import Foundation

enum StandardOutput {
    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
    static func line(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n") }
}

enum StandardError {
    static let isTerminal = isatty(STDERR_FILENO) == 1
    static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
