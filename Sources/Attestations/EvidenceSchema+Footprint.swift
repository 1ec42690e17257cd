extension EvidenceSchema {
    static let footprint = EvidenceObject(
        "FootprintEvidence", "How large the model is, and how much work a prediction takes: of its bytes alone, the same on every machine.",
        [
            EvidenceField("bytes", .integer, "The artefact's size."), EvidenceField("trees", .integer, "Trees; 0 for a model without."),
            EvidenceField("nodes", .integer, "Nodes of all trees."), EvidenceField("depth", .integer, "Levels below the root of the deepest tree."),
            EvidenceField("parameters", .integer, "Thresholds and leaves, coefficients, and the elements of an ONNX graph's constants."),
            EvidenceField(
                "operationsPerRow", .number,
                "For one row: comparisons of trees (weighted by the training rows that came by), or multiplications of coefficients and matrices.",
                undefinedWhen: "it is an ONNX model with operators that cannot be counted, such as trees"),
        ])

    private static let studied = EvidenceObject(
        "StudiedPerformance", "Figures of one of the two.",
        [
            EvidenceField("accuracy", .object(estimate), "The share of rows decided rightly.", undefinedWhen: "the task predicts a number"),
            EvidenceField("logLoss", .object(estimate), "Mean logarithmic loss.", undefinedWhen: "the task predicts a number"),
            EvidenceField("rocAUC", .object(estimate), "Area under the ROC curve.", undefinedWhen: "the task is not of two classes"),
            EvidenceField("meanAbsoluteError", .object(estimate), "mean(|y − ŷ|).", undefinedWhen: "the task predicts classes"),
            EvidenceField("rootMeanSquaredError", .object(estimate), "√mean((y − ŷ)²).", undefinedWhen: "the task predicts classes"),
        ])

    static let distillation = EvidenceObject(
        "DistillationEvidence", "A model beside its teacher: one whose predictions it learnt, or the original that it was made smaller from.",
        [
            EvidenceField("teacherDigest", .string, "SHA-256 of the teacher's artefact."),
            EvidenceField("teacherBytes", .integer, "The teacher's size in bytes."), EvidenceField("bytes", .integer, "The model's."),
            EvidenceField("sizeRatio", .number, "The model's size over the teacher's."),
            EvidenceField("rows", .integer, "Rows in the test split."),
            EvidenceField(
                "agreement", .object(estimate), "The share of test rows that both decide alike.", undefinedWhen: "the task predicts a number"),
            EvidenceField("meanDistance", .number, "mean |model − teacher| over predictions (of several classes, over all chances)."),
            EvidenceField("largestDistance", .number, "The largest of these."),
            EvidenceField("teacher", .object(studied), "The teacher's figures."), EvidenceField("student", .object(studied), "The model's."),
        ])
}
