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

    /// The same, line by line: what is said to a terminal may have lines, and nothing else that moves its cursor.
    package var withoutControlsInLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).withoutControls }.joined(separator: "\n")
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
