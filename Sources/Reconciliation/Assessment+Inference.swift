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
    /// Decision rules of models that have one.
    var decisions: [String: Digest] = [:]
    /// What the model that decides declares: which features give which reasons.
    var reasons: JSONValue?
    /// Of models that lie in the repository.
    var modelFiles: [(path: String, digest: Digest)] = []
    /// The data set that is scored, where a pipeline makes it; `files` are empty then.
    var scored: Dataset?
    var reference: Dataset?
    var problems: [Finding] = []

    /// What of the repository's files it reads, other than data sets.
    var sources: [(path: String, digest: Digest)] {
        files.compactMap { file in
            guard let path = file.path, case .artefact(let digest) = file.data else { return nil }
            return (path, digest)
        } + modelFiles
    }
}

extension Assessment {
    /// - Parameter names: nil for all.
    func inferences(named names: Set<String>? = nil) throws -> [ResolvedInference] {
        try merged.catalog.inferences.values.filter { names?.contains($0.name) ?? true }.map { try resolved($0) }
    }

    /// - Parameter made: by data set, its bytes or what makes them.
    func plan(_ each: ResolvedInference, made: [String: StepInput]) -> SubjectPlan {
        func without(_ notes: [StageNote]) -> SubjectPlan {
            SubjectPlan(
                subject: SubjectName(kind: BatchInference.kind, name: each.inference.name), path: each.inference.path,
                specDigest: each.inference.digest, steps: [], evidence: [:], artefacts: [:], notes: notes)
        }
        guard each.problems.isEmpty else { return without([]) }
        func unmade(_ dataset: Dataset, _ path: [String]) -> SubjectPlan {
            without([StageNote(stage: "score", explanation: "no pipeline makes the data set '\(dataset.name)'", isProblem: true, path: path)])
        }
        var files = each.files
        if let dataset = each.scored {
            guard let data = made[dataset.name] else { return unmade(dataset, ["spec", "data", "dataset"]) }
            files = [InferenceFile(name: "\(dataset.name).\(dataset.format)", path: nil, data: data)]
        }
        var reference: (dataset: Dataset, data: StepInput)?
        if let dataset = each.reference {
            // Its bytes are the pinned ones, or there would be a problem.
            let pinned = dataset.sourcePath == nil ? nil : dataset.pinned.map { StepInput.artefact($0) }
            guard let data = pinned ?? made[dataset.name] else { return unmade(dataset, ["spec", "reference"]) }
            reference = (dataset, data)
        }
        return InferencePlanner.plan(
            each.inference, files: files, format: each.format, models: each.models, decisions: each.decisions, reasons: each.reasons,
            reference: reference, state: ledger.recorded)
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
            found.reference = dataset
            if try DataFiles(merged, dvcCache: dvcCache).problem(with: dataset) != nil { unusable(dataset, ["spec", "reference"], problem) }
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
        found.decisions[served.role] = record.draft.artefacts["decision"]
        if served.role == "champion" { found.reasons = merged.catalog.models[record.subject.name]?.spec["adverseReasons"] }
    }

    private func data(of inference: BatchInference, into found: inout ResolvedInference, _ problem: (String, [String], String?) -> Void) throws {
        if let name = inference.datasetName, let dataset = merged.catalog.datasets[name] {
            found.format = dataset.format
            guard let path = dataset.sourcePath else {
                found.scored = dataset
                return
            }
            let files = DataFiles(merged, dvcCache: dvcCache)
            guard let pinned = dataset.pinned, try files.problem(with: dataset) == nil, let bytes = try files.bytes(of: dataset) else {
                return unusable(dataset, ["spec", "data", "dataset"], problem)
            }
            let file = path.split(separator: "/").last.map { String($0) } ?? path
            let plain = file.hasSuffix(".dvc") ? String(file.dropLast(4)) : file
            found.files = parts(of: bytes, pinned, plain, path: path, format: dataset.format, inference)
            return
        }
        guard let path = inference.dataPath, let tree = merged.tree else { return }
        let place = ["spec", "data", "path"]
        if let bytes = try merged.file(path) {
            let name = path.split(separator: "/").last.map { String($0) } ?? path
            found.files = parts(of: bytes, Digest.of(bytes), name, path: path, format: nil, inference)
            return
        }
        let entries = try merged.repository.treeEntries(of: tree, under: path).filter(\.mode.isFile)
        guard !entries.isEmpty else {
            return problem("there is no file or folder '\(path)' in the repository", place, "add and commit it, or mend the path")
        }
        let prefix = path.hasSuffix("/") ? path : path + "/"
        let names = entries.map { $0.path.hasPrefix(prefix) ? String($0.path.dropFirst(prefix.count)) : $0.path }
        do throws(FrameError) {
            for partition in try PartitionedTable.partitions(names, root: path) {
                guard let index = names.firstIndex(of: partition.name) else { continue }
                do {
                    let bytes = try merged.repository.blob(entries[index].id)
                    found.files += parts(of: bytes, Digest.of(bytes), partition.name, path: prefix + partition.name, format: nil, inference)
                } catch {
                    problem("'\(prefix)\(partition.name)' cannot be read", place, nil)
                }
            }
        } catch {
            problem("\(error)", place, nil)
        }
    }

