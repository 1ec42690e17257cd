import Attestations
import Diagnostics
import Policies
import Specs
import Testing

/// What of a change is guarded, from the files before and after it.
@Suite struct TouchedTests {
    private static let before = ["models/m.yaml": PolicyFixture.model(), "policies/p.yaml": PolicyFixture.policy()]

    private func touched(from before: [String: String] = before, to after: [String: String], files: [String] = []) -> [ChangeGuard.Touched] {
        ChangeGuard.touched(changes: Catalog.changes(from: PolicyFixture.catalog(before), to: PolicyFixture.catalog(after)), files: files)
    }

    private func touched(with changed: [String: String]) -> [ChangeGuard.Touched] { touched(to: Self.before.merging(changed) { $1 }) }

    @Test func `a change of what selects says what it was and what it would be, and where`() throws {
        let touched = touched(with: ["models/m.yaml": PolicyFixture.model(risk: "low")])
        #expect(touched.map(\.description) == [#"Model 'm': spec.risk "high" → "low""#])
        #expect(touched.map(\.file) == ["models/m.yaml"])
        let location = try #require(touched.first?.location)
        #expect(location.path == "models/m.yaml")
        #expect(location.line == 4)
    }

    @Test func `a change of what neither selects nor measures is free`() {
        #expect(touched(with: ["models/m.yaml": PolicyFixture.model(estimator: "seed: 1, rounds: 7")]).isEmpty)
        #expect(touched(with: ["models/new.yaml": PolicyFixture.model("new")]).isEmpty)
        #expect(touched(with: [:]).isEmpty)
    }

    @Test func `a policy that comes or goes is said to`() {
        #expect(touched(with: ["policies/q.yaml": PolicyFixture.policy("q")]).map(\.description) == ["Policy 'q' is new"])
        #expect(touched(to: ["models/m.yaml": PolicyFixture.model()]).map(\.description) == ["Policy 'p' is removed"])
        #expect(touched(to: ["policies/p.yaml": PolicyFixture.policy()]).map(\.description) == ["Model 'm' is removed"])
    }

    /// Removing the label that a policy selects by would be judged by that policy once, and by none thereafter.
    @Test func `a label that policies may select a model by is guarded`() {
        let touched = touched(with: ["models/m.yaml": PolicyFixture.model(labels: "{team: z}")])
        #expect(touched.map(\.description) == [#"Model 'm': metadata.labels.team "x" → "z""#])
    }

    @Test func `long values are not shown`() {
        func description(_ length: Int) -> [String] {
            touched(with: ["policies/p.yaml": PolicyFixture.policy(spec: "description: \(String(repeating: "x", count: length))")])
                .map(\.description)
        }
        // With its quotes the value has sixty letters, and sixty-one.
        #expect(description(58) == ["Policy 'p': spec.description nothing → \"\(String(repeating: "x", count: 58))\""])
        #expect(description(59) == ["Policy 'p': spec.description nothing → …"])
    }

    /// Else the owners of a folder could take over what lies in another by moving it there, or give theirs away unasked.
    @Test func `a file that moves is decided over by the owners of both places, a change in it by those of where it was`() {
        let moved = ["models/m.yaml": PolicyFixture.model(), "policies/mine/p.yaml": PolicyFixture.policy()]
        let files = ["policies/p.yaml", "policies/mine/p.yaml"]
        let only = touched(to: moved, files: files)
        #expect(only.map(\.file) == files)
        #expect(Set(only.map(\.description)) == [#"Policy 'p': path "policies/p.yaml" → "policies/mine/p.yaml""#])
        let changed = moved.merging(["policies/mine/p.yaml": PolicyFixture.policy(rule: "1 < 2")]) { $1 }
        let both = touched(to: changed, files: files)
        #expect(both.map(\.file) == files + ["policies/p.yaml"])
        #expect(both.allSatisfy { $0.location?.path == "policies/mine/p.yaml" })
        let model = touched(to: ["models/mine/m.yaml": PolicyFixture.model(), "policies/p.yaml": PolicyFixture.policy()])
        #expect(model.map(\.file) == ["models/m.yaml", "models/mine/m.yaml"])
    }

    @Test(arguments: [".proviso/owners", ".proviso/allowed_signers", ".proviso/anything/else"])
    func `whatever lies in .proviso is guarded`(file: String) {
        let touched = touched(to: Self.before, files: [file])
        #expect(touched == [ChangeGuard.Touched(file: file, description: "\(file) decides whose word counts", location: nil)])
    }

    @Test(arguments: ["policies/README.md", "waivers/script.sh", "policies/eu/p.yaml.orig", "policies/yaml"])
    func `what is no spec and lies beside policies or waivers is guarded`(file: String) {
        let touched = touched(to: Self.before, files: [file])
        #expect(touched == [ChangeGuard.Touched(file: file, description: "\(file) lies beside policies", location: nil)])
    }

    @Test(arguments: ["README.md", "models/README.md", "models/m.yaml", "policies.md", "docs/policies/p.md", "docs/.proviso/owners", ".provisos"])
    func `other files are not`(file: String) { #expect(touched(to: Self.before, files: [file]).isEmpty) }

    @Test(arguments: ["policies/p.yaml", "policies/p.yml"]) func `a comment in a policy is free, and a change of it is one change`(path: String) {
        let before = [path: PolicyFixture.policy()]
        #expect(touched(from: before, to: [path: PolicyFixture.policy() + "\n# why"], files: [path]).isEmpty)
        let changed = touched(from: before, to: [path: PolicyFixture.policy(rule: "1 < 2")], files: [path])
        #expect(changed.map(\.file) == [path])
        #expect(changed.allSatisfy { $0.description.hasPrefix("Policy 'p': spec.validations") })
    }
}
