extension EvidenceSchema {
    static let independence = EvidenceObject(
        "Independence", "Pearson's χ² of the table of groups, without a correction. Not of weighted rows, nor where a group has nothing to count.",
        [
            EvidenceField("statistic", .number, "χ² with the number of groups less 1 degrees of freedom."),
            EvidenceField("pValue", .number, "Its p-value."),
        ])

    private static let fewExpected = "fewer than 5 rows are expected in over a fifth of the cells of both columns' values, or fewer than 1 in any"

    static let dataQuality = EvidenceObject(
        "DataQualityEvidence", "What the data hold, and whether they are as expected.",
        [
            EvidenceField("rows", .integer, "Rows in the file."),
            EvidenceField(
                "columns",
                .map(
                    .object(
                        EvidenceObject(
                            "ColumnProfile", "What a column holds.",
                            [
                                EvidenceField("kind", .string, "integer, double, boolean, category or timestamp."),
                                EvidenceField("missingShare", .number, "The share of rows without a value."),
                                EvidenceField("distinct", .integer, "Different values."),
                                EvidenceField("minimum", .number, "The smallest number.", undefinedWhen: "it holds no finite numbers"),
                                EvidenceField("maximum", .number, "The largest number.", undefinedWhen: "it holds no finite numbers"),
                                EvidenceField(
                                    "mean", .number, "The mean.", undefinedWhen: "it holds no finite numbers, or it is beyond the largest number"),
                                EvidenceField(
                                    "deviation", .number, "The standard deviation of the population.",
                                    undefinedWhen: "it holds no finite numbers, or it is beyond the largest number"),
                                EvidenceField(
                                    "personalData", .map(.integer), "By kind (email, paymentCard, bankAccount), how many values are or hold one."),
                            ]))), "By column that is read."),
            EvidenceField(
                "expectations",
                .map(
                    .object(
                        EvidenceObject(
                            "ExpectationOutcome", "Whether an expectation of the Dataset spec holds.",
                            [
                                EvidenceField("holds", .boolean, "Whether it does."),
                                EvidenceField("violations", .integer, "Rows that are against it."),
                                EvidenceField("firstRow", .integer, "The first of them, from 1.", undefinedWhen: "there is none"),
                                EvidenceField(
                                    "newest", .string, "The newest moment of its column, in RFC 3339.",
                                    undefinedWhen: "it has no `maximumAge`, or the column no moment"),
                                EvidenceField(
                                    "validUntil", .string,
                                    "`newest` plus `maximumAge`: judged later, `holds` is false with one violation more, whatever the recorded evidence says.",
                                    undefinedWhen: "`newest` is"),
                            ]))), "By the expectations' names."),
            EvidenceField(
                "personalData", .integer,
                "Values in all columns that are or hold e-mail addresses, payment cards (Luhn, ISO/IEC 7812-1) or bank accounts (IBAN, ISO 13616); of several kinds once each."
            ),
            EvidenceField(
                "proxies",
                .map(
                    .object(
                        EvidenceObject(
                            "DataProxy", "The protected attribute that a feature tells most of.",
                            [
                                EvidenceField("attribute", .string, "The attribute."),
                                EvidenceField(
                                    "cramersV", .number, "Bias-corrected Cramér's V over all rows; numbers in deciles, 0 none, 1 all."),
                                EvidenceField("n", .integer, "The rows that it is measured on."),
                                EvidenceField("lower", .number, "Its lower 95 % bound.", undefinedWhen: fewExpected),
                                EvidenceField("upper", .number, "The upper one.", undefinedWhen: fewExpected),
                            ]))), "By feature that is no protected column.",
                undefinedWhen: "nothing is protected, or no feature has an association with it that can be measured"),
            EvidenceField("duplicatesAcrossSplit", .integer, "Test rows that some training row equals in all features and the label."),
            EvidenceField(
                "strongestFeature",
                .object(
                    EvidenceObject(
                        "StrongestFeature",
                        "The feature that alone tells most of the label: of two classes; of several, each against the rest; of numbers, whether they lie above their median.",
                        [
                            EvidenceField("feature", .string, "The feature."),
                            EvidenceField(
                                "rocAUC", .number,
                                "The area under its own ROC curve on test rows, in the better direction: at least 0.5. Categories are ranked by the label's rate among training rows; numbers that are missing lie below all others."
                            ),
                            EvidenceField("n", .integer, "The test rows that it is measured on."),
                            EvidenceField(
                                "lower", .number,
                                "The lower 95 % bound of this feature's area; 0.5 where neither direction is shown to be the better."),
                            EvidenceField("upper", .number, "The upper one. That the feature is the strongest of several is not in these bounds."),
                        ])), "Near 1, it gives the label away.", undefinedWhen: "the test rows are of one class"),
        ])

    private static let test = EvidenceObject(
        "DriftTest", "A test that two samples are of one distribution.",
        [EvidenceField("statistic", .number, "The test's statistic."), EvidenceField("pValue", .number, "Its p-value.")])

    static let driftInterval = EvidenceObject(
        "DriftInterval", "Bounds of a distance.",
        [
            EvidenceField("lower", .number, "The lower end."), EvidenceField("upper", .number, "The upper end."),
            EvidenceField("method", .string, "How they are made."),
        ])

