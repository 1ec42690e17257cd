/// The rows of two tables by category, where rare categories are taken together by how many rows they have in both: one, two or three, four to seven and so on.
///
/// Whether each of many rare categories is in one table only tells nothing, as chance deals a single row to one table whatever they are. Whether all of them are does. Which categories are taken
/// together depends on their rows in both tables alone, which dealing the rows anew does not change: of tables of one distribution those have the same share in both.
struct PooledCategories {
    struct Cell {
        let old: Double
        let new: Double
        /// Of both tables together, each counted once, whatever it weighs: which table a row is of says nothing of the number of others.
        let rows: Double
        /// How many independent rows of either table stand behind it; nil: as many as there are.
        var draws: (old: Double, new: Double)?
    }

    let old: [Double]
    let new: [Double]
    /// How many independent rows stand behind each in both tables; nil: as many as there are.
    let draws: [Double]?

    /// Cells with fewer expected rows are not compared one by one (Cochran 1954).
    private static let fewRows = 5.0

    /// Nil where no category is rare.
    ///
    /// - Parameter rows: of the tables, each counted once.
    init?(_ cells: [Cell], rows: (Double, Double)) {
        let share = min(rows.0, rows.1) / (rows.0 + rows.1)
        guard cells.contains(where: { $0.rows * share < Self.fewRows }) else { return nil }
        var frequent: [Sum] = []
        var rare: [Sum] = []
        for cell in cells {
            guard cell.rows * share < Self.fewRows else {
                frequent.append(Sum(cell))
                continue
            }
            let place = Int(max(1, cell.rows).exponent)
            while rare.count <= place { rare.append(Sum()) }
            rare[place].add(cell)
        }
        let all = frequent + rare
        old = all.map(\.old.weight)
        new = all.map(\.new.weight)
        draws = cells[0].draws == nil ? nil : all.map(\.draws)
    }

    /// Of categories that are taken together.
    private struct Sum {
        var old = (weight: 0.0, squares: 0.0)
        var new = (weight: 0.0, squares: 0.0)

        init() {}

        init(_ cell: Cell) { add(cell) }

        mutating func add(_ cell: Cell) {
            func sum(_ side: (weight: Double, squares: Double), _ weight: Double, _ draws: Double) -> (weight: Double, squares: Double) {
                (side.weight + weight, side.squares + (draws > 0 ? weight * weight / draws : 0))
            }
            old = sum(old, cell.old, cell.draws?.old ?? cell.old)
            new = sum(new, cell.new, cell.draws?.new ?? cell.new)
        }

        /// In the heavier rows of the two tables: light ones of the other do not tell how the heavy ones fall.
        var draws: Double {
            let heaviest = max(1, old.weight > 0 ? old.squares / old.weight : 0, new.weight > 0 ? new.squares / new.weight : 0)
            return (old.weight + new.weight) / heaviest
        }
    }
}
