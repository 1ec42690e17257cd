internal import Foundation

/// Builds an SVG picture as text: the same numbers give the same bytes.
struct SVG {
    private var parts: [String] = []
    let width: Double
    let height: Double

    /// Told apart with every kind of colour vision (Okabe and Ito 2008).
    static let palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// Two digits behind the point are finer than any screen.
    static func number(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            // Characters that no XML document may have.
            case _ where scalar.value < 0x20 && !"\t\n\r".unicodeScalars.contains(scalar): out += "\u{FFFD}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String = "#999", width: Double = 1, dashed: Bool = false) {
        let n = Self.number
        parts.append(
            "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" stroke=\"\(color)\" stroke-width=\"\(n(width))\""
                + (dashed ? " stroke-dasharray=\"4 3\"" : "") + "/>")
    }

    mutating func path(_ points: [(x: Double, y: Double)], color: String, width: Double = 1.8) {
        let text = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        parts.append("<polyline points=\"\(text)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(Self.number(width))\"/>")
    }

    mutating func dot(_ x: Double, _ y: Double, color: String, radius: Double = 4, opacity: Double = 1) {
        let seen = opacity < 1 ? " fill-opacity=\"\(Self.number(opacity))\"" : ""
        parts.append("<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" fill=\"\(color)\"\(seen)/>")
    }

    /// From blue (0) over grey to orange (1), told apart with every kind of colour vision; grey for nothing.
    static func shade(_ value: Double?) -> String {
        guard let value else { return "#999" }
        let stops: [[Double]] = [[0, 114, 178], [200, 200, 200], [213, 94, 0]]
        let place = min(max(value, 0), 1) * 2
        let index = place < 1 ? 0 : 1
        let mixed = zip(stops[index], stops[index + 1]).map { Int(($0 + ($1 - $0) * (place - Double(index))).rounded()) }
        return "#" + mixed.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    mutating func bar(_ x: Double, _ y: Double, _ width: Double, _ height: Double, color: String) {
        let n = Self.number
        parts.append("<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\" fill=\"\(color)\" fill-opacity=\"0.75\"/>")
    }

    enum Anchor: String { case start, middle, end }

    mutating func text(_ x: Double, _ y: Double, _ text: String, _ anchor: Anchor = .start, size: Double = 12, vertical: Bool = false) {
        let n = Self.number
        let turn = vertical ? " transform=\"rotate(-90 \(n(x)) \(n(y)))\"" : ""
        parts.append(
            "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(n(size))\" text-anchor=\"\(anchor.rawValue)\" fill=\"#222\"\(turn)>\(Self.escaped(text))</text>"
        )
    }

    /// The whole picture; `description` is for those who do not see it.
    func rendered(title: String, description: String) -> String {
        let size = "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\""
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) role=\"img\" font-family=\"sans-serif\"><title>\(Self.escaped(title))</title>"
            + "<desc>\(Self.escaped(description))</desc><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>" + parts.joined() + "</svg>"
    }
}
