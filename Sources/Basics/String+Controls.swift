extension String {
    package var hasControls: Bool { unicodeScalars.contains(where: \.isControl) }

    /// With control characters, line ends among them, as the escapes that CEL and JSON write for them.
    package var withoutControls: String {
        guard hasControls else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isControl {
                let digits = String(scalar.value, radix: 16)
                text += scalar == "\n" ? "\\n" : "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
