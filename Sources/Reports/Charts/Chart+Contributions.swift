/// Pictures of what contributed to predictions.
extension Chart {
    private static let left = 180.0
    private static let right = 560.0

    /// Names stand at the left; longer ones are cut.
    private static func short(_ name: String, _ length: Int = 25) -> String { name.count > length ? name.prefix(length - 1) + "…" : name }

    /// Vertical lines at the ticks, with their labels below.
    private func verticals(_ svg: inout SVG, _ x: Axis, top: Double, bottom: Double) {
        for tick in x.ticks {
            svg.line(x.position(tick), top, x.position(tick), bottom, color: tick == 0 ? "#777" : "#ddd")
            svg.text(x.position(tick), bottom + 15, Axis.label(tick), .middle, size: 11)
        }
        svg.text((x.start + x.end) / 2, bottom + 34, xLabel, .middle)
    }

    func drawn(swarms: [Swarm], _ shadeLabel: String?) -> String {
        let lineHeight = 30.0
        let top = 42.0
        let bottom = top + Double(swarms.count) * lineHeight
        let legend = shadeLabel == nil ? 0 : 24.0
        var svg = SVG(width: 580, height: bottom + 48 + legend)
        let all = swarms.flatMap(\.values)
        let x = Axis(min(0, all.min() ?? 0), max(0, all.max() ?? 1), from: Self.left, to: Self.right)
        verticals(&svg, x, top: top - 6, bottom: bottom)
        for (index, swarm) in swarms.enumerated() {
            let y = top + (Double(index) + 0.5) * lineHeight
            svg.text(Self.left - 10, y + 4, Self.short(swarm.name), .end)
            let offsets = Self.offsets(swarm.values.map { x.position($0) }, room: lineHeight / 2 - 3)
            for (place, value) in swarm.values.enumerated() {
                let color = swarm.shades.isEmpty ? SVG.palette[0] : SVG.shade(swarm.shades[place])
                svg.dot(x.position(value), y + offsets[place], color: color, radius: 2, opacity: 0.75)
            }
        }
        svg.text(290, 20, title, .middle, size: 14)
        if let shadeLabel {
            let y = bottom + 56
            svg.text(Self.left + 40, y + 4, "\(shadeLabel): low", .end, size: 11)
            for step in 0..<40 { svg.bar(Self.left + 48 + Double(step) * 3, y - 5, 3.2, 10, color: SVG.shade(Double(step) / 39)) }
            svg.text(Self.left + 174, y + 4, "high", size: 11)
        }
        return svg.rendered(title: title, description: "\(xLabel) of \(swarms.map(\.name).joined(separator: ", "))")
    }

    /// How far each point stands from its line: points that would cover one another are put around it in turn, closer where there are many.
    private static func offsets(_ positions: [Double], room: Double) -> [Double] {
        let cell = 3.0
        var counts: [Int: Int] = [:]
        let ranks = positions.map { position -> Int in
            let place = Int((position / cell).rounded(.down))
            defer { counts[place, default: 0] += 1 }
            return counts[place] ?? 0
        }
        let most = Double((counts.values.max() ?? 1) / 2)
        let step = most > 0 ? min(3.4, room / most) : 0
        return ranks.map { rank in Double((rank + 1) / 2) * step * (rank % 2 == 0 ? 1 : -1) }
    }

    func drawn(ranked bars: [Whisker]) -> String {
        let top = 40.0
        let bottom = top + Double(bars.count) * 24
        var svg = SVG(width: 580, height: bottom + 48)
        let all = bars.flatMap { [$0.value, $0.lower ?? $0.value, $0.upper ?? $0.value] }
        let x = Axis(min(0, all.min() ?? 0), max(all.max() ?? 1, 0), from: Self.left, to: Self.right - 60)
        verticals(&svg, x, top: top - 4, bottom: bottom)
        for (index, bar) in bars.enumerated() {
            let y = top + Double(index) * 24 + 12
            svg.text(Self.left - 10, y + 4, Self.short(bar.name), .end)
            let (from, to) = (x.position(min(0, bar.value)), x.position(max(0, bar.value)))
            svg.bar(from, y - 8, max(to - from, 0.5), 16, color: SVG.palette[0])
            if let lower = bar.lower, let upper = bar.upper {
                svg.line(x.position(lower), y, x.position(upper), y, color: "#222", width: 1.5)
                for end in [lower, upper] { svg.line(x.position(end), y - 4, x.position(end), y + 4, color: "#222", width: 1.5) }
            }
            svg.text(x.position(max(bar.upper ?? bar.value, bar.value, 0)) + 6, y + 4, Self.digits(bar.value), size: 11)
        }
        svg.text(290, 20, title, .middle, size: 14)
        return svg.rendered(title: title, description: "\(xLabel) of \(bars.map(\.name).joined(separator: ", "))")
    }

