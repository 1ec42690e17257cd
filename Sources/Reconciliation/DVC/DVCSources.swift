import Basics
import OrderedCollections
import Specs

/// Finds out what each dependency of each stage is in a pipeline of ours: what another stage makes, a file of the repository, or what a pointer names.
struct DVCSources {
    /// One input of a program.
    enum Source: Hashable {
        /// An output of another stage; a folder comes as an archive.
        case made(from: String, place: String, isFolder: Bool)
        case file(String)
        case pointer(String)
    }

    /// What makes a path.
    private struct Maker {
        let form: Int
        let stage: DVCFile.Stage
        /// The output's place in the stage's list.
        let output: Int
        let path: String
        let isFolder: Bool
    }

    let forms: [DVCForm]
    let tree: DVCTree
    /// By form, the names of its outputs.
    let outputNames: [[String]]
    private let makers: OrderedDictionary<String, Maker>

    init(_ forms: [DVCForm], _ tree: DVCTree) {
        self.forms = forms
        self.tree = tree
        outputNames = forms.map { form in
            var taken: Set<String> = ["log"]
            return form.outputs.map { Self.name(for: $0, &taken) }
        }
        var makers: OrderedDictionary<String, Maker> = [:]
        let needed = Set(forms.flatMap { $0.stages.flatMap(\.dependencies) })
        for (index, form) in forms.enumerated() {
            for stage in form.stages {
                for (place, output) in stage.outputs.enumerated() {
                    // What others read below it can only lie in a folder.
                    let isFolder = tree.isFolder(output.path, of: stage.id) || needed.contains { $0.hasPrefix(output.path + "/") }
                    makers[output.path] = Maker(form: index, stage: stage, output: place, path: output.path, isFolder: isFolder)
                }
            }
        }
        self.makers = makers
    }

    /// A name for a path that none of its neighbours has.
    static func name(for path: String, _ taken: inout Set<String>) -> String {
        let bare = path.replacing(#/\$?\$\{[^}]*\}/#, with: "")
        let file = bare.split(separator: "/").last.map { String($0) } ?? ""
        let stem = file.lastIndex(of: ".").map { $0 == file.startIndex ? file : String(file[..<$0]) } ?? file
        let candidates = [SpecNames.slug(stem), SpecNames.slug(file), SpecNames.slug(bare)].filter { $0 != "stage" || stem == "stage" }
        var name = candidates.first { !taken.contains($0) } ?? candidates.first ?? "file"
        var number = 2
        while taken.contains(name) {
            name = "\(candidates.first ?? "file")-\(number)"
            number += 1
        }
        taken.insert(name)
        return name
    }

    func isFolder(_ output: Int, of form: DVCForm) -> Bool {
        form.stages.first.flatMap { makers[$0.outputs[output].path]?.isFolder } ?? false
    }

    /// Why there is no source for a path.
    struct Loss: Error {
        let message: String
    }

    /// What one stage reads at a path.
    func sources(of path: String, for stage: DVCFile.Stage) -> Result<[Source], Loss> {
        if path.contains("://") { return .failure(Loss(message: "'\(path)' is an address: commit its bytes, or follow them with dvc import-url")) }
        if path.hasPrefix("/") || path.hasPrefix("..") { return .failure(Loss(message: "'\(path)' lies outside of the repository")) }
        if let maker = maker(of: path) { return .success([made(maker, id: forms[maker.form].id(of: maker.stage))]) }
        if let pointer = tree.pointer(path) {
            if let bytes = tree.bytes(pointer),
                case .failure(let problem) = Result(catching: { () throws(DVCPointer.Problem) in try DVCPointer(bytes, path: pointer) })
            {
                return .failure(Loss(message: "\(problem.message): follow each of its files by itself, and a stage can read them"))
            }
            return .success([.pointer(pointer)])
        }
        if let above = tree.pointerAbove(path) {
            return .failure(
                Loss(message: "'\(path)' lies in a folder that '\(above)' follows as a whole: follow the file by itself (dvc add \(path))"))
        }
        switch tree.kind(path) {
        case .file: return .success([.file(path)])
        case .folder:
            let inside = makers.values.filter { $0.path.hasPrefix(path + "/") }
            let others = inside.filter { $0.stage != stage }.map { made($0, id: forms[$0.form].id(of: $0.stage)) }
            let files = tree.files(in: path).filter { maker(of: $0) == nil }.map { Source.file($0) }
            if others.isEmpty, files.isEmpty { return .failure(Loss(message: "the folder '\(path)' has no files")) }
            return .success(others + files)
        case nil:
            let inside = makers.values.filter { $0.path.hasPrefix(path + "/") && $0.stage != stage }
            if !inside.isEmpty { return .success(inside.map { made($0, id: forms[$0.form].id(of: $0.stage)) }) }
            return .failure(Loss(message: "there is no '\(path)': get it (dvc pull), or mend the path, and import again"))
        }
    }

    private func maker(of path: String) -> Maker? {
        if let exact = makers[path] { return exact }
        var folder = path[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            if let maker = makers[String(folder)] { return maker }
        }
        return nil
    }

    private func made(_ maker: Maker, id: String) -> Source {
        .made(from: "\(id).\(outputNames[maker.form][maker.output])", place: maker.path, isFolder: maker.isFolder)
    }

    /// The identifier of the producer's instance as a template of the form's own variables: for each of the producer's, one of ours that has its value
    /// in every instance.
    private func idTemplate(of producer: DVCForm, _ output: Int, for form: DVCForm, _ index: Int) -> String? {
        func text(_ values: [String: JSONValue], _ name: String) -> String? { values[name].map { $0.stringValue ?? $0.canonicalText } }
        let pairs = form.stages.compactMap { stage in
            maker(of: stage.dependencies[index]).map { (own: DVCForm.matrix(of: stage), made: DVCForm.matrix(of: $0.stage)) }
        }
        guard pairs.count == form.stages.count, let first = pairs.first else { return nil }
        var parts: [String] = []
        for variable in first.made.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let same = first.own.keys.sorted { ($0 != variable ? 1 : 0, $0) < ($1 != variable ? 1 : 0, $1) }.first { own in
                pairs.allSatisfy { text($0.own, own) == text($0.made, variable) }
            }
            guard let same else { return nil }
            parts.append("${matrix.\(same)}")
        }
        return producer.name + "@" + parts.joined(separator: "-")
    }

