internal import Foundation
import Metrics
import Reports
import Statistics

/// Figures as reports show them.
enum Figures {
    /// Four digits behind the point; small and very large ones with three that count.
    static func text(_ value: Double) -> String {
        value != 0 && (abs(value) < 0.001 || abs(value) >= 1e12) ? String(format: "%.3g", value) : String(format: "%.4f", value)
    }

    static func text(_ estimate: Estimate) -> String { estimate.value.map { text($0) } ?? "undefined" }

    static func interval(_ estimate: Estimate) -> String {
        if let interval = estimate.interval { return "\(text(interval.lower)) to \(text(interval.upper))" }
        return estimate.undefined.map { "since \($0)" } ?? ""
    }

    /// A row for each figure: value, 95 % interval, how that is made, rows.
    static func table(_ figures: [(name: String, estimate: Estimate)]) -> Document.Table {
        Document.Table(
            ["figure", "value", "95 % interval", "method", "n"],
            figures.map { [$0.name, text($0.estimate), interval($0.estimate), $0.estimate.interval?.method ?? "", String($0.estimate.n)] })
    }
}
