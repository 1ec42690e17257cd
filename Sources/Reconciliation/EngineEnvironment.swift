public import Basics
import Foundation

/// What a decision was worked out with: the engine, its libraries and the kind of processor. Recorded beside a decision, outside of what is compared
/// when it is asked whether two decisions say the same: a run elsewhere that gives the same bytes is the same run.
public enum EngineEnvironment {
    /// What of a processor may choose between ways of adding numbers up.
    private static let features = ["sse2", "sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512vl", "avx512bw", "avx512_vnni", "asimd", "sve"]

    public static let json: JSONValue = {
        let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        func field(_ names: [String]) -> String? {
            for line in processor.split(separator: "\n") {
                let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                if parts.count == 2, names.contains(parts[0]) { return parts[1] }
            }
            return nil
        }
        let flags = Set((field(["flags", "Features"]) ?? "").split(separator: " ").map { String($0) })
        let libraries = NativeLibraries.versions
        return [
            "engine": .string(Reconciler.engine), "libraries": .object(libraries.mapValues { .string($0) }),
            "processor": .string(field(["model name", "CPU part"]) ?? "unknown"),
            "processorFeatures": .array(features.filter { flags.contains($0) }.map { .string($0) }),
            "architecture": .string(architecture),
        ]
    }()

    private static var architecture: String {
        #if arch(x86_64)
        "x86_64"
        #elseif arch(arm64)
        "arm64"
        #else
        "other"
        #endif
    }

    /// What two environments have not in common, each difference as a sentence.
    public static func differences(_ recorded: JSONValue, _ here: JSONValue) -> [String] {
        func text(_ value: JSONValue?) -> String {
            guard let value else { return "nothing" }
            return value.stringValue ?? value.canonicalText
        }
        var found: [String] = []
        for (name, key) in [
            ("engine", "engine"), ("architecture", "architecture"), ("processor", "processor"), ("processor features", "processorFeatures"),
        ]
        where recorded[key] != here[key] {
            found.append("\(name): \(text(recorded[key])) then, \(text(here[key])) here")
        }
        let libraries = Set((recorded["libraries"]?.objectValue ?? [:]).keys).union((here["libraries"]?.objectValue ?? [:]).keys)
        for library in libraries.sorted() where recorded["libraries"]?[library] != here["libraries"]?[library] {
            found.append("\(library): \(text(recorded["libraries"]?[library])) then, \(text(here["libraries"]?[library])) here")
        }
        return found
    }
}
