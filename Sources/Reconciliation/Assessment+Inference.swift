import Attestations
import Basics
import Diagnostics
import Execution
import Frames
import Git
import Ledger
import OrderedCollections
import Planning
import Policies
import Specs
import Storage

/// A batch inference with everything that it reads, or why it cannot run.
struct ResolvedInference {
    let inference: BatchInference
    var files: [InferenceFile] = []
    var format: String?
    var models: [String: Digest] = [:]
    /// Of models that lie in the repository.
    var modelFiles: [(path: String, digest: Digest)] = []
    var reference: (dataset: Dataset, data: Digest)?
    var problems: [Finding] = []
}

extension Assessment {
    func inferences() throws -> [ResolvedInference] { try merged.catalog.inferences.values.map { try resolved($0) } }

    func plan(_ inferences: [ResolvedInference]) -> [SubjectPlan] {
        inferences.map { each in
            guard each.problems.isEmpty else {
                return SubjectPlan(
                    subject: SubjectName(kind: BatchInference.kind, name: each.inference.name), path: each.inference.path,
                    specDigest: each.inference.digest, steps: [], evidence: [:], artefacts: [:])
            }
            return InferencePlanner.plan(
                each.inference, files: each.files, format: each.format, models: each.models, reference: each.reference, state: ledger.recorded)
        }
    }

    private func resolved(_ inference: BatchInference) throws -> ResolvedInference {
        var found = ResolvedInference(inference: inference)
        var problems: [Finding] = []
        func problem(_ message: String, _ path: [String], _ hint: String?) {
            problems.append(
                Finding(
                    kind: "inference", outcome: .undecided, message: message, hint: hint, location: FileLocation(inference.resource.span(at: path))))
        }
        for served in inference.models {
            switch served.source {
            case .path(let path):
                guard let bytes = try merged.file(path) else {
                    problem("there is no file '\(path)' in the repository", served.path + ["path"], nil)
                    continue
                }
                let digest = Digest.of(bytes)
                found.models[served.role] = digest
                found.modelFiles.append((path, digest))
            case .live(let environment, let model):
                guard let live = merged.catalog.environments[environment]?.live.first(where: { $0.model == model }) else {
                    problem(
                        "'\(environment)' has no model '\(model)' live", served.path + ["environment"],
                        "proviso promote \(model) --to \(environment)")
                    continue
                }
                record(live.record, served, into: &found, problem)
            case .record(let digest): record(digest, served, into: &found, problem)
            }
        }
        try data(of: inference, into: &found, problem)
        if let name = inference.referenceName, let dataset = merged.catalog.datasets[name] {
            if let pinned = dataset.pinned, try DataFiles(merged, dvcCache: dvcCache).problem(with: dataset) == nil {
                found.reference = (dataset, pinned)
            } else {
                unusable(dataset, ["spec", "reference"], problem)
            }
        }
        found.problems = problems
        return found
    }

    /// Only what passed may serve.
    private func record(
        _ digest: Digest, _ served: BatchInference.Served, into found: inout ResolvedInference, _ problem: (String, [String], String?) -> Void
    ) {
        guard let record = ledger.entries[digest]?.record else { return problem("the ledger has no record \(digest.short)", served.path, nil) }
        guard record.verdict.outcome == .pass else {
            return problem("record \(digest.short) of \(record.subject) did not pass: \(record.verdict.outcome.rawValue)", served.path, nil)
        }
        guard let model = record.draft.artefacts["model"] else { return problem("record \(digest.short) is of no model", served.path, nil) }
        found.models[served.role] = model
    }

