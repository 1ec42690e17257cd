import Basics
import LocatedYAML
import OrderedCollections
import Specs

/// One stage of an imported pipeline, as it is written into the spec.
struct DVCStageSpec {
    private(set) var notes: [DVCImport.Note] = []
    private(set) var node = YAMLNode.map([])

    private let form: DVCForm
    private let sources: DVCSources
    private let tree: DVCTree
    private var inputs: OrderedDictionary<DVCSources.Source, YAMLNode> = [:]
    private var inputNames: [DVCSources.Source: String] = [:]
    private var taken: Set<String> = []

    /// What is written by people or by tools that write code: a pin would be in the way of each edit.
    private static let written = ["py", "sh", "r", "R", "jl", "sql", "ipynb", "yaml", "yml", "toml", "cfg", "ini", "md"]

    init(_ form: DVCForm, _ sources: DVCSources, _ tree: DVCTree) {
        self.form = form
        self.sources = sources
        self.tree = tree
        for index in form.dependencies.indices {
            switch sources.sources(index, of: form) {
            case .success(let found)?:
                for source in found { add(source) }
                if found.count > 1 || form.stages.first.map({ tree.kind($0.dependencies[index]) == .folder }) == true, !isMade(found) {
                    note("the files of the folder '\(form.dependencies[index])' are listed one by one: a new one must be added to the pipeline")
                }
            case .failure(let loss)?: note("a dependency is lost: \(loss.message)", isLoss: true)
            case nil: preconditionFailure("a form without common sources is taken apart")
            }
        }
        addParameterFiles()
        addScripts()
        for name in ["DVC_STAGE", "DVC_ROOT"] where form.commands.contains(where: { $0.contains(name) }) {
            note("its command reads \(name), which only DVC sets", isLoss: true)
        }
        write()
    }

    private func isMade(_ found: [DVCSources.Source]) -> Bool { found.allSatisfy { if case .made = $0 { true } else { false } } }

    private mutating func note(_ text: String, isLoss: Bool = false) {
        let note = DVCImport.Note(stage: form.name, text: text, isLoss: isLoss)
        if !notes.contains(note) { notes.append(note) }
    }

    private mutating func add(_ source: DVCSources.Source) {
        guard inputs[source] == nil else { return }
        let place: String
        var members: [(key: String, value: YAMLNode)]
        switch source {
        case .made(let from, let path, let isFolder):
            place = path
            members = [("from", .text(from)), ("as", .text(isFolder ? Self.archive(path) : path))]
        case .file(let path):
            place = path
            members = [("path", .text(path))]
            if let digest = pin(path) { members.append(("digest", .text(digest.description))) }
        case .pointer(let path):
            place = String(path.dropLast(4))
            members = [("dvc", .text(path))]
            if let digest = tree.digest(ofPointer: path) {
                members.append(("digest", .text(digest.description)))
            } else {
                note("the bytes of '\(path)' are not there to be pinned: dvc pull, and import again", isLoss: true)
            }
        }
        let name = DVCSources.name(for: place, &taken)
        inputNames[source] = name
        inputs[source] = .braces(members)
    }

    /// The digest of data that the lock knows, if they are still what it says.
    private mutating func pin(_ path: String) -> Digest? {
        guard let stage = form.stages.first, let md5 = tree.locked[stage.id]?[path], let bytes = tree.bytes(path),
            !Self.written.contains(path.split(separator: ".").last.map { String($0) } ?? "")
        else { return nil }
        guard LegacyDigest.md5(bytes) == md5 else {
            note("'\(path)' is no longer what dvc.lock has, and is not pinned")
            return nil
        }
        return Digest.of(bytes)
    }

    private mutating func addParameterFiles() {
        guard let first = form.stages.first else { return }
        for (parameters, file) in zip(first.parameters, form.parameterFiles) {
            switch sources.sources(of: parameters.file, for: first) {
            case .success(let found): for source in found { add(source.escaped) }
            case .failure(let loss): note("a parameter file is lost: \(loss.message)", isLoss: true)
            }
            if !parameters.names.isEmpty {
                note("runs anew when anything in '\(file)' changes, where DVC looks at \(parameters.names.joined(separator: ", ")) only")
            }
        }
    }

    /// A program that DVC found in the work tree without having been told of it.
    private mutating func addScripts() {
        let known = Set(
            form.stages.flatMap { $0.dependencies + $0.outputs.map(\.path) }
                + inputs.keys.compactMap { if case .file(let path) = $0 { path } else { nil } })
        guard let first = form.stages.first else { return }
        for word in first.commands.joined(separator: " ").split(whereSeparator: { " \t\n;&|'\"()<>=".contains($0) }) {
            let path = DVCFile.joined(first.folder, String(word))
            guard !path.hasPrefix(".."), !path.hasPrefix("/"), tree.kind(path) == .file, !known.contains(path),
                !known.contains(where: { path.hasPrefix($0 + "/") }), case .success(let found) = sources.sources(of: path, for: first),
                !isMade(found),
                form.stages.allSatisfy({ $0.commands.joined(separator: " ").contains(word) })
            else { continue }
            add(.file(DVCForm.escaped(path)))
            note("'\(path)' stands in its command and not among its dependencies: it is an input here")
        }
    }

