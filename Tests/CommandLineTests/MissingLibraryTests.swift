import Basics
import Foundation
import Signatures
import TestSupport
import TestWorld
import Testing

/// A machine without the libraries that train and apply models.
@Suite struct MissingLibraryTests {
    /// The program beside all of its libraries but XGBoost and ONNX Runtime.
    /// - Parameter readsTables: whether it has what opens Arrow.
    private static func program(in folder: TemporaryFolder, readsTables: Bool = true) throws -> String {
        let files = FileManager.default
        let libraries = URL(fileURLWithPath: Program.path).deletingLastPathComponent().appendingPathComponent("../../../.deps/lib").standardized.path
        try files.createDirectory(atPath: folder.path + "/.deps/lib", withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: libraries) where !name.hasPrefix("libxgboost") && !name.hasPrefix("libonnxruntime") {
            try files.createSymbolicLink(atPath: "\(folder.path)/.deps/lib/\(name)", withDestinationPath: "\(libraries)/\(name)")
        }
        try files.createDirectory(atPath: folder.path + "/a/b/c", withIntermediateDirectories: true)
        // By another process: a program that is started meanwhile would hold a copy of the descriptor that writes, and what is written to cannot be run.
        try StockTool.must("cp", [Program.path, folder.path + "/a/b/c/proviso"], in: folder.path)
        if readsTables {
            let bridge = URL(fileURLWithPath: Program.path).deletingLastPathComponent().appendingPathComponent("libProvisoArrow.so").path
            try files.createSymbolicLink(atPath: folder.path + "/a/b/c/libProvisoArrow.so", withDestinationPath: bridge)
        }
        return folder.path + "/a/b/c/proviso"
    }

    @Test func `without Arrow no table is read, and what reads none works`() throws {
        let folder = try TemporaryFolder()
        let program = try Self.program(in: folder, readsTables: false)
        try Data("x\n1\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/d.csv"))
        let measure = try StockTool.run(program, ["measure", "quality", "--data", "d.csv"], in: folder.path)
        #expect(measure.status == 3 && measure.errors.contains("Arrow cannot be loaded: libProvisoArrow.so"), "\(measure.errors)")
        let doctor = try StockTool.run(program, ["doctor"], in: folder.path)
        #expect(doctor.status != 0 && doctor.text.contains("✗ arrow"), "\(doctor.text)")
        let value = try StockTool.run(program, ["cel", "1 + 1"], in: folder.path)
        #expect(value.status == 0, "\(value.errors)")
    }

    @Test func `nothing is decided there, a model is not called bad, and doctor says what is missing`() throws {
        let folder = try TemporaryFolder()
        let program = try Self.program(in: folder)
        let world = try World()
        let key = world.folder.path + "/key"
        try Data(World.reconciler.openSSH().utf8).write(to: URL(fileURLWithPath: key))
        let arguments =
            ["reconcile", world.serverPath, "--key", key, "--state", world.folder.path + "/state"] + World.root.flatMap { ["--root", $0] }
        let lost = try StockTool.run(program, arguments, in: world.folder.path)
        #expect(lost.status == 3 && lost.errors.contains("xgboost cannot be loaded") && lost.errors.contains("proviso doctor"), "\(lost.errors)")
        #expect(try world.ledgerTip == nil)
        let found = try Program.run(arguments, in: world.folder.path)
        #expect(found.status == 0, "\(found.errors)")

        let model = TestFiles.oracles.appending(path: "onnx-export/models/binary.onnx").path
        try Data("x0,x1,x2,x3\n1,2,3,4\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/d.csv"))
        let score = try StockTool.run(program, ["score", "--model", model, "--data", "d.csv", "--output", "out"], in: folder.path)
        #expect(score.status == 3 && score.errors.contains("libonnxruntime"), "\(score.status) \(score.errors)")
        // What cannot be tried is not blamed either.
        let bytes = try Array(Data(contentsOf: TestFiles.oracles.appending(path: "onnx/models/logistic.onnx")))
        var files = World.files
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing(
            "{type: xgboost, seed: 1, rounds: 5, maxDepth: 3}", with: "{type: onnx, seed: 0, path: m.onnx, digest: \"\(Digest.of(bytes))\"}")
        for (path, text) in files {
            let url = folder.url.appending(path: "repository/" + path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try Data(bytes).write(to: folder.url.appending(path: "repository/m.onnx"))
        let unseen = try StockTool.run(program, ["validate", "repository"], in: folder.path)
        #expect(unseen.status == 0 && !unseen.errors.contains("E0510"), "\(unseen.text) \(unseen.errors)")
        let seen = try Program.run(["validate", "repository"], in: folder.path)
        #expect(seen.status == 2 && (seen.text + seen.errors).contains("E0510"), "\(seen.text) \(seen.errors)")
        let doctor = try StockTool.run(program, ["doctor"], in: folder.path)
        #expect(doctor.status != 0 && doctor.text.contains("✗ xgboost") && doctor.text.contains("✗ onnxruntime"), "\(doctor.text)")
    }
}
