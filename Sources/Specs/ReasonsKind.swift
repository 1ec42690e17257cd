import Basics

extension Kinds {
    /// What an applicant is told of an adverse decision; a field of Model and of BatchInference.
    static let adverseReasons = SpecField(
        "adverseReasons",
        .object(
            SpecObject([
                SpecField("adverse", .string(.oneOf(["low", "high"])), "Which scores are bad for whom they are about.", default: "low"),
                SpecField("maximum", .integer(1...20), "The most principal reasons of one decision.", default: 4),
                SpecField(
                    "map",
                    .map(
                        .object(
                            SpecObject([
                                SpecField("code", .string(.text), "The reason's code.", required: true),
                                SpecField("text", .string(.text), "What the applicant is told.", required: true),
                            ]))),
                    "By feature, its reason. Every feature that the model reads has one, and none stands for all others; features may share a reason.",
                    required: true),
            ])), "The reasons of adverse decisions, from the features actually scored.", guarded: true)
}
