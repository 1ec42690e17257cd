internal import CArrow

/// The library that reads and writes tables, as it is loaded.
public enum TableLibraries {
    /// By library.
    public static var versions: [String: String] { ["arrow": unsafe String(cString: carrow_version())] }
}
