/// Reads git's tree objects: `<octal mode> <name>\0<20 bytes>`, repeated.
enum TreeParser {
    /// Nil for bytes that are not of this form. A name that is not UTF-8 is shown with replacement characters.
    static func parse(_ buffer: UnsafeRawBufferPointer) -> [TreeEntry]? {
        var entries: [TreeEntry] = []
        var index = 0
        while index < buffer.count {
            var mode: UInt32 = 0
            while index < buffer.count, unsafe buffer[index] != 0x20 {
                let digit = unsafe buffer[index] &- 0x30
                guard digit < 8, mode < 0o1000000 else { return nil }
                mode = mode << 3 | UInt32(digit)
                index += 1
            }
            let start = index + 1
            index = start
            while index < buffer.count, unsafe buffer[index] != 0 { index += 1 }
            guard index + 20 < buffer.count, index > start,
                let id = unsafe ObjectID(bytes: UnsafeRawBufferPointer(rebasing: buffer[index + 1..<index + 21]))
            else { return nil }
            let name = unsafe String(decoding: UnsafeRawBufferPointer(rebasing: buffer[start..<index]), as: UTF8.self)
            entries.append(TreeEntry(path: name, mode: FileMode(rawValue: mode), id: id))
            index += 21
        }
        return entries
    }
}
