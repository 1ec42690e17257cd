extension EvidenceSchema {
    static let individualFairness = EvidenceObject(
        "IndividualFairnessEvidence", "Whether single rows are treated alike, whatever their groups. Benefits are b = prediction − label + 1.",
        [
            EvidenceField(
                "theilIndex", .object(estimate), "mean(b/μ · ln(b/μ)) (Speicher et al. 2018, as AIF360 has it).",
                undefinedWhen: "nobody has a benefit"),
            EvidenceField(
                "generalizedEntropy", .object(estimate), "(mean((b/μ)²) − 1) / 2: the generalized entropy index of order 2 (the same).",
                undefinedWhen: "nobody has a benefit"),
            EvidenceField(
                "consistency", .object(estimate),
                "1 − mean |prediction − mean prediction of the five nearest rows, itself among them| (Zemel et al. 2013, as AIF360 has it), on at most 5,000 test rows that have a weight, each counting once; numbers in standard deviations, categories as 0 or 1. Of rows at one distance the first count, as in AIF360: where many rows are alike, their order has a say.",
                undefinedWhen: "there are fewer than five such rows, or the columns tell no rows apart"),
        ])
}
