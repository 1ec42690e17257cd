import Models
import Training

/// What the file of a model that scores does not say.
public enum UnnamedCategories {
    /// The columns of which it does not name all categories that it was trained on, in the order of their bytes. None of an ONNX file, which names no categories at all: which of its columns hold texts
    /// shows with the data. None of what cannot be read, which is told when it runs.
    public static func columns(ofModel bytes: [UInt8]) -> [String] {
        guard let model = try? TrainedModel(bytes: bytes) else { return [] }
        return model.header.unnamedCategories.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