    /// A file as it is, or between its row groups if it is Parquet of many rows. What cannot be read fails when it is scored.
    private func parts(
        of bytes: [UInt8], _ digest: Digest, _ name: String, path: String, format: String?, _ inference: BatchInference
    ) -> [InferenceFile] {
        let partition = PartitionedTable.Partition(name: name, format: format.flatMap { TableReader.Format(rawValue: $0) })
        let whole = [InferenceFile(name: name, path: path, data: .artefact(digest))]
        guard partition?.format == .parquet else { return whole }
        do throws(FrameError) {
            guard let parts = RowGroups.parts(try RowGroups.rows(parquet: bytes), limit: inference.shardRows) else { return whole }
            return parts.map { InferenceFile(name: name, path: path, data: .artefact(digest), groups: $0) }
        } catch {
            return whole
        }
    }

    private func unusable(_ dataset: Dataset, _ path: [String], _ problem: (String, [String], String?) -> Void) {
        problem("the data of '\(dataset.name)' are not those that it pins", path, nil)
    }

    /// Puts files and models that some step reads into the store. Data sets' bytes lie there by then.
    func importData(_ inferences: [ResolvedInference], for steps: [Step]) throws {
        var wanted: Set<Digest> = []
        for step in steps { for case .artefact(let digest) in step.inputs.values { wanted.insert(digest) } }
        for each in inferences {
            for (path, digest) in each.sources {
                guard wanted.remove(digest) != nil else { continue }
                if try store.contains(digest) { continue }
                guard let bytes = try merged.file(path), Digest.of(bytes) == digest else { continue }
                _ = try store.put(bytes)
            }
        }
    }

    /// A batch inference passes if every file was scored and no limit passed; a passed limit denies its predictions.
    ///
    /// - Parameter problems: why it cannot run.
    func assessed(
        inference plan: SubjectPlan, _ result: ExecutionResult, problems: [Finding], _ steps: [RecordedStep], _ artefacts: [String: Digest]
    ) throws -> AssessedSubject {
        var (findings, steps) = (problems, steps)
        let resource = merged.catalog.inferences[plan.subject.name]?.resource
        let (limits, data) = (resource?.span(at: ["spec", "limits"]), resource?.span(at: ["spec", "data"]))
        let model = resource?.span(at: ["spec", "model"])
        var alike: [String: Int] = [:]
        for planned in plan.steps {
            guard let failure = result.failures[planned.step.key], failure.code != .upstream else { continue }
            let isHalted = failure.code == .halted
            // What names no shard is of the models: the same of every file, and told once.
            let isOfData = failure.message.hasPrefix("shard '")
            if !isHalted, !isOfData {
                alike[failure.message, default: 0] += 1
                if alike[failure.message] != 1 { continue }
            }
            findings.append(
                Finding(
                    kind: isHalted ? "limitPassed" : "stepFailed", outcome: isHalted ? .deny : .undecided,
                    message: isHalted ? failure.message : "step '\(planned.step.name)' failed: \(failure.message)",
                    location: (isHalted ? limits : isOfData ? data : model).map { FileLocation($0) }))
            // All before the first shard that halts have run, and how many behind it had started by then is a matter of time: they do not count.
            if isHalted {
                let counted = Set(plan.steps.prefix { $0.step.key != planned.step.key }.map(\.step.key))
                steps.removeAll { !counted.contains($0.key) }
                break
            }
        }
        var evidence: [String: Digest] = [:]
        var documents: [[UInt8]] = []
        if let manifest = artefacts["manifest"] {
            let bytes = try document(manifest)
            evidence["inference"] = manifest
            documents.append(bytes)
            let made = try JSONValue(parsing: bytes)
            let unnamed = (made["measures"]?["columns"]?.objectValue ?? [:]).filter { $1["unknownShare"]?["undefined"] != nil }.keys
            if let problem = merged.catalog.inferences[plan.subject.name]?.unknownLimitProblem(
                unnamed.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            {
                findings.append(
                    Finding(
                        kind: "limitWithoutEffect", outcome: .pass, message: problem.message, hint: problem.hint,
                        location: problem.span.map { FileLocation($0) }))
            }
            for finding in made["findings"]?.arrayValue ?? [] {
                findings.append(
                    Finding(
                        kind: "limitPassed", outcome: .pass, message: "\(Self.words(ofPassed: finding)); it is let be, as 'onBreach' says",
                        location: limits.map { FileLocation($0) }))
            }
        }
        return AssessedSubject(
            plan: plan, steps: steps, evidence: evidence, artefacts: artefacts, documents: documents,
            verdict: Verdict(
                subject: plan.subject, outcome: findings.map(\.outcome).reduce(.pass) { $0.combined(with: $1) }, rules: [], findings: findings,
                nextBoundary: nil))
    }

    /// What a manifest says of a limit that was passed, as a step that halts says it.
    private static func words(ofPassed finding: JSONValue) -> String {
        let breach = finding["breach"]
        func text(_ name: String) -> String { breach?[name]?.stringValue ?? "" }
        func number(_ name: String) -> String { breach?[name]?.doubleValue.map { "\(($0 * 10_000).rounded() / 10_000)" } ?? "undefined" }
        let place = finding["shard"]?.stringValue.map { "shard '\($0)'" } ?? "all shards together"
        return "\(place): column '\(text("column"))': \(text("measure")) is \(number("value")), the limit \(number("limit"))"
    }
}
