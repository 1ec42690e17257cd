import Basics
import Foundation
import Reconciliation
import TestSupport
import TestWorld
import Testing

@Suite struct AuditCardTests {
    @Test func `a recorded model's card says what was declared and measured, and which evidence each figure is from`() async throws {
        let world = try World()
        try await world.reconcile()
        let log = try Program.run(["audit", "log", world.serverPath, "--format", "json"], in: world.folder.path)
        try #require(log.status == 0, "\(log.errors)")
        let entry = try #require(try JSONValue(parsing: log.output).arrayValue?.first)
        let digest = try #require(entry["digest"]?.stringValue)
        let prefix = String(digest.split(separator: ":").last ?? "").prefix(10)
        func card(_ format: String) throws -> String {
            let result = try Program.run(["audit", "card", String(prefix), world.serverPath, "--format", format], in: world.folder.path)
            try #require(result.status == 0, "\(result.errors)")
            return String(decoding: result.output, as: UTF8.self)
        }
        let json = try JSONValue(parsing: Array(try card("json").utf8))
        #expect(json["record"]?.stringValue == digest)
        #expect(json["spec"]?["purpose"] == "a test")
        let area = try #require(json["evidence"]?["performance"]?["rocAUC"]?["value"]?.doubleValue)
        let text = try card("markdown")
        #expect(text.contains("a test") && text.contains("Model card"))
        #expect(text.contains("\((area * 10_000).rounded() / 10_000)"), "\(text)")
        #expect(try card("html").contains("<table"))
        #expect(try card("markdown") == text)
        #expect(!text.contains("## Calibration"))
        // No record begins so.
        let missing = try Program.run(["audit", "card", "zz", world.serverPath], in: world.folder.path)
        #expect(missing.status == 2 && missing.errors.contains("zz"), "\(missing.status) \(missing.errors)")
    }

    @Test func `a card says what decides, and small figures as they are`() async throws {
        var files = World.files
        files["models/m.yaml"] = files["models/m.yaml"]?.replacing("rounds: 5,", with: "rounds: 5, lambda: 0.00001,").replacing(
            "decision: {threshold: 0.5}",
            with:
                "validation: {folds: 2}\n  mitigation: {method: reweighing, attribute: g}\n  decision: {groups: {attribute: g, goal: demographicParity}}"
        )
        let world = try World(files: files)
        let digest = try #require(try await world.reconcile().added.first).description
        let prefix = String(digest.split(separator: ":").last ?? "").prefix(12)
        let card = try Program.run(["audit", "card", String(prefix), world.serverPath], in: world.folder.path)
        #expect(card.status == 0 && card.text.contains("test rows; each group of 'g' has thresholds of its own."), "\(card.text)\(card.errors)")
        #expect(card.text.contains("lambda 1e-05") && !card.text.contains("threshold 0.5"), "\(card.text)")
        // What belongs to other methods says nothing of this one.
        #expect(card.text.contains("attribute g, method reweighing") && !card.text.contains("iterations"), "\(card.text)")
    }

    @Test func `calibration is on the card, and drawn, where nothing else was asked for`() async throws {
        var files = World.files
        files["policies/useful.yaml"] =
            World.head + """
                kind: Policy
                metadata: {name: calibrated}
                spec:
                  match: {kinds: [Model]}
                  validations: [{name: error, expression: evidence.calibration.expectedCalibrationError.value < 0.9}]

                """
        let world = try World(files: files)
        let digest = try #require(try await world.reconcile().added.first).description
        let prefix = String(digest.split(separator: ":").last ?? "").prefix(12)
        let html = try Program.run(["audit", "card", String(prefix), world.serverPath, "--format", "html"], in: world.folder.path)
        #expect(html.status == 0 && html.text.contains("expected calibration error") && html.text.contains("Reliability</text>"), "\(html.errors)")
        #expect(html.text.contains("<p>Not measured: no policy asked for it.</p>"))
    }
}