    func drawn(points: [Point]) -> String {
        var svg = SVG(width: 480, height: 340)
        // Room at the ends, so that no point lies on a frame.
        func axis(_ all: [Double], _ start: Double, _ end: Double) -> Axis {
            let (low, high) = (all.min() ?? 0, all.max() ?? 1)
            let margin = max(high - low, abs(high) * 1e-9) * 0.03
            return Axis(low - margin, high + margin, from: start, to: end)
        }
        let x = axis(points.map(\.x), 64, 460)
        let y = axis(points.map(\.y) + [0], 282, 40)
        grid(&svg, x, y)
        svg.line(x.start, y.position(0), x.end, y.position(0), color: "#777")
        for point in points { svg.dot(x.position(point.x), y.position(point.y), color: SVG.palette[0], radius: 2.2, opacity: 0.55) }
        return svg.rendered(title: title, description: "\(yLabel) against \(xLabel)")
    }

    func drawn(from start: Double, _ steps: [Whisker], to end: Double) -> String {
        let lineHeight = 26.0
        let top = 42.0
        let bottom = top + Double(steps.count + 2) * lineHeight
        var svg = SVG(width: 580, height: bottom + 48)
        var totals = [start]
        for step in steps { totals.append((totals.last ?? start) + step.value) }
        let (low, high) = ((totals + [end]).min() ?? 0, (totals + [end]).max() ?? 1)
        let margin = max(high - low, 1e-12) * 0.14
        let x = Axis(low - margin, high + margin, from: Self.left, to: Self.right)
        verticals(&svg, x, top: top - 6, bottom: bottom)
        func middle(_ index: Int) -> Double { top + (Double(index) + 0.5) * lineHeight }
        func total(_ name: String, _ value: Double, at index: Int) {
            svg.text(Self.left - 10, middle(index) + 4, name, .end)
            svg.dot(x.position(value), middle(index), color: "#222")
            svg.text(x.position(value) + 8, middle(index) + 4, Self.digits(value), size: 11)
        }
        total("base value", start, at: 0)
        for (index, step) in steps.enumerated() {
            let y = middle(index + 1)
            let (before, after) = (x.position(totals[index]), x.position(totals[index + 1]))
            svg.text(Self.left - 10, y + 4, Self.short(step.name), .end)
            svg.line(before, middle(index) + (index == 0 ? 4 : 8), before, y - 8, color: "#999", dashed: true)
            svg.bar(min(before, after), y - 8, max(abs(after - before), 0.5), 16, color: SVG.palette[step.value < 0 ? 0 : 1])
            let label = (step.value > 0 ? "+" : "") + Self.digits(step.value)
            let isRight = step.value >= 0
            svg.text(isRight ? max(before, after) + 5 : min(before, after) - 5, y + 4, label, isRight ? .start : .end, size: 11)
        }
        let last = x.position(totals.last ?? end)
        svg.line(last, middle(steps.count) + 8, last, middle(steps.count + 1) - 4, color: "#999", dashed: true)
        total("prediction", end, at: steps.count + 1)
        svg.text(290, 20, title, .middle, size: 14)
        return svg.rendered(
            title: title, description: "from \(Self.digits(start)) to \(Self.digits(end)) by \(steps.map(\.name).joined(separator: ", "))")
    }

    /// Three digits that count, or as many as the whole part has.
    private static func digits(_ value: Double) -> String {
        let size = abs(value)
        if size == 0 { return "0" }
        let decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4
        let factor = [1.0, 10, 100, 1000, 10000][decimals]
        return Axis.label((value * factor).rounded() / factor)
    }
}
