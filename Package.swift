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
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")
    ],
    targets: [

        // Floor 1
        library("Basics", [crypto]),
        library("Diagnostics"),

        // Floor 2
        library("Signatures", ["Basics", "Diagnostics", crypto]),

        // Floor 3
        library("Attestations", ["Basics"]),

        // Tests
        .target(name: "TestSupport", dependencies: ["Basics", "Diagnostics"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("Basics", []),
        tests("Diagnostics", []),
        tests("Signatures", ["Basics", "Diagnostics"]),
        tests("Attestations", ["Basics"]),
    ],
    cxxLanguageStandard: .cxx20
)
