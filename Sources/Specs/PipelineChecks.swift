import Basics
import Diagnostics
import OrderedCollections

/// What is wrong with pipelines, feature views and what data sets and models say of them, once all resources are known.
struct PipelineChecks {
    private let catalog: Catalog
    private let graph: PipelineGraph
    var diagnostics: [Diagnostic] = []

    private init(_ catalog: Catalog) {
        self.catalog = catalog
        graph = catalog.graph
    }

    init(catalog: Catalog) {
        self.init(catalog)
        diagnostics = catalog.pipelines.values.elements.concurrentMap { pipeline in
            var checks = PipelineChecks(catalog)
            checks.checkShape(pipeline)
            if let instances = catalog.graph.instances[pipeline.name] {
                checks.check(instances)
                checks.checkPlaces(instances, catalog)
            }
            checks.check(pipeline.retrain, of: pipeline.resource)
            return checks.diagnostics
        }.flatMap { $0 }
        for dataset in catalog.datasets.values { check(dataset) }
        for view in catalog.featureViews.values { check(view) }
        for model in catalog.models.values { check(model) }
        checkCycles()
    }

    mutating func report(
        _ code: DiagnosticCode, _ message: String, _ resource: Resource, _ path: [String], notes: [Diagnostic.Note] = [], hint: String? = nil
    ) {
        diagnostics.append(Diagnostic(code, message, at: resource.span(at: path), notes: notes, hint: hint))
    }

    private mutating func checkShape(_ pipeline: Pipeline) {
        let works = Pipeline.Work.allCases.map(\.rawValue)
        var first: [String: Int] = [:]
        for (index, spec) in (pipeline.spec["stages"]?.arrayValue ?? []).enumerated() {
            let path = ["spec", "stages", String(index)]
            let name = spec["name"]?.stringValue ?? ""
            let given = works.filter { spec[$0] != nil }
            if given.isEmpty {
                report(
                    .missingField, "the stage '\(name)' does not say what it does", pipeline.resource, path + ["name"],
                    hint: "give it one of \(works.joined(separator: ", "))")
            } else if given.count > 1 {
                report(
                    .conflictingFields, "the stage '\(name)' does two things: '\(given[0])' and '\(given[1])'", pipeline.resource, path + [given[1]],
                    hint: "make two stages of it")
            }
            if let before = first[name] {
                report(
                    .duplicateOutput, "two stages are named '\(name)', so that both make the same outputs", pipeline.resource, path + ["name"],
                    notes: [.init("the first is here", at: pipeline.resource.span(at: ["spec", "stages", String(before), "name"]))],
                    hint: "give it another name")
            } else {
                first[name] = index
            }
        }
    }

