/// A picture of figures, as a value; drawn as static SVG.
public struct Chart: Hashable, Sendable {
    public struct Point: Hashable, Sendable {
        public let x: Double
        public let y: Double

        public init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// A line through points, or the points themselves.
    public struct Series: Hashable, Sendable {
        public let name: String
        public let points: [Point]
        public let isDotted: Bool
        public let isJoined: Bool

        public init(_ name: String, _ points: [Point], isDotted: Bool = false, isJoined: Bool = true) {
            self.isJoined = isJoined
            self.name = name
            self.points = points
            self.isDotted = isDotted
        }
    }

    /// A named figure with its interval: one row of a dot-and-whisker plot.
    public struct Whisker: Hashable, Sendable {
        public let name: String
        public let value: Double
        public let lower: Double?
        public let upper: Double?

        public init(_ name: String, _ value: Double, lower: Double? = nil, upper: Double? = nil) {
            self.name = name
            self.value = value
            self.lower = lower
            self.upper = upper
        }
    }

    public enum Content: Hashable, Sendable {
        /// With the diagonal, where that means something.
        case lines([Series], diagonal: Bool)
        /// With a line at the overall figure, or what else is named, if there is one.
        case whiskers([Whisker], overall: Double?, dashed: String = "overall")
        /// Bars side by side for each category, one colour for each name.
        case bars(categories: [String], series: [String], values: [[Double]])
        /// One line of points for each name, spread where they are dense; shades run from 0 (low) to 1 (high).
        case swarm([Swarm], shadeLabel: String?)
        /// A bar for each figure, from zero, with its interval.
        case rankedBars([Whisker])
        case scatter([Point])
        /// A line for each row, and their mean.
        case curves([[Point]], mean: [Point])
        /// From a start to an end in named steps.
        case waterfall(start: Double, steps: [Whisker], end: Double)
    }

    /// A named line of points.
    public struct Swarm: Hashable, Sendable {
        public let name: String
        public let values: [Double]
        /// One a value, 0 to 1; nil is grey. Empty: no shades.
        public let shades: [Double?]

        public init(_ name: String, _ values: [Double], shades: [Double?] = []) {
            precondition(shades.isEmpty || shades.count == values.count)
            self.name = name
            self.values = values
            self.shades = shades
        }
    }

    public let title: String
    public let xLabel: String
    public let yLabel: String
    public let content: Content
    /// The range of the axes that numbers are on; nil: what the figures span.
    public let range: ClosedRange<Double>?

    public init(_ title: String, x: String, y: String, range: ClosedRange<Double>? = nil, _ content: Content) {
        self.title = title
        xLabel = x
        yLabel = y
        self.range = range
        self.content = content
    }

    /// A number as axes and tables write it.
    public static func label(_ value: Double) -> String { Axis.label(value) }

    public var svg: String {
        switch content {
        case .lines(let series, let diagonal): drawn(lines: series, diagonal)
        case .whiskers(let whiskers, let overall, let dashed): drawn(whiskers: whiskers, overall, dashed)
        case .bars(let categories, let names, let values): drawn(bars: categories, names, values)
        case .swarm(let swarms, let label): drawn(swarms: swarms, label)
        case .rankedBars(let bars): drawn(ranked: bars)
        case .scatter(let points): drawn(points: points)
        case .curves(let curves, let mean): drawn(curves: curves, mean: mean)
        case .waterfall(let start, let steps, let end): drawn(from: start, steps, to: end)
        }
    }

    /// With an ellipsis where it is longer than there is room for.
    private static func clipped(_ name: String, _ letters: Int) -> String { name.count > letters ? name.prefix(letters - 1) + "…" : name }

    private func drawn(lines series: [Series], _ diagonal: Bool) -> String {
        // Where curves seldom are: under the diagonal; without one below the axis, two names a line.
        let isBelow = series.count > 1 && !diagonal
        var svg = SVG(width: 480, height: isBelow ? 352 + Double((series.count + 1) / 2) * 18 : 360)
        let all = series.flatMap(\.points)
        // Points by themselves do not lie on the axes.
        let margin = series.contains { !$0.isJoined } ? 0.05 : 0
        func axis(_ values: [Double], _ start: Double, _ end: Double) -> Axis {
            let (low, high) = (range?.lowerBound ?? values.min() ?? 0, range?.upperBound ?? values.max() ?? 1)
            let room = range == nil ? margin * (high > low ? high - low : max(abs(high), 1)) : 0
            return Axis(low - room, high + room, from: start, to: end)
        }
        let (x, y) = (axis(all.map(\.x), 60, 460), axis(all.map(\.y), 300, 40))
        grid(&svg, x, y)
        if diagonal { svg.line(x.position(x.low), y.position(x.low), x.position(x.high), y.position(x.high), dashed: true) }
        for (index, each) in series.enumerated() {
            let color = SVG.palette[index % SVG.palette.count]
            let points = each.points.map { (x: x.position($0.x), y: y.position($0.y)) }
            if each.isJoined { svg.path(points, color: color) }
            if each.isDotted { for point in points { svg.dot(point.x, point.y, color: color, radius: 3) } }
            guard series.count > 1 else { continue }
            let left = isBelow ? 70 + Double(index % 2) * 200 : 330
            let top = isBelow ? 360 + Double(index / 2) * 18 : 290 - Double(series.count - index) * 16
            if each.isJoined { svg.line(left, top - 4, left + 20, top - 4, color: color, width: 3) }
            if each.isDotted { svg.dot(left + 10, top - 4, color: color, radius: 3) }
            svg.text(left + 25, top, Self.clipped(each.name, isBelow ? 28 : 18), size: 11)
        }
        return svg.rendered(title: title, description: "\(yLabel) against \(xLabel)")
    }

