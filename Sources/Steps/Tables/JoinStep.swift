public import Basics
public import Execution
import Frames
public import Planning

/// Rows of two tables with equal keys, side by side. The left table's rows keep their order, and each one's partners theirs.
public struct JoinStep: StepRunner {
    public let kind = StepKind.join

    public init() {}

    public func run(_ work: StepWork) async throws(StepFailure) -> [String: Digest] {
        let parameters = work.step.parameters
        let left = try TableReading.read(work, "left", format: parameters["leftFormat"]?.stringValue)
        let right = try TableReading.read(work, "right", format: parameters["rightFormat"]?.stringValue)
        let names = parameters.strings("on")
        let pairs = try Self.pairs(
            left, right, on: names, isInner: parameters["how"]?.stringValue != "left", wantsOne: parameters["expect"]?.stringValue != "many")
        guard !pairs.left.isEmpty else { throw StepFailure(.input, "no row of the left table has a partner by \(names.joined(separator: ", "))") }
        var columns = left.columns.map { $0.selecting(rows: pairs.left) }
        let suffix = parameters["suffix"]?.stringValue ?? ""
        for column in right.columns where !names.contains(column.name) {
            let isTaken = left[column.name] != nil
            columns.append(column.gathering(pairs.right, as: isTaken ? column.name + suffix : column.name))
        }
        return ["table": try TableReading.put(try TableReading.frame(columns), work)]
    }

    /// Row numbers of both tables; −1 where a row of the left one has no partner.
    static func pairs(
        _ left: Frame, _ right: Frame, on names: [String], isInner: Bool, wantsOne: Bool
    ) throws(StepFailure) -> (left: [Int], right: [Int]) {
        var (one, other): ([Column], [Column]) = ([], [])
        for name in names {
            one.append(try TableReading.column(name, of: left, "left"))
            other.append(try TableReading.column(name, of: right, "right"))
        }
        let keys: RowKeys
        do throws(RowKeys.Mismatch) {
            keys = try RowKeys(left: one, right: other)
        } catch {
            throw StepFailure(.input, error.message)
        }
        // Rows of the right table by key, in their order.
        var starts = [Int](repeating: 0, count: keys.count + 1)
        for key in keys.right where key >= 0 { starts[Int(key) + 1] += 1 }
        for key in 0..<keys.count { starts[key + 1] += starts[key] }
        var filled = starts
        var byKey = [Int](repeating: 0, count: starts[keys.count])
        for (row, key) in keys.right.enumerated() where key >= 0 {
            byKey[filled[Int(key)]] = row
            filled[Int(key)] += 1
        }
        var pairs: (left: [Int], right: [Int]) = ([], [])
        pairs.left.reserveCapacity(left.rowCount)
        pairs.right.reserveCapacity(left.rowCount)
        for (row, key) in keys.left.enumerated() {
            let partners = key < 0 ? [] : byKey[starts[Int(key)]..<starts[Int(key) + 1]]
            if partners.isEmpty, !isInner {
                pairs.left.append(row)
                pairs.right.append(-1)
            }
            if wantsOne, partners.count > 1, let first = partners.first, let second = partners.dropFirst().first {
                throw StepFailure(
                    .input,
                    "row \(row + 1) of the left table has \(partners.count) partners by \(names.joined(separator: ", ")): rows \(first + 1) and \(second + 1) of the right one; 'expect: many' lets it be repeated"
                )
            }
            for partner in partners {
                pairs.left.append(row)
                pairs.right.append(partner)
            }
        }
        return pairs
    }
}
