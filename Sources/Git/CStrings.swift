/// C copies of some strings, for as long as this value lives.
@safe
struct CStrings: ~Copyable {
    private let pointers: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

    init(_ strings: some Collection<String>) {
        unsafe pointers = .allocate(capacity: strings.count)
        for (index, string) in strings.enumerated() {
            let units = string.utf8CString
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: units.count)
            for (offset, unit) in units.enumerated() { unsafe (copy + offset).initialize(to: unit) }
            unsafe pointers.initializeElement(at: index, to: copy)
        }
    }

    deinit {
        for index in unsafe 0..<pointers.count { unsafe pointers[index]?.deallocate() }
        unsafe pointers.deallocate()
    }

    /// Neither what this lends nor a copy of it may outlive `body`.
    func withPointers<Result>(_ body: (UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>) -> Result) -> Result {
        unsafe body(pointers)
    }
}
