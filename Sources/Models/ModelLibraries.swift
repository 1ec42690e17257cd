internal import COnnxRuntime
internal import CXGBoost

/// The libraries that train and apply models, as they are loaded.
public enum ModelLibraries {
    /// By library.
    public static var versions: [String: String] {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        unsafe XGBoostVersion(&major, &minor, &patch)
        return ["xgboost": "\(major).\(minor).\(patch)", "onnxruntime": unsafe String(cString: ort_version())]
    }
}
