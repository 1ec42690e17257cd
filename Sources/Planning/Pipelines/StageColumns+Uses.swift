import Basics
import Diagnostics
import OrderedCollections
import Specs

/// What stages ask of their tables' columns for feature views and models.
extension StageColumns {
    mutating func features(_ instance: StageInstance, _ table: Columns?, _ place: Place) -> Columns? {
        let time = instance.body["time"]?.stringValue ?? ""
        need(time, table, place, ["time"])
        if let type = table?[time], type != "timestamp", type != "integer" {
            report(.wrongType, "'\(time)' is a \(type) column, and no time", place, ["time"], hint: "derive a timestamp")
        }
        var made = table
        for (index, use) in (instance.body["views"]?.arrayValue ?? []).enumerated() {
            guard let view = use["view"]?.stringValue.flatMap({ catalog.featureViews[$0] }), let dataset = catalog.datasets[view.datasetName] else {
                continue
            }
            let types = Self.columns(of: dataset)
            let path = ["views", String(index)]
            for name in [view.eventTime] + [view.knownAt].compactMap({ $0 }) {
                guard let type = types[name], let own = table?[time], Set([type, own]) == ["timestamp", "integer"] else { continue }
                report(
                    .wrongType,
                    "'\(time)' is a \(own) column, and '\(name)' of the view '\(view.name)' a \(type) one, so that their times cannot be compared",
                    place, path + ["view"], hint: "derive a time of the view's type")
            }
            for entity in view.entities {
                let name = use["entities"]?[entity]?.stringValue ?? entity
                need(name, table, place, path + ["entities", entity])
                // Whole numbers may be declared as float.
                guard let type = types[entity], let own = table?[name], type != own, Set([type, own]) != ["integer", "float"] else { continue }
                report(
                    .wrongType, "'\(name)' is a \(own) column, and the entity '\(entity)' of the view '\(view.name)' a \(type) one", place,
                    use["entities"]?[entity] == nil ? path + ["view"] : path + ["entities", entity], hint: "derive a column of the same type first")
            }
            for feature in view.features {
                let name = (use["prefix"]?.stringValue ?? "") + feature
                if made?[name] != nil {
                    report(
                        .conflictingFields, "the table has a column '\(name)' already", place, path + ["view"],
                        hint: "give the view's features a prefix")
                }
                made?[name] = types[feature] ?? "float"
            }
        }
        return made
    }

    mutating func checkTraining(_ instance: StageInstance, _ table: Columns?, _ place: Place) {
        guard let table, let model = instance.body["model"]?.stringValue.flatMap({ catalog.models[$0] }),
            let dataset = catalog.datasets[model.datasetName]
        else { return }
        for name in Self.columns(of: dataset).keys where table[name] == nil {
            report(
                .danglingReference, "the model '\(model.name)' reads the column '\(name)', which the table has not", place, ["input"],
                hint: "the data set '\(dataset.name)' declares it")
        }
    }

    /// The model that a stage trains which `text` names.
    func trained(_ text: String, in instances: StageInstances) -> Model? {
        guard case .output(let id, _)? = instances.resolve(text), let trainer = instances.instances[id], trainer.stage.work == .train else {
            return nil
        }
        return trainer.body["model"]?.stringValue.flatMap { catalog.models[$0] }
    }

    mutating func checkScoring(_ instance: StageInstance, by model: Model?, _ table: Columns?, _ place: Place) {
        let kept = (instance.body["keep"]?.arrayValue ?? []).compactMap(\.stringValue)
        for (index, name) in kept.enumerated() {
            need(name, table, place, ["keep", String(index)])
            if model.map({ Self.isScore(name, of: $0) }) ?? (name == "row") {
                report(
                    .conflictingFields, "the scores have a column '\(name)' of their own", place, ["keep", String(index)],
                    hint: "derive a column of another name first")
            } else if kept[..<index].contains(name) {
                report(.conflictingFields, "the column '\(name)' is kept twice", place, ["keep", String(index)], hint: "name it once")
            }
        }
        guard let table, let model, let dataset = catalog.datasets[model.datasetName] else { return }
        for name in model.featureNames(in: dataset) where table[name] == nil {
            report(
                .danglingReference, "the model '\(model.name)' reads the column '\(name)', which the table has not", place, ["input"],
                hint: "the data set '\(dataset.name)' declares it")
        }
    }

    /// Whether scoring makes a column of the name.
    private static func isScore(_ name: String, of model: Model) -> Bool {
        switch model.task {
        case "multiclassClassification": ["row", "prediction"].contains(name) || name.hasPrefix("score:")
        case "regression", "count", "quantile": ["row", "prediction"].contains(name)
        default: ["row", "score", "decision"].contains(name)
        }
    }
}