    private func drawn(whiskers: [Whisker], _ overall: Double?, _ dashed: String) -> String {
        let height = 90 + Double(whiskers.count) * 26
        var svg = SVG(width: 560, height: height)
        let all = whiskers.flatMap { [$0.value, $0.lower, $0.upper].compactMap { $0 } } + (overall.map { [$0] } ?? [])
        let x = Axis(range?.lowerBound ?? min(0, all.min() ?? 0), range?.upperBound ?? all.max() ?? 1, from: 190, to: 540)
        let bottom = height - 45
        for tick in x.ticks {
            svg.line(x.position(tick), 36, x.position(tick), bottom, color: "#ddd")
            svg.text(x.position(tick), bottom + 15, Axis.label(tick), .middle, size: 11)
        }
        if let overall { svg.line(x.position(overall), 36, x.position(overall), bottom, color: "#555", dashed: true) }
        for (index, whisker) in whiskers.enumerated() {
            let y = 54 + Double(index) * 26
            svg.text(182, y + 4, Self.clipped(whisker.name, 26), .end)
            if let lower = whisker.lower, let upper = whisker.upper {
                svg.line(x.position(lower), y, x.position(upper), y, color: SVG.palette[0], width: 2)
                for end in [lower, upper] { svg.line(x.position(end), y - 5, x.position(end), y + 5, color: SVG.palette[0], width: 2) }
            }
            svg.dot(x.position(whisker.value), y, color: SVG.palette[0])
        }
        svg.text(280, 20, title, .middle, size: 14)
        svg.text(365, height - 8, xLabel + (overall == nil ? "" : "; dashed: \(dashed)"), .middle)
        return svg.rendered(title: title, description: "\(xLabel) of \(whiskers.map(\.name).joined(separator: ", "))")
    }

    private func drawn(bars categories: [String], _ names: [String], _ values: [[Double]]) -> String {
        var svg = SVG(width: 560, height: 320)
        let y = Axis(range?.lowerBound ?? 0, range?.upperBound ?? values.joined().max() ?? 1, from: 240, to: 40)
        for tick in y.ticks {
            svg.line(60, y.position(tick), 540, y.position(tick), color: "#ddd")
            svg.text(54, y.position(tick) + 4, Axis.label(tick), .end, size: 11)
        }
        let slot = 480 / Double(max(1, categories.count))
        let width = slot * 0.8 / Double(max(1, names.count))
        for (index, category) in categories.enumerated() {
            let left = 60 + Double(index) * slot + slot * 0.1
            for (position, row) in values.enumerated() {
                svg.bar(
                    left + Double(position) * width, y.position(row[index]), width, 240 - y.position(row[index]),
                    color: SVG.palette[position % SVG.palette.count])
            }
            if categories.count <= 12 || index % (categories.count / 8 + 1) == 0 {
                // A letter of this size is about six wide.
                let room = slot * (categories.count <= 12 ? 1 : Double(categories.count / 8 + 1)) / 6
                svg.text(left + slot * 0.4, 256, Self.clipped(category, min(24, max(3, Int(room)))), .middle, size: 10)
            }
        }
        for (index, name) in names.enumerated() where names.count > 1 {
            svg.bar(70 + Double(index) * 130, 285, 12, 10, color: SVG.palette[index % SVG.palette.count])
            svg.text(86 + Double(index) * 130, 294, name, size: 11)
        }
        svg.text(280, 20, title, .middle, size: 14)
        svg.text(300, 275, xLabel, .middle)
        svg.text(16, 140, yLabel, .middle, vertical: true)
        return svg.rendered(title: title, description: "\(yLabel) by \(xLabel)")
    }

    func grid(_ svg: inout SVG, _ x: Axis, _ y: Axis) {
        for tick in x.ticks {
            svg.line(x.position(tick), y.start, x.position(tick), y.end, color: "#ddd")
            svg.text(x.position(tick), y.start + 16, Axis.label(tick), .middle, size: 11)
        }
        for tick in y.ticks {
            svg.line(x.start, y.position(tick), x.end, y.position(tick), color: "#ddd")
            svg.text(x.start - 6, y.position(tick) + 4, Axis.label(tick), .end, size: 11)
        }
        svg.line(x.start, y.start, x.end, y.start, color: "#444")
        svg.line(x.start, y.start, x.start, y.end, color: "#444")
        svg.text(svg.width / 2, 22, title, .middle, size: 14)
        svg.text((x.start + x.end) / 2, y.start + 38, xLabel, .middle)
        svg.text(16, (y.start + y.end) / 2, yLabel, .middle, vertical: true)
    }
}
