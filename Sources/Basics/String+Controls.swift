extension String {
    package var hasControls: Bool { unicodeScalars.contains(where: \.isControl) }

    /// With control characters, line ends among them, as the escapes that CEL and JSON write for them.
    package var withoutControls: String {
<<<<<<< HEAD:Sources/Basics/String+Controls.swift
        guard hasControls else { return self }
=======
        guard unicodeScalars.contains(where: \.isControl) else { return self }
>>>>>>> e4fe8f9581c39d8846dc962c9ecc4725693f5889:Sources/Reports/String+Controls.swift
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

extension String {
    /// The same, line by line: what is said to a terminal may have lines, and nothing else that moves its cursor.
    package var withoutControlsInLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).withoutControls }.joined(separator: "\n")
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
