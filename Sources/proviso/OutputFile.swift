import Foundation

/// A file that a command was told to write to.
enum OutputFile {
    /// A regular file is whole or not there; one behind a symbolic link is replaced where it lies, and what is no regular file (a pipe, a device) is written to.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
            let type = (try? FileManager.default.attributesOfItem(atPath: target.path))?[.type] as? FileAttributeType
            if let type, type != .typeRegular {
                let handle = try FileHandle(forWritingTo: target)
                try handle.write(contentsOf: Data(bytes))
                try handle.close()
            } else {
                try Data(bytes).write(to: target, options: .atomic)
            }
        } catch {
            throw CommandFailure(.environmentFailed, "cannot write \(path)", hint: "name a file in a folder that exists and may be written")
        }
    }
}
