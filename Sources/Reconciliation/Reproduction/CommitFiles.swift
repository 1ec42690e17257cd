import Basics
import Git
import OrderedCollections
import Planning
import Specs

/// The files of a judged commit that its work can have read, found again by what they hold. Each is read once.
final class CommitFiles {
    private let judged: Snapshot
    private let data: DataFiles
    /// Where the bytes of a digest are to be had.
    private enum Place {
        case file(String)
        case pointer(String)
        case dataset(Dataset)
    }
    private var places: [Digest: Place]?

    init(_ judged: Snapshot, dvcCache: String?) {
        self.judged = judged
        data = DataFiles(judged, dvcCache: dvcCache)
    }

    /// Nil if no file that the commit's specs name has these bytes.
    func bytes(of digest: Digest) throws(GitError) -> [UInt8]? {
        guard let place = try found()[digest] else { return nil }
        let bytes =
            switch place {
            case .file(let path): try judged.file(path)
            case .pointer(let path): try data.bytes(ofPointer: path)
            case .dataset(let dataset): try data.bytes(of: dataset)
            }
        guard let bytes, Digest.of(bytes) == digest else { return nil }
        return bytes
    }

    private func found() throws(GitError) -> [Digest: Place] {
        if let places { return places }
        var places: [Digest: Place] = [:]
        let catalog = judged.catalog
        for dataset in catalog.datasets.values { if let pinned = dataset.pinned { places[pinned] = .dataset(dataset) } }
        var paths: OrderedSet<String> = []
        if !catalog.pipelines.isEmpty {
            for use in PipelineFiles(catalog.graph).uses {
                guard use.isPointer else {
                    paths.append(use.path)
                    continue
                }
                if case .success(let digest)? = try data.digest(ofFile: use.path, isPointer: true) { places[digest] = .pointer(use.path) }
            }
        }
        for file in catalog.models.values.flatMap(\.pinnedFiles) { paths.append(file.path) }
        for inference in catalog.inferences.values {
            for case .path(let path) in inference.models.map(\.source) { paths.append(path) }
            guard let path = inference.dataPath, let tree = judged.tree else { continue }
            paths.append(path)
            if try judged.fileID(path) == nil {
                for entry in try judged.repository.treeEntries(of: tree, under: path) where entry.mode.isFile { paths.append(entry.path) }
            }
        }
        for path in paths { if let digest = try data.digest(ofFile: path) { places[digest] = .file(path) } }
        self.places = places
        return places
    }
}
