import Basics
import Diagnostics

/// What Linux gives no program.
extension PipelineChecks {
    /// The longest word (`MAX_ARG_STRLEN`), and "name=value" of its environment.
    private static let longestWord = 131_071
    /// Of all words together: a quarter of the usual 8 MiB of stack, without what pointers and the sandbox's own words take.
    private static let allWords = 1_800_000

    mutating func checkWords(_ stage: Pipeline.Stage, _ resource: Resource) {
        let path = stage.path + ["run"]
        let remedy = "put it into a file that is an input, or into 'parameters'"
        let command = (stage.body["command"]?.arrayValue ?? []).map { $0.stringValue ?? "" }
        let environment = (stage.body["environment"]?.objectValue ?? [:]).map { ($0.key, $0.value.stringValue ?? "") }.sorted { $0.0 < $1.0 }
        if command.first?.isEmpty == true {
            report(.invalidValue, "the program has no name", resource, path + ["command", "0"], hint: "the first word is the program")
        }
        for (index, word) in command.enumerated() {
            let place = path + ["command", String(index)]
            if word.utf8.count > Self.longestWord {
                report(
                    .invalidValue, "an argument of more than \(Self.longestWord) bytes, which no program can be given", resource, place, hint: remedy)
            }
            if word.utf8.contains(0) {
                report(.invalidValue, "an argument with a zero byte, which ends words", resource, place, hint: remedy)
            }
        }
        for (name, value) in environment {
            let place = path + ["environment", name]
            if name.utf8.count + 1 + value.utf8.count > Self.longestWord {
                report(
                    .invalidValue, "a variable of more than \(Self.longestWord) bytes, which no program can be given", resource, place, hint: remedy)
            }
            if name.isEmpty || name.contains("=") || (name + value).utf8.contains(0) {
                report(
                    .invalidValue, "no variable can have the name '\(name)' and that value", resource, place,
                    hint: "a name has no '=', and neither name nor value a zero byte")
            }
        }
        let all = command.map(\.utf8.count).reduce(0, +) + environment.map { $0.0.utf8.count + $0.1.utf8.count }.reduce(0, +)
        if all > Self.allWords {
            report(
                .invalidValue, "arguments and variables of \(all) bytes together, and \(Self.allWords) are the most", resource, path + ["command"],
                hint: remedy)
        }
        for (name, value) in (stage.body["outputs"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key })
        where value.stringValue?.split(separator: "/").contains(where: { $0.utf8.count > 255 }) ?? false {
            report(
                .invalidValue, "the output '\(name)' is a file whose name has more than 255 bytes, which file systems have not", resource,
                path + ["outputs", name], hint: "give it a shorter name")
        }
    }
}
