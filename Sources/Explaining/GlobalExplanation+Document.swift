internal import Basics
internal import Explanations
internal import Reports
internal import Statistics

/// As a part of the report and of the JSON form.
extension GlobalExplanation {
    var json: JSONValue {
        JSONValue.object([
            "partialDependence": .array(dependences.map(Self.json)),
            // One output's stand by themselves.
            "faithfulness": only?["faithfulness"] ?? .null, "surrogateTree": only?["surrogateTree"] ?? .null,
            "outputs": only == nil ? .array(outputs.map(Self.json)) : .null,
            "permutationImportance": importance.map(Self.json) ?? .null,
            "interactions": interactions.isEmpty
                ? .null : .array(interactions.map { ["features": .array($0.players.map { .string($0) }), "meanAbsolute": .double($0.size)] }),
        ]).droppingNulls
    }

    private var only: JSONValue? { outputs.count == 1 ? outputs.first.map(Self.json) : nil }

    private static func json(_ output: OfOutput) -> JSONValue {
        let curves = output.faithfulness
        return JSONValue.object([
            "faithfulness": [
                "rows": .int(Int64(curves.rowCount)), "deletion": .array(curves.deletion.map { .double($0) }),
                "insertion": .array(curves.insertion.map { .double($0) }), "deletionArea": .double(curves.deletionArea),
                "insertionArea": .double(curves.insertionArea), "randomDeletionArea": .double(curves.randomDeletionArea),
                "randomInsertionArea": .double(curves.randomInsertionArea), "gain": .double(curves.gain),
            ],
            "surrogateTree": output.surrogate.map { tree in
                [
                    "fidelity": .double(tree.fidelity), "trainingFidelity": .double(tree.trainingFidelity),
                    "rules": .array(tree.rules.map { .string($0) }),
                ]
            } ?? .null,
        ]).droppingNulls
    }

    private static func json(_ dependence: PartialDependence) -> JSONValue {
        [
            "feature": .string(dependence.feature), "values": .array(dependence.labels.map { .string($0) }), "rows": .int(Int64(dependence.rowCount)),
            "mean": .array(dependence.mean.map { .double($0) }), "lower": .array(dependence.intervals.map { .double($0.lower) }),
            "upper": .array(dependence.intervals.map { .double($0.upper) }),
        ]
    }

    private static func json(_ importance: PermutationImportance) -> JSONValue {
        [
            "loss": .string(importance.loss.rawValue), "baseLoss": .double(importance.baseLoss), "repeats": .int(Int64(importance.repeats)),
            "features": .object(
                Dictionary(
                    uniqueKeysWithValues: importance.importances.map {
                        (
                            $0.player,
                            [
                                "value": .double($0.value), "standardDeviation": .double($0.standardDeviation), "lower": .double($0.interval.lower),
                                "upper": .double($0.interval.upper),
                            ] as JSONValue
                        )
                    })),
        ]
    }

    func blocks(pictures: Bool, outputs: [String]) -> [Document.Block] {
        var blocks: [Document.Block] = []
        if pictures, !dependences.isEmpty {
            blocks.append(.heading("How predictions change with a feature"))
            for dependence in dependences {
                for output in 0..<dependence.outputCount {
                    blocks.append(.chart(Self.chart(dependence, output: output, of: dependence.outputCount > 1 ? outputs[output] : nil)))
                }
            }
        }
        if !interactions.isEmpty {
            blocks += [
                .heading("What pairs of features do together"),
                .table(
                    Document.Table(
                        ["features", "mean |interaction|"],
                        interactions.map { [$0.players.joined(separator: " × "), ExplanationDocument.figure($0.size)] })),
            ]
        }
        if let importance { blocks += Self.blocks(importance, pictures: pictures) }
        for (index, output) in self.outputs.enumerated() {
            let name = self.outputs.count > 1 ? ", output \(outputs[index])" : ""
            blocks += Self.blocks(output.faithfulness, name, pictures: pictures)
            guard let surrogate = output.surrogate else { continue }
            blocks += [
                .heading("A small tree that imitates the model\(name)"),
                .paragraph(
                    "It explains \(ExplanationDocument.figure(surrogate.fidelity)) of the spread of the model's predictions (R²) in rows that it was not grown on, "
                        + "\(ExplanationDocument.figure(surrogate.trainingFidelity)) in those that it was."),
                .table(Document.Table(["rule, value and rows"], surrogate.rules.map { [$0] })),
            ]
        }
        return blocks
    }

