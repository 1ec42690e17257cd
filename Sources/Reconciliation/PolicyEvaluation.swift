public import Attestations
public import Basics
import Diagnostics
import Foundation
import OrderedCollections
import Policies
import Specs

/// Judges an evidence document by the policies of a folder: the same judge, without git, data or training.
public enum PolicyEvaluation {
    /// - Throws: `ReconciliationError` if the folder's specs are not sound or it has no such model.
    public static func evaluate(folder: String, model name: String?, evidence: JSONValue, baseline: JSONValue?, instant: Instant) throws -> Verdict {
        let (catalog, policies, diagnostics) = try Validation.catalog(ofFolder: folder)
        if let first = diagnostics.first(where: { $0.severity == .error }) {
            throw ReconciliationError(.invalidArgument, "the specs are not sound; first: \(first.text)", hint: "proviso validate \(folder)")
        }
        let candidates = name.map { name in catalog.models.values.filter { $0.name == name } } ?? Array(catalog.models.values)
        guard candidates.count == 1 else {
            throw ReconciliationError(
                .invalidArgument, name.map { "there is no model '\($0)'" } ?? "there are \(candidates.count) models",
                hint: "name one of \(catalog.models.keys.joined(separator: ", ")) with --model")
        }
        let judge = Judge(
            policies: policies, waivers: Array(catalog.waivers.values), maximumWaiverDays: catalog.repository?.maximumWaiverDays ?? 0)
        return judge.judge(JudgementInput(subject: candidates[0].resource, evidence: evidence, baseline: baseline, instant: instant))
    }
}