    private mutating func check(_ instances: StageInstances) {
        let resource = instances.pipeline.resource
        for stage in instances.pipeline.stages {
            for variable in stage.matrix where variable.values.isEmpty {
                report(
                    .invalidValue, "the matrix variable '\(variable.name)' has no values, so that the stage '\(stage.name)' never runs", resource,
                    stage.path + ["matrix", variable.name], hint: "list its values, as \(variable.name): [a, b]")
            }
            for variable in stage.matrix {
                for (index, value) in variable.values.enumerated() where value.stringValue?.hasControls ?? false {
                    report(
                        .invalidValue, "a value of the matrix variable '\(variable.name)' has a control character, which no name may have", resource,
                        stage.path + ["matrix", variable.name, String(index)],
                        hint: "name a value plainly, and derive the text from it in the program")
                }
            }
            if stage.spec["matrix"] != nil, stage.matrix.isEmpty {
                report(
                    .invalidValue, "the matrix of the stage '\(stage.name)' has no variables", resource, stage.path + ["matrix"], hint: "leave it out"
                )
            }
            if stage.work == .run { checkProgram(stage, resource) }
            if stage.work == .split { checkSplit(stage, resource) }
        }
        for (placeholder, stage) in instances.unknown {
            let known = stage.matrix.map { "matrix.\($0.name)" } + instances.pipeline.parameters.keys.sorted().map { "parameters.\($0)" }
            report(
                .unknownPlaceholder, "there is no '\(placeholder.name)' to put in the place of '${\(placeholder.name)}'", resource, placeholder.path,
                hint: NameSuggestion.nearest(to: placeholder.name, among: known).map { "did you mean '\($0)'?" }
                    ?? "for a '${' that stays write '$${'" + (known.isEmpty ? "" : "; there are: \(known.joined(separator: ", "))"))
        }
        for collision in instances.collisions where collision.id.contains("@") {
            report(
                .duplicateOutput, "the matrix of the stage '\(collision.stage.name)' gives two instances named '\(collision.id)'", resource,
                collision.stage.path + ["matrix"], hint: "list each value once")
        }
        var reported: Set<[String]> = []
        for instance in instances.instances.values {
            for (path, text) in instance.references { check(text, at: path, of: instance, in: instances, &reported) }
            let node = PipelineGraph.Node(pipeline: instances.pipeline.name, instance: instance.id)
            if let own = graph.datasets(of: instance).first(where: { graph.maker(of: $0) == node }), reported.insert(instance.stage.path).inserted {
                report(
                    .referenceCycle, "the stage '\(instance.id)' reads the data set '\(own)', which it makes itself", resource,
                    instance.stage.path + ["name"], hint: "read what the data set is made of")
            }
        }
    }

    private mutating func check(
        _ text: String, at path: [String], of instance: StageInstance, in instances: StageInstances, _ reported: inout Set<[String]>
    ) {
        let resource = instances.pipeline.resource
        guard let reference = instances.resolve(text) else {
            // What a placeholder without a value would have stood for is not known.
            guard !text.containsBytes(of: "${"), reported.insert(path + [text]).inserted else { return }
            let candidates = instances.candidates(for: text)
            let stage = text.split(separator: ".").first.map { String($0) } ?? text
            let isStage = instances.outputs[stage] != nil && text != stage
            report(
                .danglingReference,
                isStage ? "the stage '\(stage)' makes no '\(text.dropFirst(stage.count + 1))'" : "there is no stage '\(stage)'", resource, path,
                hint: SpecDecoder.suggestion(for: text, among: candidates) ?? "there are: \(candidates.prefix(20).joined(separator: ", "))")
            return
        }
        if let outputs = instances.unsaid(text) {
            guard reported.insert(path).inserted else { return }
            report(
                .danglingReference, "the stage '\(text)' makes several things, and it is not said which is meant", resource, path,
                hint: "there are: \(outputs.joined(separator: ", "))")
            return
        }
        switch reference {
        case .output(let id, let name):
            if id == instance.id {
                if reported.insert(path).inserted {
                    report(
                        .referenceCycle, "the stage '\(instance.id)' reads what it makes itself", resource, path,
                        hint: "name the stage whose output it needs")
                }
                return
            }
            guard let source = instances.instances[id] else { return }
            if let problem = misfit(name, of: source, for: instance.stage.work, field: path.last ?? ""), reported.insert(path).inserted {
                report(.wrongType, problem.message, resource, path, hint: problem.hint)
            }
        case .all(let stage, let name):
            guard instance.stage.work != .run, reported.insert(path).inserted else { return }
            let ids = instances.matrices[stage] ?? []
            report(
                .wrongType, "'\(text)' stands for all \(ids.count) instances of '\(stage)', and '\(instance.stage.work.rawValue)' reads one table",
                resource,
                path, hint: "name an instance: \(ids.prefix(3).map { "\($0).\(name)" }.joined(separator: ", "))")
        }
    }