    /// Where a folder lies that goes from stage to stage as one file.
    private static func archive(_ folder: String) -> String { folder + ".tar" }

    private mutating func write() {
        var members: [(key: String, value: YAMLNode)] = [("name", .text(form.name))]
        if let description = form.entry.description, !description.isEmpty { members.append(("description", .text(description))) }
        if form.isMatrix, let matrix = form.entry.matrix {
            members.append(("matrix", .map(matrix.map { ($0.name, .row($0.values.map(DVCImport.node))) })))
        }
        var run: [(key: String, value: YAMLNode)] = [("command", .row(command.map { .text($0) }))]
        if command.contains(where: { $0.contains("\n") }) { run[0].value = .list(command.map { .text($0) }) }
        if !inputs.isEmpty { run.append(("inputs", .map(inputs.map { (inputNames[$0.key] ?? "", $0.value) }))) }
        let names = sources.outputNames[sources.forms.firstIndex { $0.name == form.name } ?? 0]
        let outputs = form.outputs.indices.map { index in
            (key: names[index], value: YAMLNode.text(sources.isFolder(index, of: form) ? Self.archive(form.outputs[index]) : form.outputs[index]))
        }
        if !outputs.isEmpty { run.append(("outputs", .map(outputs))) }
        if form.commands.contains(where: { $0.contains("python") }) {
            // What Python would leave beside the scripts is no output.
            run.append(("environment", .braces([("PYTHONDONTWRITEBYTECODE", .text("1"))])))
        }
        members.append(("run", .map(run)))
        node = .map(members)
        noteOutputs()
    }

    private mutating func noteOutputs() {
        for output in form.stages.first?.outputs ?? [] where output.persists {
            note("'\(output.path)' persists in DVC; here every run begins with an empty folder")
        }
        for output in form.stages.flatMap(\.outputs) where output.path.contains("://") || output.path.hasPrefix("/") || output.path.hasPrefix("..") {
            note("the output '\(output.path)' lies outside of the repository", isLoss: true)
        }
        let folders = form.outputs.indices.filter { sources.isFolder($0, of: form) }.map { "'\(form.outputs[$0])'" }
        if !folders.isEmpty { note("the folder \(folders.joined(separator: ", ")) is kept as a tar archive: an output is a file") }
    }

    // MARK: - Commands

    private var command: [String] {
        let unpacked = inputs.keys.compactMap { source -> String? in if case .made(_, let place, true) = source { place } else { nil } }
        let packed = form.outputs.indices.filter { sources.isFolder($0, of: form) }.map { form.outputs[$0] }
        if unpacked.isEmpty, packed.isEmpty, form.folder.isEmpty, form.commands.count == 1, let only = form.commands.first,
            let words = Self.words(only), form.stages.allSatisfy({ Self.words($0.commands.first ?? "")?.count == words.count })
        {
            return words
        }
        var lines: [String] = []
        for folder in unpacked {
            lines.append("mkdir -p \(Self.quoted(folder)) && tar -xf \(Self.quoted(Self.archive(folder))) -C \(Self.quoted(folder))")
        }
        // DVC makes the folders that outputs lie in.
        for output in packed { if let slash = output.lastIndex(of: "/") { lines.append("mkdir -p \(Self.quoted(String(output[..<slash])))") } }
        if !form.folder.isEmpty { lines.append("mkdir -p \(Self.quoted(form.folder))") }
        let into = form.folder.isEmpty ? "" : "cd \(Self.quoted(form.folder)) && "
        // Each in a shell of its own, as DVC has it.
        lines += form.commands.map { $0.contains("\n") || !into.isEmpty || form.commands.count > 1 ? "(\(into)\($0)\n)" : $0 }
        for folder in packed {
            // The same bytes whenever the same files are packed: names in order, no times, no owners.
            lines.append(
                "tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --format=gnu -cf \(Self.quoted(Self.archive(folder))) -C \(Self.quoted(folder)) ."
            )
        }
        let gone = (unpacked + packed).map(Self.quoted)
        if !gone.isEmpty { lines.append("rm -rf \(gone.joined(separator: " "))") }
        return ["bash", "-c", (lines.count > 1 ? ["set -e"] + lines : lines).joined(separator: "\n")]
    }

    /// The words of a command that needs no shell.
    private static func words(_ command: String) -> [String]? {
        let words = command.split(separator: " ").map { String($0) }
        guard let first = words.first, !first.contains("="), words.allSatisfy({ ShellText.isPlain(bare($0)) }) else { return nil }
        return words
    }

    private static func quoted(_ path: String) -> String { ShellText.isPlain(bare(path)) ? path : ShellText.quoted(path) }

    /// Without placeholders, whose values are looked at when the instances are compared.
    private static func bare(_ text: String) -> String { text.replacing(#/\$\{(matrix|parameters)\.[A-Za-z0-9_.-]+\}/#, with: "x") }
}
