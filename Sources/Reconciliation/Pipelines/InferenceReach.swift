import Basics
import Git
import OrderedCollections
import Specs

/// Whether a change alters what a batch inference reads from the repository: its spec, its models, its data. Reads no data.
struct InferenceReach {
    private let base: Snapshot?
    private let merged: Snapshot

    init(_ base: Snapshot?, _ merged: Snapshot) {
        self.base = base
        self.merged = merged
    }

    func differs(_ inference: BatchInference) throws(GitError) -> Bool {
        guard let base, base.catalog.inferences[inference.name]?.digest == inference.digest else { return true }
        for served in inference.models {
            switch served.source {
            case .record: break
            case .path(let path): if try merged.fileID(path) != base.fileID(path) { return true }
            case .live(let environment, let model):
                func live(_ snapshot: Snapshot) -> Digest? {
                    snapshot.catalog.environments[environment]?.live.first { $0.model == model }?.record
                }
                if live(merged) != live(base) { return true }
            }
        }
        if let path = inference.dataPath, try files(under: path, merged) != files(under: path, base) { return true }
        for name in [inference.datasetName, inference.referenceName].compactMap({ $0 }) {
            guard let dataset = merged.catalog.datasets[name], let old = base.catalog.datasets[name], old.digest == dataset.digest else {
                return true
            }
            if let path = dataset.sourcePath, try merged.fileID(path) != base.fileID(path) { return true }
        }
        return false
    }

    /// The file at a path, or those of a folder.
    private func files(under path: String, _ snapshot: Snapshot) throws(GitError) -> [String: ObjectID] {
        if let id = try snapshot.fileID(path) { return [path: id] }
        guard let tree = snapshot.tree else { return [:] }
        let entries = try snapshot.repository.treeEntries(of: tree, under: path).filter(\.mode.isFile)
        return Dictionary(entries.map { ($0.path, $0.id) }, uniquingKeysWith: { first, _ in first })
    }
}