    /// Numbers as curves; categories, and a missing value, as points with the mean's interval.
    private static func chart(_ dependence: PartialDependence, output: Int, of name: String?) -> Chart {
        let (points, outputs) = (dependence.grid.count, dependence.outputCount)
        let title = dependence.feature + (name.map { ", output \($0)" } ?? "")
        let numbers = dependence.grid.indices.filter { Double(dependence.labels[$0]) != nil && !dependence.grid[$0].isNaN }
        guard numbers.count > 2 else {
            return Chart(
                title, x: "mean prediction", y: "",
                .whiskers(
                    (0..<points).map { point in
                        let interval = dependence.intervals.isEmpty ? nil : dependence.intervals[point * outputs + output]
                        return .init(
                            dependence.labels[point], dependence.mean[point * outputs + output], lower: interval?.lower, upper: interval?.upper)
                    }, overall: nil))
        }
        let drawn = min(dependence.rowCount, drawnRows)
        let curves = (0..<drawn).map { index -> [Chart.Point] in
            let row = index * dependence.rowCount / drawn
            return numbers.map { Chart.Point(dependence.grid[$0], dependence.curves[(row * points + $0) * outputs + output]) }
        }
        return Chart(
            title, x: dependence.feature, y: "prediction",
            .curves(curves, mean: numbers.map { Chart.Point(dependence.grid[$0], dependence.mean[$0 * outputs + output]) }))
    }

    private static func blocks(_ importance: PermutationImportance, pictures: Bool) -> [Document.Block] {
        let ranked = importance.importances.enumerated().sorted { (-$0.element.value, $0.offset) < (-$1.element.value, $1.offset) }.map(\.element)
        let table = Document.Table(
            ["feature", "loss added", "95 % interval"],
            ranked.map {
                [
                    $0.player, ExplanationDocument.figure($0.value),
                    "\(ExplanationDocument.figure($0.interval.lower)) to \(ExplanationDocument.figure($0.interval.upper))",
                ]
            })
        var blocks: [Document.Block] = [
            .heading("What exchanging a feature's values costs"),
            .paragraph("The \(importance.loss.rawValue) is \(ExplanationDocument.figure(importance.baseLoss)) as the rows are."), .table(table),
        ]
        if pictures {
            blocks.append(
                .chart(
                    Chart(
                        "Permutation importance", x: "\(importance.loss.rawValue) added, with its 95 % interval", y: "",
                        .whiskers(
                            ranked.prefix(20).map { .init($0.player, $0.value, lower: $0.interval.lower, upper: $0.interval.upper) }, overall: nil))))
        }
        return blocks
    }

    private static func blocks(_ curves: FaithfulnessCurves, _ name: String, pictures: Bool) -> [Document.Block] {
        let heading: [Document.Block] = [
            .heading("Whether the features named first move the prediction\(name)"),
            .paragraph(
                "Insertion less deletion, beyond a random order's: \(ExplanationDocument.figure(curves.gain)) in units of the prediction, over \(curves.rowCount) rows."
            ),
        ]
        guard pictures else { return heading }
        func series(_ name: String, _ curve: [Double], isDotted: Bool = false) -> Chart.Series {
            Chart.Series(name, curve.enumerated().map { Chart.Point(Double($0) / Double(max(1, curve.count - 1)), $1) }, isDotted: isDotted)
        }
        return heading + [
            .chart(
                Chart(
                    "Deletion and insertion", x: "share of the features taken or given", y: "mean prediction",
                    .lines(
                        [
                            series("deletion", curves.deletion, isDotted: true), series("insertion", curves.insertion, isDotted: true),
                            series("deletion, random order", curves.randomDeletion), series("insertion, random order", curves.randomInsertion),
                        ], diagonal: false)))
        ]
    }
}
