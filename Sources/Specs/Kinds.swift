import Basics

/// Every kind of resource that Proviso knows.
public enum Kinds {
    public static let all = [
        repository, dataset, featureView, pipeline, model, policy, policyPack, policyParameters, policyTest, waiver, environment,
        batchInference,
    ]

    public static func named(_ kind: String) -> KindDeclaration? { all.first { $0.kind == kind } }

    static let positive = Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude

    static let repository = KindDeclaration(
        "Repository", folder: nil, guarded: true, "Settings of the whole repository, in `proviso.yaml`.",
        [
            SpecField("branch", .string(.text), "The branch that is judged, and that nothing reaches but through the gate.", default: "main"),
            SpecField("ledgerBranch", .string(.text), "The branch that the ledger lies on.", default: "proviso/ledger"),
            SpecField("baselineEnvironment", .string(.reference("Environment")), "What is live there is `baseline` in policies."),
            SpecField("maximumWaiverDays", .integer(1...3650), "How far ahead a waiver may expire.", default: 90),
            SpecField("energy", .object(energy), "What is known of the energy that work costs, and of its carbon."),
        ])
}
