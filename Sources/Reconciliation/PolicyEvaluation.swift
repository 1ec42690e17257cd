public import Attestations
public import Basics
public import Diagnostics
import Foundation
import OrderedCollections
import Policies
import Specs

/// Judges an evidence document by the policies of a folder: the same judge, without git, data or training.
public enum PolicyEvaluation {
    /// For each model of a folder (or the one named), which policies judge it at `instant`, and why the others do not.
    public static func applicability(folder: String, model name: String?, instant: Instant) throws -> [(
        subject: SubjectName, policies: [PolicyApplicability]
    )] {
        let (judge, models) = try load(folder, at: instant)
        return try models.filter { name == nil || $0.name == name }.orThrow(name, models).map { model in
            let input = JudgementInput(subject: model.resource, evidence: [:], instant: instant)
            return (SubjectName(kind: Model.kind, name: model.name), judge.applicability(input))
        }
    }

    /// - Throws: `ReconciliationError` if the folder's specs are not sound or it has no such model.
    public static func evaluate(folder: String, model name: String?, evidence: JSONValue, baseline: JSONValue?, instant: Instant) throws -> Verdict {
        let (judge, models) = try load(folder, at: instant)
        let candidates = try models.filter { name == nil || $0.name == name }.orThrow(name, models)
        guard candidates.count == 1 else {
            throw ReconciliationError(
                .invalidArgument, "there are \(candidates.count) models",
                hint: "name one of \(models.map(\.name).joined(separator: ", ")) with --model")
        }
        return judge.judge(JudgementInput(subject: candidates[0].resource, evidence: evidence, baseline: baseline, instant: instant))
    }

    /// What in a document is no evidence.
    ///
    /// - Parameter path: of the document's file.
    public static func problems(_ document: JSONValue, in path: String, name: String = "evidence") throws -> [Diagnostic] {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        return EvidenceDocument.problems(document, in: SourceFile(path: path, text: text), name: name)
    }

    private static func load(_ folder: String, at instant: Instant) throws -> (judge: Judge, models: [Model]) {
        let (catalog, policies, diagnostics) = try Validation.catalog(ofFolder: folder)
        if let first = diagnostics.first(where: { $0.severity == .error }) {
            throw ReconciliationError(.invalidArgument, "the specs are not sound; first: \(first.text)", hint: "proviso validate \(folder)")
        }
        let judge = Judge(
            policies: policies, waivers: try WaiverApproval.waivers(ofFolder: folder, catalog, at: instant),
            maximumWaiverDays: catalog.repository?.maximumWaiverDays ?? 0)
        return (judge, Array(catalog.models.values))
    }
}

extension [Model] {
    /// Itself, unless it is empty.
    fileprivate func orThrow(_ name: String?, _ all: [Model]) throws -> [Model] {
        guard isEmpty else { return self }
        throw ReconciliationError(
            .invalidArgument, name.map { "there is no model '\($0)'" } ?? "there are no models",
            hint: all.isEmpty ? nil : "there are: \(all.map(\.name).joined(separator: ", "))")
    }
}
