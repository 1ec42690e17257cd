import ArgumentParser
import Basics
import PolicyPacks
import Reports
import Specs

extension PolicyCommand {
    struct Packs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "packs", abstract: "Which packs of policies ship with this program, with their rules and parameters.",
            discussion: """
                Example: proviso policy packs
                Example: proviso policy packs proviso/fairness@1
                """)

        @Argument(help: "A pack; all if not given.") var pack: String?
        @Option(help: "text or json.") var format = OutputFormat.text

        func run() async throws {
            let packs = PolicyPack.all.filter { pack == nil || $0.reference == pack }.map { PackContents($0) }
            guard !packs.isEmpty else {
                let known = PolicyPack.all.map(\.reference).joined(separator: ", ")
                throw CommandFailure(.invalidInput, "there is no pack '\(pack ?? "")'", hint: "there are: \(known)")
            }
            StandardOutput.line(format == .json ? JSONValue.array(packs.map(json)).prettyText : packs.map(text).joined(separator: "\n\n"))
        }

        private func text(_ contents: PackContents) -> String {
            var lines = ["\(contents.pack.reference)  \(contents.pack.digest)", "  \(contents.spec["description"]?.stringValue ?? "")"]
            for policy in contents.policies {
                for rule in policy.spec["validations"]?.arrayValue ?? [] {
                    let control = rule["control"]?.stringValue ?? ""
                    lines.append("  \(policy.name)/\(rule["name"]?.stringValue ?? "") (\(policy.actions.joined(separator: ", "))): \(control)")
                }
            }
            let parameters = contents.parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.canonicalText)" }
            if !parameters.isEmpty { lines.append("  params: " + parameters.joined(separator: ", ")) }
            return lines.joined(separator: "\n")
        }

        private func json(_ contents: PackContents) -> JSONValue {
            [
                "pack": .string(contents.pack.reference), "digest": .string(contents.pack.digest.description), "about": contents.spec,
                "parameters": .object(contents.parameters), "policies": .array(contents.policies.map(\.json)),
            ]
        }
    }
}
