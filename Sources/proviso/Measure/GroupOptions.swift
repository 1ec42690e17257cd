import ArgumentParser
import Measuring

/// Which groups of rows are measured: columns, their combinations, and edges between groups of numbers.
struct GroupOptions: ParsableArguments {
    @Option(help: "A column of groups; may be repeated.") var group: [String] = []
    @Option(help: "Columns whose combinations are groups too, such as sex,race; may be repeated.") var cross: [String] = []
    @Option(help: "Edges between groups of a column of numbers, such as age=25,40; may be repeated.") var edges: [String] = []

    func table(_ options: TableOptions, more: [String] = []) throws -> MeasuredTable {
        let intersections = cross.map { $0.split(separator: ",").map(String.init) }
        let plain = try options.table(groups: group, more: more + intersections.flatMap { $0 })
        var columns = plain.columns
        columns.intersections = intersections
        for each in edges {
            let pair = try ColumnPair(each, option: "--edges")
            let numbers = pair.second.split(separator: ",").map { Double($0) }
            guard numbers.allSatisfy({ $0 != nil }) else {
                throw CommandFailure(.invalidInput, "--edges \(each): edges are numbers, such as age=25,40")
            }
            columns.edges[pair.first] = numbers.compactMap { $0 }
        }
        return MeasuredTable(plain.frame, columns)
    }
}
