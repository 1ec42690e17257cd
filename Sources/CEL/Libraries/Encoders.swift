import Foundation

extension CELLibrary {
    /// Base64 (cel-go `ext.Encoders`): decoding takes text with or without padding.
    static let encoders: CELLibrary = {
        var library = CELLibrary(
            "encoders", "Base64; text to decode may lack its padding.")
        library.function("base64.encode", [([.bytes], .string)]) { values throws(CELEvaluationError) in
            guard case .bytes(let bytes) = values[0] else { throw Functions.noOverload("base64.encode", values) }
            return .string(Data(bytes).base64EncodedString())
        }
        library.function("base64.decode", [([.string], .bytes)]) { values throws(CELEvaluationError) in
            guard case .string(let text) = values[0] else { throw Functions.noOverload("base64.decode", values) }
            // Padding is whole or not there.
            let isPadded = text.hasSuffix("=")
            let padding = isPadded ? "" : String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
            guard !isPadded || text.utf8.count.isMultiple(of: 4), let data = Data(base64Encoded: text + padding) else {
                throw CELEvaluationError(.invalidArgument, "'\(text)' is not base64")
            }
            return .bytes(Array(data))
        }
        return library
    }()
}
