public import Attestations
public import Basics
import Git
import OrderedCollections
import Specs

extension LedgerAudit {
    /// The spec that a record is about, as it was judged, with those defaults filled in that are of its learner, methods and task; nil if the commit is not here any more or holds another spec.
    public func spec(of record: Record) -> JSONValue? {
        let source = record.draft.source
        guard record.subject.kind == Model.kind, let id = ObjectID(source.tree), let snapshot = try? Snapshot(repository, tree: id),
            let model = snapshot.catalog.models[record.subject.name], model.digest == source.specDigest
        else { return nil }
        return model.applicableSpec
    }
}
