import Attestations
import Basics
import Diagnostics
import OrderedCollections
import Policies
import Specs
import Testing

/// A model, its data and one policy with one rule, as files.
enum PolicyFixture {
    private static let head = "apiVersion: proviso.dev/v1alpha1\n"
    static let repository = "kind: Repository\nmetadata: {name: r}\nspec: {}\n"
    static let dataset = """
        kind: Dataset
        metadata: {name: d}
        spec:
          source: {path: data/d.csv}
          columns: [{name: a, type: float}, {name: g, type: category, protected: true}, {name: label, type: boolean, role: label}]
          split: {random: {seed: 1, testShare: 0.2}}
        """
    static func model(_ name: String = "m", labels: String = "{team: x}", risk: String = "high", estimator: String = "seed: 1") -> String {
        """
        kind: Model
        metadata: {name: \(name), labels: \(labels)}
        spec: {purpose: p, risk: \(risk), owners: [a@b.org], dataset: d, estimator: {type: xgboost, \(estimator)}}
        """
    }

    /// A policy that passes, unless told otherwise; `spec` are further lines of its spec.
    static func policy(_ name: String = "p", match: String = "{kinds: [Model]}", rule: String = "true", spec: String = "") -> String {
        """
        kind: Policy
        metadata: {name: \(name)}
        spec:
          match: \(match)
          params: {limit: 0.8, count: 3}
        \(spec.split(separator: "\n").map { "  \($0)\n" }.joined())\
          validations:
            - name: r
              expression: >-
                \(rule)
        """
    }

    /// `files` by path, without their first line, besides proviso.yaml and the data set.
    static func load(_ files: [String: String]) -> (Catalog, [Diagnostic]) {
        let all = ["proviso.yaml": repository, "datasets/d.yaml": dataset].merging(files) { $1 }
        return Catalog.load(all.map { SpecEntry(path: $0.key, bytes: Array((head + $0.value).utf8)) })
    }

    /// A catalogue in which nothing is wrong.
    static func catalog(_ files: [String: String]) -> Catalog {
        let (catalog, problems) = load(files)
        #expect(problems.map(\.text) == [])
        return catalog
    }

    /// A judge of everything in `files`.
    static func judge(_ files: [String: String]) -> Judge {
        let catalog = catalog(files)
        let (policies, diagnostics) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        #expect(diagnostics.map(\.text) == [])
        return Judge(
            policies: policies,
            waivers: catalog.waivers.values.map { ApprovedWaiver($0, approvers: [.init(name: $0.owner, isOwner: true), .init(name: "c@d.org")]) },
            maximumWaiverDays: 90
        )
    }

    static func subject(_ model: String = model()) throws -> Resource {
        try #require(catalog(["models/m.yaml": model]).models.values.first).resource
    }

    static func catalog(
        rule: String, variables: String = "", extra: String = "", actions: String = "[Deny]", waivers: [String] = []
    ) -> (Catalog, [Diagnostic]) {
        let spec = "validationActions: \(actions)\n\(extra)\n\(variables)"
        var files = ["models/m.yaml": model(), "policies/p.yaml": policy(rule: rule, spec: spec)]
        for (index, waiver) in waivers.enumerated() {
            files["waivers/w\(index).yaml"] = "kind: Waiver\nmetadata: {name: w\(index)}\nspec: \(waiver)\n"
        }
        return load(files)
    }

    static let instant = Instant(secondsSinceEpoch: 1_795_449_600)

    static let evidence: JSONValue = [
        "performance": ["rocAUC": ["value": 0.93, "n": 100], "recall": ["n": 0, "undefined": "there is no positive row"]],
        "fairness": ["g": ["selectionRate": ["ratio": ["value": 0.9, "n": 10], "groups": [:]]], "h": [:]], "model": ["features": []],
    ]

    static func judge(
        rule: String, variables: String = "", extra: String = "", actions: String = "[Deny]", waivers: [String] = [],
        evidence: JSONValue = PolicyFixture.evidence, baseline: JSONValue? = nil, instant: Instant = PolicyFixture.instant
    ) throws -> Verdict {
        let (catalog, problems) = catalog(rule: rule, variables: variables, extra: extra, actions: actions, waivers: waivers)
        let (policies, diagnostics) = PolicyCompiler.compile(catalog.policies.values, catalog: catalog)
        #expect((problems + diagnostics).map(\.text) == [])
        let model = try #require(catalog.models["m"]).resource
        return Judge(
            policies: policies,
            waivers: catalog.waivers.values.map { ApprovedWaiver($0, approvers: [.init(name: $0.owner, isOwner: true), .init(name: "c@d.org")]) },
            maximumWaiverDays: 90
        )
        .judge(JudgementInput(subject: model, evidence: evidence, baseline: baseline, instant: instant))
    }
}
