import Basics
import Diagnostics
import Git
import Specs

/// Files that Model specs pin: ready models, teachers, and what programs that train are given.
extension DataFiles {
    /// What is wrong with them.
    func problems(_ models: some Sequence<Model>) throws(GitError) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for model in models {
            for file in model.pinnedFiles {
                if let problem = ModelFiles.problem(model, file, actual: try digest(ofFile: file.path)) { problems.append(problem) }
            }
        }
        return problems
    }
}

enum ModelFiles {
    static func problem(_ model: Model, _ file: (path: String, digest: Digest, place: [String]), actual: Digest?) -> Diagnostic? {
        let isNamed = file.place.last == "files"
        guard let actual else {
            let place = ["spec"] + file.place + [isNamed ? file.path : "path"]
            return Diagnostic(
                .dataMissing, "there is no file '\(file.path)' in the repository", at: model.resource.span(at: place),
                hint: "add and commit it, or mend the path")
        }
        guard actual != file.digest else { return nil }
        return Diagnostic(
            .dataDigestMismatch, "'\(file.path)' is not what the model '\(model.name)' pins: it is \(actual)",
            at: model.resource.span(at: ["spec"] + file.place + [isNamed ? file.path : "digest"]), hint: "if the new file is meant, write \(actual)")
    }
}
