/// Each row's curve and their mean.
extension Chart {
    func drawn(curves: [[Point]], mean: [Point]) -> String {
        var svg = SVG(width: 480, height: 384)
        let all = curves.joined() + mean
        let x = Axis(all.map(\.x).min() ?? 0, all.map(\.x).max() ?? 1, from: 60, to: 460)
        let y = Axis(all.map(\.y).min() ?? 0, all.map(\.y).max() ?? 1, from: 300, to: 40)
        grid(&svg, x, y)
        for curve in curves { svg.path(curve.map { (x: x.position($0.x), y: y.position($0.y)) }, color: "#bbb", width: 1) }
        svg.path(mean.map { (x: x.position($0.x), y: y.position($0.y)) }, color: SVG.palette[0], width: 3)
        svg.line(70, 364, 90, 364, color: SVG.palette[0], width: 3)
        svg.text(95, 368, "mean of all rows", size: 11)
        guard !curves.isEmpty else { return svg.rendered(title: title, description: "\(yLabel) against \(xLabel)") }
        svg.line(270, 364, 290, 364, color: "#bbb")
        svg.text(295, 368, "single rows", size: 11)
        return svg.rendered(title: title, description: "\(yLabel) against \(xLabel)")
    }
}