    private func misfit(_ output: String, of source: StageInstance, for work: Pipeline.Work, field: String) -> (message: String, hint: String)? {
        if work == .run { return nil }
        let wantsModel = field == "model"
        let isModel = source.stage.work == .train
        if wantsModel != isModel {
            return wantsModel
                ? ("'\(source.id)' trains no model", "name a stage with 'train'")
                : ("'\(source.id)' makes a model, not a table", "name a stage that makes a table")
        }
        if wantsModel || source.stage.makesTables { return nil }
        let path = source.body["outputs"]?[output]?.stringValue ?? output
        if source.stage.work == .run, path.hasSuffix(".parquet") || path.hasSuffix(".csv") { return nil }
        return ("'\(source.id).\(output)' is no table", "built-in stages read tables, and files of programs whose names end in .parquet or .csv")
    }

    private mutating func checkSplit(_ stage: Pipeline.Stage, _ resource: Resource) {
        let path = stage.path + ["split"]
        diagnostics += SplitChecks.diagnostics(stage.body) { resource.span(at: path + $0) }
    }

    private mutating func checkProgram(_ stage: Pipeline.Stage, _ resource: Resource) {
        let path = stage.path + ["run"]
        checkWords(stage, resource)
        for (name, input) in (stage.body["inputs"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            let sources = ["from", "dataset", "path", "dvc"].filter { input[$0] != nil }
            let place = path + ["inputs", name]
            if sources.isEmpty {
                report(.missingField, "the input '\(name)' does not say what it is", resource, place, hint: "give it one of from, dataset, path, dvc")
            } else if sources.count > 1 {
                report(
                    .conflictingFields, "'\(sources[0])' and '\(sources[1])' exclude each other", resource, place + [sources[1]],
                    hint: "keep one of them")
            }
            if input["dvc"] != nil, input["digest"] == nil {
                report(
                    .missingField, "the input '\(name)' pins no digest", resource, place + ["dvc"],
                    hint: "MD5 is no proof of what bytes are: write digest: sha256:…")
            }
        }
        let outputs = stage.body["outputs"]?.objectValue ?? [:]
        var paths: [(name: String, path: String)] = []
        for (name, value) in outputs.sorted(by: { $0.key < $1.key }) {
            let text = value.stringValue ?? ""
            if name == "log" || !SpecStrings.isStageName(name) {
                report(
                    .invalidValue,
                    name == "log" ? "'log' is what a program writes to its standard output and error" : "'\(name)' is not a name of an output",
                    resource, path + ["outputs", name], hint: "letters, digits, '-' and '_', and not 'log'")
            }
            if let other = paths.first(where: { $0.path == text || text.hasPrefix($0.path + "/") || $0.path.hasPrefix(text + "/") }) {
                report(
                    .duplicateOutput, "the outputs '\(other.name)' and '\(name)' are one file, or one lies in the other", resource,
                    path + ["outputs", name], notes: [.init("the first is here", at: resource.span(at: path + ["outputs", other.name]))],
                    hint: "give each a file of its own")
            }
            paths.append((name, text))
        }
    }
}

// MARK: - Other kinds

extension PipelineChecks {
    private mutating func check(_ dataset: Dataset) {
        let resource = dataset.resource
        let source = dataset.spec["source"] ?? .null
        let given = ["path", "dvc", "pipeline"].filter { source[$0] != nil }
        guard given.count == 1 else {
            report(
                given.isEmpty ? .missingField : .conflictingFields,
                given.isEmpty ? "'source' does not say where the bytes are" : "'\(given[0])' and '\(given[1])' exclude each other", resource,
                ["spec", "source"] + given.dropFirst().prefix(1), hint: "give it one of path, dvc, pipeline")
            return
        }
        guard case .pipeline(let name, let output) = dataset.source else { return }
        if output.isEmpty {
            report(
                .missingField, "'source' lacks the field 'output'", resource, ["spec", "source", "pipeline"], hint: "name a stage of the pipeline")
        } else if let instances = graph.instances[name] {
            switch instances.resolve(output) {
            case .output:
                guard let outputs = instances.unsaid(output) else { break }
                report(
                    .danglingReference, "the stage '\(output)' makes several things, and it is not said which is meant", resource,
                    ["spec", "source", "output"], hint: "there are: \(outputs.joined(separator: ", "))")
            case .all(let stage, _):
                let ids = instances.matrices[stage] ?? []
                report(
                    .wrongType, "'\(output)' stands for all \(ids.count) instances of a stage", resource, ["spec", "source", "output"],
                    hint: "name one: \(ids.prefix(3).joined(separator: ", "))")
            case nil:
                let candidates = instances.candidates(for: output)
                report(
                    .danglingReference, "the pipeline '\(name)' makes no '\(output)'", resource, ["spec", "source", "output"],
                    hint: SpecDecoder.suggestion(for: output, among: candidates) ?? "there are: \(candidates.prefix(20).joined(separator: ", "))")
            }
        }
        if dataset.pinned != nil {
            report(
                .conflictingFields, "a data set that a pipeline makes cannot be pinned", resource, ["spec", "digest"],
                hint: "leave 'digest' out: what the pipeline reads is pinned")
        }
    }

