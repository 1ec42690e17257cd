import Basics

extension Kinds {
    static let featureView = KindDeclaration(
        "FeatureView", folder: "features", "Features of entities over time, looked up as they were known at a moment.",
        [
            SpecField("description", .string(.text), "What the features are and where they come from."),
            SpecField("dataset", .string(.reference("Dataset")), "The table: a row for each entity and event.", required: true, guarded: true),
            SpecField("entities", .list(.string(.text), minimum: 1), "The columns that say of what a row speaks.", required: true, guarded: true),
            SpecField("eventTime", .string(.text), "The column that says when a row's values came to hold.", required: true, guarded: true),
            SpecField(
                "knownAt", .string(.text),
                "The column that says when the row could be read. A row that was filled in later changes nothing before then. Default: the event's time.",
                guarded: true),
            SpecField(
                "timeToLive", .string(.duration),
                "How long values hold after their event; whole numbers as times are taken for seconds. Default: until the next event.",
                guarded: true),
            SpecField("features", .list(.string(.text), minimum: 1), "The columns that are looked up.", required: true, guarded: true),
        ])
}
