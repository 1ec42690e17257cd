extension CELLibrary {
    /// URLs (Kubernetes `url`).
    static let urls: CELLibrary = {
        var library = CELLibrary(
            "url", "Absolute URIs and absolute paths (RFC 3986), as Go and Kubernetes read them. What lacks is an empty text.")
        let type = URLReference.type
        library.type("kubernetes.URL", type)
        library.function("url", [([.string], type)], note: "the URL that the text writes") { values throws(CELEvaluationError) in
            guard case .string(let text) = values[0] else { throw Functions.noOverload("url", values) }
            do throws(URLReference.Failure) {
                return .opaque(try URLReference(parsing: text))
            } catch {
                throw CELEvaluationError(.invalidArgument, "URL parse error during conversion from string: '\(text)': \(error.message)")
            }
        }
        library.function("isURL", [([.string], .bool)], note: "whether the text is a URL") { values throws(CELEvaluationError) in
            guard case .string(let text) = values[0] else { throw Functions.noOverload("isURL", values) }
            return .bool((try? URLReference(parsing: text)) != nil)
        }
        let parts: [(String, String, @Sendable (URLReference) -> String)] = [
            ("getScheme", "what stands before the colon, in lower case", { $0.scheme }),
            ("getHost", "the host with its port, an IPv6 address in brackets", { $0.host }),
            ("getHostname", "the host without its port and without brackets", { $0.hostname }),
            ("getPort", "the port", { $0.port }),
            ("getEscapedPath", "the path, escaped", { $0.escapedPath }),
        ]
        for (name, note, part) in parts {
            library.member(name, [([type], .string)], note: note, estimate: unbounded) { values, budget throws(CELEvaluationError) in
                .string(part(try url(name, values, &budget)))
            }
        }
        library.member(
            "getQuery", [([type], .map(.string, .list(.string)))],
            note: "the values of each parameter, unescaped; those that are badly escaped are left out", estimate: unbounded
        ) { values, budget throws(CELEvaluationError) in
            .map(MapValue(try url("getQuery", values, &budget).parameters.map { ($0.name, .list($0.values.map { .string($0) })) }))
        }
        return library
    }()

    /// How long a URL is shows only when it is there.
    private static let unbounded: Estimate = { _, _ in CostEstimate(0, .max) }

    private static func url(_ function: String, _ values: [Value], _ budget: inout Budget) throws(CELEvaluationError) -> URLReference {
        guard case .opaque(let value) = values[0], let url = value as? URLReference else { throw Functions.noOverload(function, values) }
        try budget.traverse(url.text.utf8.count)
        return url
    }
}
