extension EvidenceSchema {
    private static let measured: [EvidenceField] = [
        EvidenceField("cpuSeconds", .number, "CPU time of all processes, user and system."),
        EvidenceField("wallSeconds", .number, "Time on the clock; of several steps the sum, though they may have run side by side."),
        EvidenceField("peakMemoryBytes", .integer, "The largest resident memory; of several steps the largest of theirs."),
        EvidenceField("joules", .number, "Energy, by `energyBasis`."),
        EvidenceField(
            "energyBasis", .string,
            "`rapl`: the processor's counters, by the share of its busy time. `model`: CPU seconds × watts per core + seconds × GB × watts per GB, × PUE (Docs/Operators.md). `mixed`: some steps each way."
        ),
        EvidenceField(
            "gramsCO2e", .number, "Grams of CO₂ equivalent, by the intensity that proviso.yaml declares for the time of the run.",
            undefinedWhen: "no intensity is declared for the time at which a step ran"),
        EvidenceField("attempts", .integer, "Tries that it took, failed ones included."),
    ]

    /// Measured on the machine that did the work, once: a step that is not run again keeps what it cost.
    static let resources = EvidenceObject(
        "ResourcesEvidence", "What the model's steps cost, in all.",
        measured + [
            EvidenceField("steps", .map(.object(step)), "By the step's name, such as `train`."),
            EvidenceField("undefined", .string, "Why there are no grams.", undefinedWhen: "there are"),
        ])

    private static let step = EvidenceObject(
        "StepResources", "What one step cost.",
        measured + [
            EvidenceField("key", .string, "The step's key."),
            EvidenceField("measuredAt", .string, "When it had run, as RFC 3339.", undefinedWhen: "it ran before this was kept"),
        ])
}
