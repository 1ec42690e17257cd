// swift-tools-version: 6.2
import PackageDescription

// Floors and arrows: Docs/Architecture.md. A test compares its table with the edges declared here.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let nativeLibraries = "\(Context.packageDirectory)/.deps/lib"
let runtimePaths: [LinkerSetting] = [
    .unsafeFlags([
        "-L\(nativeLibraries)",
        "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../../../.deps/lib",
        "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/proviso",
    ])
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, exclude: exclude,
        swiftSettings: strict, linkerSettings: runtimePaths)
}

let package = Package(
    name: "proviso",
    products: [
        .executable(name: "proviso", targets: ["proviso"]),
        // Opened by CArrow when a table is first read or written.
        .library(name: "ProvisoArrow", type: .dynamic, targets: ["ArrowBridge"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // Floor 0: C interop only.
        .systemLibrary(name: "CLibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "CProcess"),
        .systemLibrary(name: "CLAPACK", providers: [.apt(["libblis-serial-dev", "liblapack-dev"])]),
        .target(name: "CXGBoost"),
        .target(name: "COnnxRuntime"),
        .target(name: "CArrow"),
        // Pure C++: it starts no Swift of its own, and needs none on the machine that it is installed on.
        .target(
            name: "ArrowBridge", publicHeadersPath: ".",
            cxxSettings: [.headerSearchPath("../../.deps/include"), .headerSearchPath("../CArrow/include")],
            linkerSettings: runtimePaths + [
                .linkedLibrary("parquet"), .linkedLibrary("arrow"), .unsafeFlags(["-nostartfiles", "-static-stdlib", "-Xlinker", "-Bsymbolic"]),
            ]),

        // Floor 1
        library("Basics", [crypto]),
        library("Diagnostics"),

        // Floor 2
        library("LocatedYAML", ["Diagnostics", "CLibYAML"]),
        library("CEL", ["Diagnostics"]),
        library("Frames", ["Basics", "Diagnostics", "CArrow"]),
        library("Statistics", ["Basics"]),
        library("Signatures", ["Basics", "Diagnostics", crypto]),
        library("Storage", ["Basics", grdb]),
        library("Sandbox", ["Basics", "CProcess"]),
        library("Git", ["Basics", "CLibgit2"]),

        // Floor 3
        library("PolicyPacks", ["Basics"]),
        library("Specs", ["PolicyPacks", "LocatedYAML", "Basics", "Diagnostics", collections]),
        library("Attestations", ["Basics"]),
        library("Metrics", ["Basics", "Frames", "Statistics"]),
        library("Models", ["Basics", "Frames", "CXGBoost", "COnnxRuntime"]),

        // Floor 4
        library("Training", ["Basics", "Frames", "Statistics", "Models", "Metrics", "CLAPACK"]),
        library("Explanations", ["Basics", "Models", "Statistics"]),
        library("Policies", ["Specs", "CEL", "LocatedYAML", "Attestations", "Signatures", "Basics", "Diagnostics"]),
        library("Planning", ["Specs", "CEL", "LocatedYAML", "Attestations", "Basics", "Diagnostics", collections]),

        // Floor 5
        library("Execution", ["Planning", "Storage", "Sandbox", "Attestations", "Basics", logging]),
        library("Ledger", ["Attestations", "Signatures", "Storage", "Git", "Basics"]),
        library("Inference", ["Models", "Training", "Explanations", "Metrics", "Frames", "Storage", "Basics"]),
        library("Reports", ["Attestations", "Policies", "Planning", "Basics", "Diagnostics"]),
        library("Measuring", ["Reports", "Training", "Metrics", "Statistics", "Frames", "Basics"]),

        // Floor 6
        library("Explaining", ["Sandbox", "Explanations", "Reports", "Models", "Statistics", "Frames", "Basics"]),
        library(
            "Steps",
            [
                "Inference", "Execution", "Sandbox", "Storage", "Planning", "Frames", "CEL", "Statistics", "Metrics", "Models", "Training",
                "Explanations", "Basics",
            ]),

        // Floor 7
        library(
            "Reconciliation",
            [
                "Steps", "Models", "Frames", "Execution", "Sandbox", "Ledger", "Policies", "CEL", "Planning", "Specs", "Attestations", "Signatures",
                "Storage",
                "Git", "LocatedYAML",
                "Basics", "Diagnostics", collections, subprocess, logging,
            ]),

        // Floor 8
        .executableTarget(
            name: "proviso",
            dependencies: [
                "Reconciliation", "Explaining", "Explanations", "Sandbox", "Measuring", "Inference", "Models", "Metrics", "Frames", "Reports",
                "Ledger", "Execution", "Planning", "Policies",
                "PolicyPacks", "Specs",
                "Attestations", "Signatures",
                "Storage", "Git",
                "Basics", "Diagnostics", arguments, logging,
            ],
            swiftSettings: strict, linkerSettings: runtimePaths),

        // Tests
        .executableTarget(name: "ExpressionBenchmark", dependencies: ["CEL"], path: "Tests/Benchmarks/Expressions", swiftSettings: strict),
        .executableTarget(
            name: "ExplanationBenchmark", dependencies: ["Explanations", "Models", "Frames", "Basics"], path: "Tests/Benchmarks/Explanations",
            swiftSettings: strict, linkerSettings: runtimePaths),
        .executableTarget(
            name: "CoverageBenchmark", dependencies: ["Metrics", "Statistics", "Frames", "Basics"], path: "Tests/Benchmarks/Coverage",
            swiftSettings: strict, linkerSettings: runtimePaths),
        .executableTarget(
            name: "MeasureBenchmark", dependencies: ["Metrics", "Frames", "Basics"], path: "Tests/Benchmarks/Measures",
            swiftSettings: strict, linkerSettings: runtimePaths),
        .executableTarget(
            name: "TestWorker", dependencies: ["Steps", "Execution", "Planning", "Storage", "Sandbox", "Basics"], path: "Tests/TestWorker",
            swiftSettings: strict, linkerSettings: runtimePaths),
        .executableTarget(
            name: "SearchBenchmark", dependencies: ["Training", "Models", "Frames", "Basics"], path: "Tests/Benchmarks/Search",
            swiftSettings: strict, linkerSettings: runtimePaths),
        .target(name: "TestSupport", dependencies: ["Basics", "Diagnostics"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("Basics", []),
        tests("Diagnostics", []),
        tests("LocatedYAML", ["Diagnostics"]),
        .target(name: "FuzzProbes", dependencies: ["CEL"], path: "Tests/Fuzz/Probes", swiftSettings: strict),
        tests("CEL", ["Basics", "Diagnostics", "FuzzProbes"]),
        tests("Frames", ["Basics", "Diagnostics"]),
        tests("Statistics", ["Basics"]),
        tests("Signatures", ["Basics", "Diagnostics"]),
        tests("Storage", ["Basics"]),
        tests("Sandbox", ["Basics"]),
        tests("Git", ["Basics", "Signatures"]),
        tests("Specs", ["LocatedYAML", "Basics", "Diagnostics", collections]),
        tests("Attestations", ["Basics"]),
        tests("Metrics", ["Basics", "Frames", "Statistics"]),
        tests("Models", ["Basics", "Frames", "COnnxRuntime"]),
        tests("Training", ["Basics", "Frames", "Models", "Metrics"]),
        tests("Explanations", ["Statistics", "Basics", "Frames", "Models"]),
        tests("Policies", ["Specs", "PolicyPacks", "Attestations", "Signatures", "Basics", "Diagnostics", collections]),
        tests("Ledger", ["Attestations", "Signatures", "Storage", "Git", "Basics", "Diagnostics"]),
        tests("Planning", ["Specs", "Attestations", "Basics", "Diagnostics", collections]),
        tests("Execution", ["Planning", "Storage", "Sandbox", "Basics", "TestWorker"]),
        tests(
            "Steps",
            [
                "Execution", "Sandbox", "Explanations", "Metrics", "Models", "Frames", "Planning", "Specs", "Attestations", "Storage", "Basics",
                "Diagnostics",
                "TestWorld", collections,
            ]),
        tests("Inference", ["Models", "Explanations", "Training", "Metrics", "Frames", "Storage", "Basics"]),
        tests("Explaining", ["Sandbox", "Explanations", "Reports", "Models", "Frames", "Basics"]),
        tests("Measuring", ["Reports", "Metrics", "Frames", "Basics"]),
        tests("Reports", ["Attestations", "Policies", "Planning", "Basics", "Diagnostics"]),
        .target(
            name: "TestWorld", dependencies: ["Reconciliation", "Attestations", "Signatures", "Storage", "Git", "Basics", "TestSupport"],
            path: "Tests/TestWorld", swiftSettings: strict),
        tests(
            "Reconciliation",
            [
                "TestWorld", "TestWorker", "Ledger", "Attestations", "Signatures", "Git", "Policies", "Planning", "Execution", "Storage", "Models",
                "Basics", "Diagnostics",
            ]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["proviso", "Attestations", "Reconciliation", "TestWorld", "TestSupport", "Signatures", "Git", "Frames", "Basics"],
            swiftSettings: strict, linkerSettings: runtimePaths),
    ],
    cxxLanguageStandard: .cxx20
)

// Has no entry of its own but libFuzzer's: .tools/fuzz builds it.
if Context.environment["PROVISO_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "ExpressionFuzz", dependencies: ["FuzzProbes"], path: "Tests/Fuzz/Expressions",
            swiftSettings: strict))
}

// `make room ROOM=Metrics` builds and runs the tests of one room, or of several: `ROOM=Metrics,Statistics`.
if let rooms = Context.environment["PROVISO_ROOM"]?.split(separator: ",") {
    package.targets.removeAll { target in target.type == .test && !rooms.contains { target.name == "\($0)Tests" } }
}