    /// The sources of one dependency of a form, as templates; nil if its instances have no common form.
    func sources(_ index: Int, of form: DVCForm) -> Result<[Source], Loss>? {
        let each = form.stages.map { sources(of: $0.dependencies[index], for: $0) }
        guard let first = form.stages.first, let found = each.first else { return nil }
        if !form.isMatrix { return found.map { $0.map(\.escaped) } }
        for case .failure(let loss) in each { return .failure(loss) }
        let all = each.compactMap { try? $0.get() }  // There are no failures by here.
        if Set(all).count == 1, let same = all.first { return .success(same.map(\.escaped)) }
        let template = form.dependencies[index]
        guard all.allSatisfy({ $0.count == 1 }), let source = all.first?.first else { return nil }
        let candidate: Source
        switch source {
        // Each instance would have a digest of its own.
        case .pointer: return nil
        case .file: candidate = .file(template)
        case .made(_, _, let isFolder):
            guard let maker = maker(of: first.dependencies[index]), !isFolder || template == form.dependencies[index] else { return nil }
            let producer = forms[maker.form]
            guard producer.isMatrix, let id = idTemplate(of: producer, maker.output, for: form, index) else { return nil }
            let place = isFolder ? producer.outputs[maker.output] : template
            candidate = .made(from: "\(id).\(outputNames[maker.form][maker.output])", place: place, isFolder: isFolder)
        }
        for (stage, sources) in zip(form.stages, all) where candidate.filled(DVCForm.matrix(of: stage), form.parameters) != sources.first {
            return nil
        }
        return .success([candidate])
    }
}

extension DVCSources.Source {
    /// What it is for one instance of a matrix.
    func filled(_ matrix: [String: JSONValue], _ parameters: [String: JSONValue]) -> Self {
        let values = Placeholders(values: ["matrix": matrix, "parameters": parameters])
        func text(_ template: String) -> String {
            let value = values.resolve(.string(template))
            return value.stringValue ?? value.canonicalText
        }
        return mapped(text)
    }

    var escaped: Self { mapped(DVCForm.escaped) }

    private func mapped(_ body: (String) -> String) -> Self {
        switch self {
        case .made(let from, let place, let isFolder): .made(from: body(from), place: body(place), isFolder: isFolder)
        case .file(let path): .file(body(path))
        case .pointer(let path): .pointer(body(path))
        }
    }
}
