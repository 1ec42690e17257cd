import Attestations
import Basics
import Diagnostics
import Git
import OrderedCollections
import Planning
import Specs

/// The intensity of electricity over time, as a CSV file of the repository declares it.
enum CarbonSeries {
    /// Nil if none is declared; the problem if it cannot be read.
    static func read(_ catalog: Catalog, file: (String) throws -> [UInt8]?) rethrows -> (points: [CarbonWindow.Point], problem: Diagnostic?) {
        guard let settings = catalog.repository, let path = settings.energy.series else { return ([], nil) }
        let span = settings.resource.span(at: ["spec", "energy", "series"])
        guard let bytes = try file(path) else {
            return (
                [], Diagnostic(.dataMissing, "there is no file '\(path)' in the repository", at: span, hint: "add and commit it, or mend the path")
            )
        }
        switch parse(String(decoding: bytes, as: UTF8.self)) {
        case .success(let points): return (points, nil)
        case .failure(let fault):
            return (
                [],
                Diagnostic(
                    .invalidValue, "line \(fault.line) of '\(path)' \(fault.message)", at: span,
                    hint: "a header time,gramsPerKilowattHour, then a line for each change, in order: 2026-11-25T14:00:00Z,231.5")
            )
        }
    }

    struct Fault: Error {
        let line: Int
        let message: String
    }

    static func parse(_ text: String) -> Result<[CarbonWindow.Point], Fault> {
        var points: [CarbonWindow.Point] = []
        // As RFC 4180 and spreadsheets end lines, which are one character to Swift; and as the latter begin a file.
        let lines = text.trimmingPrefix("\u{FEFF}").split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        guard lines.first == "time,gramsPerKilowattHour" else { return .failure(Fault(line: 1, message: "is not the header")) }
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 2, let instant = Instant(String(fields[0])) else {
                return .failure(Fault(line: index + 1, message: "begins with no time"))
            }
            guard let grams = Double(fields[1]), grams.isFinite, grams >= 0, !fields[1].contains(where: { $0 == "x" || $0 == "X" }) else {
                return .failure(Fault(line: index + 1, message: "has no number of grams"))
            }
            if let last = points.last, last.instant >= instant {
                return .failure(Fault(line: index + 1, message: "is not later than the one before"))
            }
            points.append(CarbonWindow.Point(instant: instant, gramsPerKilowattHour: grams))
        }
        return .success(points)
    }
}

extension Plan {
    /// Steps of stages and models that may wait, with the time until which they may. Nothing of it is part of a key.
    func waiting(by series: [CarbonWindow.Point], _ catalog: Catalog) -> Plan {
        guard !series.isEmpty else { return self }
        let allowed = subjects.map { Self.deadlines(of: $0.subject, catalog) }
        guard allowed.contains(where: { !$0.isEmpty }) else { return self }
        // What several are made with waits no longer than each of them may.
        var shortest: [Digest: Int64?] = [:]
        for planned in support { shortest[planned.step.key] = .some(nil) }
        for (plan, deadlines) in zip(subjects, allowed) {
            for step in plan.steps.map(\.step) {
                let own = Self.deadline(of: step, in: plan.subject, deadlines)
                let known = shortest[step.key] ?? own
                shortest[step.key] = .some(own.flatMap { own in known.map { min($0, own) } })
            }
        }
        func waits(_ planned: PlannedStep) -> PlannedStep {
            let step = planned.step
            guard let seconds = shortest[step.key] ?? nil else { return planned }
            var execution = step.execution
            execution.carbonWindow = CarbonWindow(deadlineSeconds: seconds, series: series)
            return PlannedStep(
                step: Step(
                    name: step.name, kind: step.kind, parameters: step.parameters, inputs: step.inputs, outputs: step.outputs, execution: execution),
                reason: planned.reason)
        }
        let subjects = subjects.map { plan in
            SubjectPlan(
                subject: plan.subject, path: plan.path, specDigest: plan.specDigest, steps: plan.steps.map(waits), evidence: plan.evidence,
                artefacts: plan.artefacts, notes: plan.notes, nextBoundary: plan.nextBoundary)
        }
        return Plan(subjects: subjects, support: support)
    }

    /// By stage of a pipeline, or by the name of a model's step.
    private static func deadlines(of subject: SubjectName, _ catalog: Catalog) -> [String: Int64] {
        var deadlines: [String: Int64] = [:]
        if let pipeline = catalog.pipelines[subject.name], subject.kind == Pipeline.kind {
            for stage in pipeline.stages { deadlines[stage.name] = stage.carbonDeadline ?? pipeline.carbonDeadline }
        } else if let model = catalog.models[subject.name], subject.kind == Model.kind {
            // A program's training, and a teacher's for its student, are the model's too.
            for name in ["train", "search", "decide", "fit", "teacher"] { deadlines[name] = model.carbonDeadline }
        }
        return deadlines
    }

    /// Nil for what is done at once.
    private static func deadline(of step: Step, in subject: SubjectName, _ deadlines: [String: Int64]) -> Int64? {
        // What planning decides by is measured at once.
        guard !deadlines.isEmpty, step.kind != .dataDrift else { return nil }
        let name = step.name.split { $0 == "@" || $0 == "." }.first.map { String($0) } ?? step.name
        // What belongs to a part of training says so in front: search-1 of a search's batches, train-plain, teacher-train.
        return deadlines[subject.kind == Model.kind ? name.split(separator: "-").first.map { String($0) } ?? name : name]
    }
}
