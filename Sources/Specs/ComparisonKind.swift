import Basics

extension Kinds {
    /// How the evaluation of a model compares it with others, and with itself over time.
    static let comparisonFields = [
        SpecField(
            "comparison",
            .object(
                SpecObject([
                    SpecField(
                        "margin", .number(0...1),
                        "How much worse than the live model is no matter to `evidence.comparison.nonInferior`, in units of the figure; of a loss (`logLoss`, errors, deviances) as a share of the live model's.",
                        default: 0.01),
                    SpecField("confidence", .number(0.501...0.999999), "Of both tests; 0.95 is wrong once in twenty.", default: 0.95),
                ])), "How `evidence.comparison` compares the model with the one that is live."),
        SpecField(
            "conceptDrift",
            .object(
                SpecObject([
                    SpecField("orderBy", .string(.text), "A column that tells the rows' order in time. Default: the order of the file."),
                    SpecField(
                        "window", .integer(30...1_000_000_000),
                        "Rows of a window of rolling performance. Default: a twentieth of the rows, 100 at least."),
                ])), "How `evidence.conceptDrift` goes through the test rows."),
        SpecField(
            "drift",
            .object(
                SpecObject([
                    SpecField(
                        "preset", .string(.oneOf(["stability", "evidently"])),
                        "`stability`: a column has drifted at a population stability index of 0.25 or more beyond what chance makes of as many rows, and where cells too rare for the index, or rare categories together, move by as much; of dates what is missing alone counts. `evidently`: as Evidently's `DataDriftPreset` decides, by a test's p-value up to 1,000 training rows and by a distance above; dates do not count.",
                        default: "stability"),
                    SpecField(
                        "maximumMissingDifference", .number(0...1),
                        "A column has drifted too where its share of missing values differs from that of the training rows by more. Default: 0.1; with the preset `evidently`, which looks at values alone, any."
                    ),
                ])), "By which figure `drifted` and `driftedShare` of `evidence.drift` and `evidence.predictionDrift` are decided."),
        SpecField(
            "beta", .number(0.000001...1000000), "Of `evidence.performance.fBeta`: recall counts so many times as much as precision.", default: 2.0),
        SpecField(
            "costs",
            .object(
                SpecObject([
                    SpecField("falsePositive", .number(0...1e300), "What a false positive costs, in any unit.", required: true),
                    SpecField("falseNegative", .number(0...1e300), "What a false negative costs, in the same unit.", required: true),
                ])), "For `evidence.performance.leastCost`."),
    ]
}
