import Frames
import Models

/// What the engine works with and loads when it is first needed: tables, trees and ONNX.
enum NativeLibraries {
    static let names = TableLibraries.names + ModelLibraries.names

    /// By library, of those that can be loaded.
    static var versions: [String: String] { TableLibraries.versions.merging(ModelLibraries.versions) { first, _ in first } }
}
