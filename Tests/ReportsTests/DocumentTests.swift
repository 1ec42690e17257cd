import Basics
import Testing

@testable import Reports

@Suite struct DocumentTests {
    @Test func `texts stand beside what they are of, figures to the right`() {
        let long = "learningRate 0.1, " + String(repeating: "and more, ", count: 8) + "seed 1"
        let table = Document.Table(["", "declared"], [["risk", "high"], ["estimator", long]])
        let figures = Document.Table(["figure", "value"], [["accuracy", "0.9"], ["log loss", "0.4321"]])
        let document = Document("Card", [.table(table), .table(figures)], json: .null)
        let text = document.rendered(.text)
        #expect(text.contains("\nrisk       high\n") && text.contains("\naccuracy     0.9\n"), "\(text)")
        let markdown = document.rendered(.markdown)
        #expect(markdown.contains("|---|---|") && markdown.contains("|---|---:|"))
        let html = document.rendered(.html)
        #expect(html.contains("<td>risk</td><td class=\"l\">high</td>") && html.contains("<td>accuracy</td><td>0.9</td>"))
    }

    @Test func `points by themselves do not lie on the axes, curves reach them`() throws {
        let points = [Chart.Point(0.7, 0.02), Chart.Point(0.8, 0.05), Chart.Point(0.75, 0.03)]
        func places(_ isJoined: Bool) -> [(x: Double, y: Double)] {
            let chart = Chart(
                "Trials", x: "a", y: "b",
                .lines([Chart.Series("trials", points, isDotted: true, isJoined: isJoined)], diagonal: false))
            return chart.svg.matches(of: #/<circle cx="([0-9.]+)" cy="([0-9.]+)"/#).compactMap { match in
                Double(match.1).flatMap { x in Double(match.2).map { (x, $0) } }
            }
        }
        #expect(places(false).count == 3 && places(false).allSatisfy { (65...455).contains($0.x) && (45...295).contains($0.y) })
        #expect(places(true).map(\.x).min() == 60 && places(true).map(\.y).max() == 300)
        // One point only has its place too.
        let one = Chart("Trials", x: "a", y: "b", .lines([Chart.Series("trials", [points[0]], isDotted: true, isJoined: false)], diagonal: false)).svg
        #expect(!one.contains("nan") && !one.contains("cx=\"60\""))
    }

    /// A group called <unknown> would not be seen, and one called <script> run, where Markdown is shown with its HTML.
    @Test func `names of data are no HTML in Markdown`() {
        let table = Document.Table(["<b>", "n"], [["<unknown>", "1"], ["<18", "2"], ["a < b", "3"], ["</td><!-- x", "4"]])
        let markdown = Document("D", [.heading("By <i>"), .paragraph("Too few: <script>alert(1)</script>."), .table(table)], json: .null).rendered(
            .markdown)
        #expect(markdown.contains("## By &lt;i>") && markdown.contains("Too few: &lt;script>alert(1)&lt;/script>."))
        #expect(markdown.contains("| &lt;b> | n |") && markdown.contains("| &lt;unknown> | 1 |") && markdown.contains("| &lt;/td>&lt;!-- x | 4 |"))
        #expect(markdown.contains("| <18 | 2 |") && markdown.contains("| a < b | 3 |"))
    }
}
