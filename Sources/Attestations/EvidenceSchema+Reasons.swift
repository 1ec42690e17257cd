extension EvidenceSchema {
    static let reasons = EvidenceObject(
        "ReasonsEvidence",
        "Principal reasons of the explained rows that were decided adversely: those below the threshold, or at or above it if high scores are adverse; all rows where the "
            + "task has no threshold. The rows' own reasons are the record's artefact `reasons`.",
        [
            EvidenceField("map", .string, "The digest of the map from features to reasons."),
            EvidenceField("factors", .integer, "Features that the map has a reason for: all that are scored."),
            EvidenceField("maximum", .integer, "The most reasons of one decision."),
            EvidenceField("adverse", .string, "`low` or `high`: which scores are adverse."),
            EvidenceField("decisions", .integer, "Adverse decisions among the explained rows."),
            EvidenceField(
                "withoutReason", .integer, "Those that no reason can be given for: no factor was adverse, or they are undetermined.",
                undefinedWhen: "there is no adverse decision"),
            EvidenceField(
                "undetermined", .integer, "Those of which the sampling error leaves open which reasons are the principal ones; 0 of exact methods.",
                undefinedWhen: "there is no adverse decision"),
            EvidenceField(
                "codes",
                .map(
                    .object(
                        EvidenceObject(
                            "ReasonShare", "How often a reason is given.",
                            [
                                EvidenceField("first", .number, "The share of adverse decisions in which it weighs most."),
                                EvidenceField("any", .number, "The share in which it is among the principal ones."),
                            ]))), "By the reason's code.", undefinedWhen: "there is no adverse decision"),
            EvidenceField(
                "acrossBackgrounds", .number,
                "The share of principal reasons that two backgrounds without a common row agree about: the mean of Jaccard's index over the decisions, 0 where either is undetermined.",
                undefinedWhen: "there is no adverse decision"),
        ])
}
