import ArgumentParser
import Foundation
import Storage

/// Where bytes lie that git does not hold.
struct DataOptions: ParsableArguments {
    @Option(
        name: .customLong("dvc-cache"), help: "The folder of DVC's cache, such as .dvc/cache, for data sets and inputs that are pointers of DVC's.")
    var cache: String?

    /// Nil if none is named.
    func dvcCache() throws -> String? {
        try cache.map { try Self.folder($0, "--dvc-cache", hint: "dvc cache dir prints where it is; dvc pull fills it") }
    }

    /// The artefacts of a reconciler's folder, of a shared one (`--store` of reconcile), or a store itself.
    static func store(_ path: String?) throws -> FileStore? {
        guard let path else { return nil }
        let folder = try folder(path, "--store", hint: "name a reconciler's folder, or what its --store names")
        var isFolder: ObjCBool = false
        let isState = unsafe FileManager.default.fileExists(atPath: folder + "/store", isDirectory: &isFolder) && isFolder.boolValue
        return FileStore(at: isState ? folder + "/store" : folder)
    }

    private static func folder(_ path: String, _ option: String, hint: String) throws -> String {
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists, isFolder.boolValue else {
            throw CommandFailure(.invalidInput, "\(option): \(exists ? "\(path) is no folder" : "there is no folder \(path)")", hint: hint)
        }
        return URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
