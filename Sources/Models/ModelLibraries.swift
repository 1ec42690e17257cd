internal import COnnxRuntime
internal import CXGBoost

/// The libraries that train and apply models. They are loaded when they are first needed.
public enum ModelLibraries {
    public static let names = ["xgboost", "onnxruntime"]

    /// By library, of those that can be loaded.
    public static var versions: [String: String] {
        var versions: [String: String] = [:]
        if let (major, minor, patch) = xgboostVersion { versions["xgboost"] = "\(major).\(minor).\(patch)" }
        if ort_has_table() != 0 { versions["onnxruntime"] = unsafe String(cString: ort_version()) }
        return versions
    }

    static var hasXGBoost: Bool { xgboostVersion != nil }

    private static var xgboostVersion: (Int32, Int32, Int32)? {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        unsafe XGBoostVersion(&major, &minor, &patch)
        return major > 0 ? (major, minor, patch) : nil
    }
}
