/// What the operating system answered.
public struct FileSystemError: Error, Hashable, Sendable {
    /// `errno`.
    public let number: Int32
    public let operation: String
    public let path: String

    public init(number: Int32, operation: String, path: String) {
        self.number = number
        self.operation = operation
        self.path = path
    }
}

/// The few file operations that stores are made of: the one seam at which tests let writes fail, bits flip and the machine crash.
public protocol FileSystem: Sendable {
    /// Makes a folder and those above it; no error if it exists. New folders are durable in their parents.
    func makeFolder(_ path: String) throws(FileSystemError)
    /// Makes a file that must not exist, writes the chunks that `next` gives until nil, and makes it durable. On failure the file may
    /// remain.
    func createFile(_ path: String, mode: UInt32, next: () throws(FileSystemError) -> [UInt8]?) throws(FileSystemError)
    /// Renames over whatever has the new name.
    func rename(_ old: String, to new: String) throws(FileSystemError)
    /// Makes the entries of a folder durable.
    func syncFolder(_ path: String) throws(FileSystemError)
    /// Hands out a file's bytes in chunks.
    func read(_ path: String, _ chunk: ([UInt8]) throws(FileSystemError) -> Void) throws(FileSystemError)
    func exists(_ path: String) throws(FileSystemError) -> Bool
    /// The names in a folder, sorted; none if it does not exist.
    func names(in folder: String) throws(FileSystemError) -> [String]
    /// Removes a file; no error if it does not exist.
    func remove(_ path: String) throws(FileSystemError)
}

extension FileSystem {
    /// A whole file.
    func contents(of path: String) throws(FileSystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        try read(path) { (chunk) throws(FileSystemError) in
            if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
        }
        return bytes
    }
}