    private mutating func check(_ view: FeatureView) {
        guard let dataset = catalog.datasets[view.datasetName] else { return }
        let resource = view.resource
        let names = dataset.columns.filter { $0.role != "ignored" }.map(\.name)
        var used = view.entities.enumerated().map { (["entities", String($0)], $1) } + [(["eventTime"], view.eventTime)]
        used += view.knownAt.map { [(["knownAt"], $0)] } ?? []
        used += view.features.enumerated().map { (["features", String($0)], $1) }
        for (path, name) in used where !names.contains(name) {
            report(
                .danglingReference, "the data set '\(dataset.name)' declares no column '\(name)'", resource, ["spec"] + path,
                hint: SpecDecoder.suggestion(for: name, among: names) ?? "there are: \(names.joined(separator: ", "))")
        }
        for (path, name) in used where path[0].hasSuffix("Time") || path[0] == "knownAt" {
            guard let column = dataset.columns.first(where: { $0.name == name }), !["timestamp", "integer"].contains(column.type) else { continue }
            report(
                .wrongType, "'\(name)' is a \(column.type) column, and no time", resource, ["spec"] + path,
                notes: [.init("declared here", at: dataset.resource.span(at: ["spec", "columns"]))],
                hint: "times are timestamps, or whole numbers of seconds")
        }
    }

    private mutating func check(_ model: Model) {
        check(model.retrain, of: model.resource)
        guard let retrain = model.retrain, !retrain.triggers.contains(.data), let dataset = catalog.datasets[model.datasetName] else { return }
        if let way = ["random", "stratified", "grouped"].first(where: { dataset.spec["split"]?[$0] != nil }) {
            report(
                .conflictingFields, "a \(way) split deals all rows anew when the data change, so that rows that were trained on would test the model",
                model.resource, ["spec", "retrain", "on"],
                notes: [.init("the split is here", at: dataset.resource.span(at: ["spec", "split"]))],
                hint: "split by a column, or train on every change of data")
        }
    }

    private mutating func check(_ retrain: Retraining?, of resource: Resource) {
        guard let retrain else { return }
        if retrain.triggers.contains(.age), retrain.maximumAgeDays == nil {
            report(.missingField, "'retrain' by age lacks 'maximumAgeDays'", resource, ["spec", "retrain", "on"], hint: "write maximumAgeDays: 30")
        }
    }

    private mutating func checkCycles() {
        for cycle in graph.cycles {
            guard let first = cycle.first, let pipeline = catalog.pipelines[first.pipeline],
                let instance = graph.instances[first.pipeline]?.instances[first.instance]
            else { continue }
            let spansPipelines = Set(cycle.map(\.pipeline)).count > 1
            let names = (cycle + [first]).map { spansPipelines ? "\($0.pipeline)/\($0.instance)" : $0.instance }
            report(
                .referenceCycle, "these stages wait for each other: \(names.joined(separator: " → "))", pipeline.resource,
                instance.stage.path + ["name"],
                hint: "each stage may read only what stages before it make")
        }
    }
}