    private func data(of inference: BatchInference, into found: inout ResolvedInference, _ problem: (String, [String], String?) -> Void) throws {
        if let name = inference.datasetName, let dataset = merged.catalog.datasets[name] {
            guard let pinned = dataset.pinned, try DataFiles(merged, dvcCache: dvcCache).problem(with: dataset) == nil else {
                return unusable(dataset, ["spec", "data", "dataset"], problem)
            }
            found.format = dataset.format
            let path = dataset.sourcePath ?? name
            let file = path.split(separator: "/").last.map { String($0) } ?? path
            found.files = [InferenceFile(name: file.hasSuffix(".dvc") ? String(file.dropLast(4)) : file, path: path, digest: pinned)]
            return
        }
        guard let path = inference.dataPath, let tree = merged.tree else { return }
        let place = ["spec", "data", "path"]
        if let bytes = try merged.file(path) {
            found.files = [InferenceFile(name: path.split(separator: "/").last.map { String($0) } ?? path, path: path, digest: Digest.of(bytes))]
            return
        }
        let entries = try merged.repository.treeEntries(of: tree, under: path).filter(\.mode.isFile)
        guard !entries.isEmpty else {
            return problem("there is no file or folder '\(path)' in the repository", place, "add and commit it, or mend the path")
        }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        let names = entries.map { $0.path.hasPrefix(prefix) ? String($0.path.dropFirst(prefix.count)) : $0.path }
        do throws(FrameError) {
            let partitions = try PartitionedTable.partitions(names, root: path)
            for partition in partitions {
                guard let index = names.firstIndex(of: partition.name) else { continue }
                do {
                    found.files.append(
                        InferenceFile(
                            name: partition.name, path: prefix + partition.name, digest: Digest.of(try merged.repository.blob(entries[index].id))))
                } catch {
                    problem("'\(prefix)\(partition.name)' cannot be read", place, nil)
                }
            }
        } catch {
            problem("\(error)", place, nil)
        }
    }

    private func unusable(_ dataset: Dataset, _ path: [String], _ problem: (String, [String], String?) -> Void) {
        if case .pipeline(let name, _) = dataset.source {
            problem(
                "the pipeline '\(name)' makes the data of '\(dataset.name)', and a batch inference reads pinned data only", path,
                "commit the pipeline's output as a file, and name that")
        } else {
            problem("the data of '\(dataset.name)' are not those that it pins", path, nil)
        }
    }

    /// Puts files and models that some step reads into the store. Data sets' bytes lie there by then.
    func importData(_ inferences: [ResolvedInference], for steps: [Step]) throws {
        var wanted: Set<Digest> = []
        for step in steps { for case .artefact(let digest) in step.inputs.values { wanted.insert(digest) } }
        for each in inferences {
            for (path, digest) in each.files.map({ ($0.path, $0.digest) }) + each.modelFiles.map({ ($0.path, $0.digest) }) {
                guard wanted.remove(digest) != nil else { continue }
                if try store.contains(digest) { continue }
                guard let bytes = try merged.file(path), Digest.of(bytes) == digest else { continue }
                _ = try store.put(bytes)
            }
        }
    }

    /// A batch inference passes if every file was scored and no limit passed; a passed limit denies its predictions.
    func assessed(
        inference plan: SubjectPlan, _ result: ExecutionResult, _ steps: [RecordedStep], _ artefacts: [String: Digest]
    ) throws -> AssessedSubject {
        var findings = try merged.catalog.inferences[plan.subject.name].map { try resolved($0).problems } ?? []
        let span = merged.catalog.inferences[plan.subject.name]?.resource.span(at: ["spec", "limits"])
        for planned in plan.steps {
            guard let failure = result.failures[planned.step.key], failure.code != .upstream else { continue }
            let isHalted = failure.code.rawValue == "halted"
            findings.append(
                Finding(
                    kind: isHalted ? "limitPassed" : "stepFailed", outcome: isHalted ? .deny : .undecided,
                    message: isHalted ? failure.message : "step '\(planned.step.name)' failed: \(failure.message)",
                    location: isHalted ? span.map { FileLocation($0) } : nil))
        }
        var evidence: [String: Digest] = [:]
        var documents: [[UInt8]] = []
        if let manifest = artefacts["manifest"] {
            let bytes = try store.contains(manifest) ? store.read(manifest) : (ledger.reader?.document(manifest) ?? [])
            evidence["inference"] = manifest
            documents.append(bytes)
            for finding in try JSONValue(parsing: bytes)["findings"]?.arrayValue ?? [] {
                findings.append(Finding(kind: "limitPassed", outcome: .pass, message: "passed, and let be: \(finding.canonicalText)"))
            }
        }
        return AssessedSubject(
            plan: plan, steps: steps, evidence: evidence, artefacts: artefacts, documents: documents,
            verdict: Verdict(
                subject: plan.subject, outcome: findings.map(\.outcome).reduce(.pass) { $0.combined(with: $1) }, rules: [], findings: findings,
                nextBoundary: nil))
    }
}

extension Plan {
    func with(_ more: [SubjectPlan]) -> Plan { Plan(subjects: subjects + more, support: support) }
}
