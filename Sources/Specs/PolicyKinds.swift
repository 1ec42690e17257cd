import Basics

extension Kinds {
    static let expression = SpecShape.string(.expression)

    static let namedExpression = SpecObject([
        SpecField("name", .string(.name), "Unique in its list.", required: true),
        SpecField("expression", expression, "A CEL expression.", required: true),
    ])

    static let policy = KindDeclaration(
        "Policy", folder: "policies", guarded: true,
        "Rules in CEL over the evidence. The names are those of a Kubernetes ValidatingAdmissionPolicy.",
        [
            SpecField("description", .string(.text), "What the policy asks, in words."),
            SpecField("match", .object(match), "Which subjects the policy applies to.", required: true),
            SpecField(
                "matchConditions", .list(.object(namedExpression), minimum: 1),
                "Further conditions, all of which must be true for the policy to apply."),
            SpecField("params", .map(.any), "Constants for the expressions, as `params`.", default: [:]),
            SpecField("paramsRef", .string(.reference("PolicyParameters")), "A resource whose values replace those of `params`."),
            SpecField("overridable", .list(.string(.text), minimum: 1), "The parameters that an Environment may set for itself; no others."),
            SpecField("variables", .list(.object(namedExpression), minimum: 1), "Named expressions, evaluated at most once, as `variables`."),
            SpecField("validations", .list(.object(validation), minimum: 1), "The rules. Each must be true.", required: true),
            SpecField(
                "validationActions", .list(.string(.oneOf(["Deny", "Warn", "Audit"])), minimum: 1),
                "What a rule that is false or undecided does.", default: ["Deny"]),
            SpecField(
                "baseline", .string(.oneOf(["required", "ifPresent", "unused"])),
                "Whether what is live must exist (`required`), may lack (`ifPresent`: rules that read it are skipped then), or is not read.",
                default: "unused"),
            SpecField(
                "optionalEvidence", .list(.string(.text), minimum: 1),
                "Paths such as `evidence.fairness`, whose absence does not make a rule undecided."),
            SpecField(
                "maximumWaiverDays", .integer(0...3650),
                "How far ahead a waiver of its rules may expire; 0: they cannot be waived. At most what the repository allows."),
            SpecField("jurisdiction", .string(.text), "Where the law that it implements holds."),
            SpecField("legalBasis", .string(.text), "The article or control."),
            SpecField("effectiveFrom", .string(.instant), "The policy applies from then on."),
            SpecField("effectiveUntil", .string(.instant), "The policy applies until then."),
            SpecField("sourceChecked", .string(.instant), "When somebody last compared the policy with its legal basis."),
            SpecField("supersededBy", .string(.reference("Policy")), "The policy that replaces this one once it is in force."),
        ])

    static let match = SpecObject([
        SpecField("kinds", .list(.string(.oneOf(["Model"])), minimum: 1), "Kinds of subjects.", required: true),
        SpecField("labels", .map(.string(.text)), "Labels that the subject must have, with these values."),
    ])

    static let validation = SpecObject([
        SpecField("name", .string(.name), "Unique in the policy.", required: true),
        SpecField("expression", expression, "Must be true.", required: true),
        SpecField("control", .string(.text), "The article or control that the rule implements."),
        SpecField("message", .string(.text), "Said when it is not."),
        SpecField("messageExpression", expression, "Makes the message instead, as a string."),
        SpecField("subjectPath", .string(.text), "The part of the subject that the rule is about, such as `spec.decision.threshold`."),
    ])

    static let policyParameters = KindDeclaration(
        "PolicyParameters", folder: "policies", guarded: true, "Constants that several policies share.",
        [SpecField("values", .map(.any), "The constants.", required: true)])

    static let waiver = KindDeclaration(
        "Waiver", folder: "waivers", guarded: true,
        "A failing rule that is tolerated: which, why, until when, and who answers for it. It counts once its owner and somebody else who may approve it have signed the file: `proviso approve --waiver FILE`.",
        [
            SpecField("policy", .string(.reference("Policy")), "Whose rules are waived.", required: true),
            SpecField("rules", .list(.string(.name), minimum: 1), "Which of them; all if not given."),
            SpecField(
                "subject",
                .object(
                    SpecObject([
                        SpecField("kind", .string(.oneOf(["Model"])), "The subject's kind.", required: true),
                        SpecField("name", .string(.name), "The subject's name; any if not given."),
                        SpecField("labels", .map(.string(.text)), "Labels that the subject must have, with these values."),
                    ])), "For whom.", required: true),
            SpecField("reason", .string(.text), "Why it is tolerable.", required: true),
            SpecField("ticket", .string(.text), "Where the matter is followed up."),
            SpecField("owner", .string(.email), "Who answers for it.", required: true),
            SpecField("expires", .string(.instant), "It counts until then.", required: true),
        ])

    static let environment = KindDeclaration(
        "Environment", folder: "environments", "Which record of which model is live.",
        [
            SpecField("description", .string(.text), "What the environment is."),
            SpecField(
                "params", .map(.map(.any)),
                "By policy, other values for its parameters. With them, what a record found is judged anew before its model may be live here.",
                guarded: true),
            SpecField(
                "models",
                .list(
                    .object(
                        SpecObject([
                            SpecField("name", .string(.reference("Model")), "The model.", required: true),
                            SpecField("record", .string(.digest), "The record of the ledger whose model is live.", required: true),
                        ])), minimum: 0), "What is live.", default: []),
        ])
}
