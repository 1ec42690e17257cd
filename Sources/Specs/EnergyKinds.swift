import Basics
import Diagnostics
import OrderedCollections

extension Kinds {
    static let energy = SpecObject([
        SpecField(
            "wattsPerCore", .number(0...positive.upperBound), "Of one busy core, where the processor does not count its energy.", default: 12.0),
        SpecField("wattsPerGigabyte", .number(0...positive.upperBound), "Of memory in use.", default: 0.3725),
        SpecField("powerUsageEffectiveness", .number(1...100), "Energy of the building for each unit that reaches the machine.", default: 1.0),
        SpecField("gramsPerKilowattHour", .number(0...positive.upperBound), "CO₂ equivalent of the electricity, where no series says it."),
        SpecField(
            "series", .string(.path),
            "A CSV file with the columns `time` and `gramsPerKilowattHour`, in order of time: the intensity from each time on. Steps with `carbonAware` wait by it."
        ),
    ])

    static let carbonAware = SpecObject([
        SpecField(
            "deadline", .string(.duration),
            "How long a step may wait, from when it could first start, for the lowest intensity of the series in proviso.yaml.", required: true)
    ])
}

/// What a repository declares of the energy that work costs.
public struct EnergySettings: Hashable, Sendable {
    public let wattsPerCore: Double
    public let wattsPerGigabyte: Double
    public let powerUsageEffectiveness: Double
    public let gramsPerKilowattHour: Double?
    /// The file that says how the intensity changes over time.
    public let series: String?

    init(_ spec: JSONValue?) {
        wattsPerCore = spec?["wattsPerCore"]?.doubleValue ?? 12
        wattsPerGigabyte = spec?["wattsPerGigabyte"]?.doubleValue ?? 0.3725
        powerUsageEffectiveness = spec?["powerUsageEffectiveness"]?.doubleValue ?? 1
        gramsPerKilowattHour = spec?["gramsPerKilowattHour"]?.doubleValue
        series = spec?["series"]?.stringValue
    }
}

extension RepositorySettings {
    public var energy: EnergySettings { EnergySettings(spec["energy"]) }
}

extension Pipeline {
    /// Seconds that each of its stages may wait for cleaner electricity.
    public var carbonDeadline: Int64? { Kinds.deadline(spec) }
}

extension Pipeline.Stage {
    public var carbonDeadline: Int64? { Kinds.deadline(spec) }
}

extension Model {
    /// Seconds that its training may wait for cleaner electricity.
    public var carbonDeadline: Int64? { Kinds.deadline(spec) }
}

extension Kinds {
    fileprivate static func deadline(_ spec: JSONValue) -> Int64? { spec["carbonAware"]?["deadline"]?.stringValue.flatMap(SpecQuantities.seconds) }
}

/// Waiting needs something to wait by.
struct EnergyChecks {
    private(set) var diagnostics: [Diagnostic] = []

    init(_ catalog: Catalog) {
        guard catalog.repository?.energy.series == nil else { return }
        func check(_ resource: Resource, _ spec: JSONValue, _ path: [String]) {
            guard spec["carbonAware"] != nil else { return }
            diagnostics.append(
                Diagnostic(
                    .missingField, "'carbonAware' waits by a series of intensities, and proviso.yaml names none",
                    at: resource.span(at: path + ["carbonAware"]),
                    hint: "in proviso.yaml: energy: {series: data/intensity.csv}"))
        }
        for pipeline in catalog.pipelines.values {
            check(pipeline.resource, pipeline.spec, ["spec"])
            for stage in pipeline.stages { check(pipeline.resource, stage.spec, stage.path) }
        }
        for model in catalog.models.values { check(model.resource, model.spec, ["spec"]) }
    }
}
