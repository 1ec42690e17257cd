/// Neumaier's compensated sum (1974).
struct CompensatedSum {
    private var sum = 0.0
    private var compensation = 0.0

    var value: Double { sum + compensation }

    mutating func add(_ next: Double) {
        let total = sum + next
        compensation += abs(sum) >= abs(next) ? (sum - total) + next : (next - total) + sum
        sum = total
    }
}
