internal import CArrow

/// The library that reads and writes tables, as it is loaded.
public enum TableLibraries {
    public static let names = ["arrow"]

    /// By library, of those that can be loaded.
    public static var versions: [String: String] {
        let version = unsafe String(cString: carrow_version())
        return version.isEmpty ? [:] : ["arrow": version]
    }
}