    static let drift = EvidenceObject(
        "DriftEvidence", "How far the test rows' columns lie from the training rows'.",
        [
            EvidenceField(
                "preset", .string,
                "`evaluation.drift.preset` of the Model spec: by `stability` a column has drifted at a population stability index of 0.25 or more beyond what chance makes of as many rows, and where cells too rare for the index, or rare categories together, move by as much (of times, which move on, by `missingDifference` alone); by `evidently` as Evidently's `DataDriftPreset` decides."
            ),
            EvidenceField(
                "maximumMissingDifference", .number, "A column has drifted too where `missingDifference` is farther from zero than this.",
                undefinedWhen: "the preset is `evidently` and the Model spec declares none"),
            EvidenceField("driftedShare", .number, "The share of columns that have drifted, of those of which the preset decides."),
            EvidenceField(
                "columns",
                .map(
                    .object(
                        EvidenceObject(
                            "ColumnDrift", "How far one column lies from the reference.",
                            [
                                EvidenceField(
                                    "populationStabilityIndex", .number,
                                    "Σ (aᵢ − eᵢ)·ln(aᵢ/eᵢ) over tenths of the reference, or categories; shares below 1e-4 count as 1e-4."),
                                EvidenceField("jensenShannonDistance", .number, "From 0 to 1, to base 2 (Lin 1991)."),
                                EvidenceField("hellingerDistance", .number, "√(1 − Σ √(pᵢqᵢ))."),
                                EvidenceField(
                                    "kolmogorovSmirnov", .object(test),
                                    "The largest distance of the distribution functions; its p-value exact (Hodges 1957) up to 10,000 values a side, as scipy's, else by Kolmogorov's distribution with the correction of Vrbik (2018) for N = nm/(n + m), where scipy takes the distribution of N values: they differ by less than 1 % where p is above 1e-6. Of weighted rows the functions are those of the weights, and n and m effective rows (Kish 1965), always by Kolmogorov's distribution.",
                                    undefinedWhen: "it holds no numbers"),
                                EvidenceField(
                                    "chiSquare", .object(test),
                                    "Of both tables of counts; of weighted rows each category's share of the effective rows.",
                                    undefinedWhen: "it holds numbers, or one category"),
                                EvidenceField(
                                    "wassersteinDistance", .number, "∫ |F − G|, in units of the column.",
                                    undefinedWhen: "it holds no numbers, or it is beyond the largest number"),
                                EvidenceField(
                                    "normedWassersteinDistance", .number, "The same in standard deviations of the reference.",
                                    undefinedWhen: "it holds no numbers, or one only"),
                                EvidenceField(
                                    "cramerVonMises", .number,
                                    "T of two samples (Anderson 1962): n·m/(n + m) ∫ (F − G)² dH, H pooled; of weighted rows over effective ones. Without ties scipy's. Rows of one value are one step of F and G here, where scipy gives them the mean of their ranks: then T grows with the ties themselves where the tables differ in rows (500 and 300 throws of one coin: 6.3, here 0.1).",
                                    undefinedWhen: "it holds no numbers"),
                                EvidenceField(
                                    "cramerVonMisesPValue", .number,
                                    "Its p-value, by T's limiting distribution (Anderson and Darling 1952; the upper tail by Smirnov's integrals, which keep their digits where scipy's series, which stops at 1e-7, has none), moved to the mean and variance that T has when these very values, ties included, are dealt out to the tables by chance. Without ties that is scipy's asymptotic p-value; with ties scipy's is far too small where the tables differ in rows (false alarms in all of 2,000 pairs of 50 and 200 throws of one coin, here in 5 %).",
                                    undefinedWhen: "it holds no numbers"),
                                EvidenceField("method", .string, "What the preset decided by."),
                                EvidenceField(
                                    "score", .number,
                                    "The figure that it decided by: a distance, a p-value, or `missingDifference`; by `stability` what is left of `populationStabilityIndex` (at least 0), of 8·ln 2·`jensenShannonDistance`² or of the index with rare categories taken together, without what chance alone makes of each in tables of so many rows (Users.md says how it is reckoned).",
                                    undefinedWhen:
                                        "a table has no value of it, which `method` says, or it holds times and the preset is `evidently`, which decides nothing of them"
                                ),
                                EvidenceField(
                                    "intervals", .map(.object(driftInterval)),
                                    "95 % bounds by the figures' names: `populationStabilityIndex`, `jensenShannonDistance`, `hellingerDistance`, `missingDifference`, `kolmogorovSmirnov`, `wassersteinDistance` and `normedWassersteinDistance` (none where a table has one row, or hardly more by weight, which does not tell how it varies)."
                                ),
                                EvidenceField(
                                    "newCategories", .list(.string),
                                    "Values that the reference has not: the first twenty by their bytes.",
                                    undefinedWhen: "one of them is or holds personal data, of which evidence holds none"),
                                EvidenceField("newCategoryCount", .integer, "How many there are."),
                                EvidenceField(
                                    "lostCategories", .list(.string), "Values that only the reference has, likewise.",
                                    undefinedWhen: "one of them is or holds personal data"),
                                EvidenceField("lostCategoryCount", .integer, "How many there are."),
                                EvidenceField("missingDifference", .number, "The share of missing values less that of the reference."),
                                EvidenceField(
                                    "holdsTimes", .boolean,
                                    "Whether it is a column of times: every later table has later ones, so that its distances are no drift."),
                                EvidenceField("drifted", .boolean, "By the preset, or by `maximumMissingDifference`."),
                            ]))), "By feature, and the label."),
            EvidenceField("onlyInReference", .list(.string), "Columns that are gone."),
            EvidenceField("onlyInCurrent", .list(.string), "Columns that are new."),
        ])
}
