extension CELLibrary {
    /// IP addresses and networks (Kubernetes `ip`, `cidr`; cel-spec `network_ext`).
    static let network: CELLibrary = {
        var library = CELLibrary(
            "network", "IPv4 and IPv6 addresses and networks (RFC 4291, 4632, 5952).")
        let ip = IPAddress.type
        let cidr = IPNetwork.type
        library.type("net.IP", ip)
        library.type("net.CIDR", cidr)
        library.function("ip", [([.string], ip)]) { values throws(CELEvaluationError) in .opaque(try address(values, "ip")) }
        library.function("isIP", [([.string], .bool)]) { values throws(CELEvaluationError) in
            .bool(IPAddress(parsing: try text(values, "isIP")) != nil)
        }
        library.function("ip.isCanonical", [([.string], .bool)]) { values throws(CELEvaluationError) in
            .bool(try address(values, "ip.isCanonical").text == text(values, "ip.isCanonical"))
        }
        library.function("cidr", [([.string], cidr)]) { values throws(CELEvaluationError) in .opaque(try network(text(values, "cidr"))) }
        library.function("isCIDR", [([.string], .bool)]) { values throws(CELEvaluationError) in
            .bool(IPNetwork(parsing: try text(values, "isCIDR")) != nil)
        }
        library.overload("string", [([ip], .string), ([cidr], .string)])
        library.member("family", [([ip], .int)]) { values throws(CELEvaluationError) in .int(try ipOf(values, "family").isV4 ? 4 : 6) }
        for (name, test) in IPAddress.tests {
            library.member(name, [([ip], .bool)]) { values throws(CELEvaluationError) in .bool(test(try ipOf(values, name))) }
        }
        library.member("containsIP", [([cidr, ip], .bool), ([cidr, .string], .bool)]) { values throws(CELEvaluationError) in
            let network = try networkOf(values[0], "containsIP", values)
            switch values[1] {
            case .string: return .bool(network.contains(try address([values[1]], "containsIP")))
            default: return .bool(network.contains(try ipOf([values[1]], "containsIP")))
            }
        }
        library.member("containsCIDR", [([cidr, cidr], .bool), ([cidr, .string], .bool)]) { values throws(CELEvaluationError) in
            let outer = try networkOf(values[0], "containsCIDR", values)
            let inner = if case .string(let text) = values[1] { try network(text) } else { try networkOf(values[1], "containsCIDR", values) }
            return .bool(inner.prefix >= outer.prefix && outer.contains(inner.address))
        }
        library.member("ip", [([cidr], ip)]) { values throws(CELEvaluationError) in .opaque(try networkOf(values[0], "ip", values).address) }
        library.member("masked", [([cidr], cidr)]) { values throws(CELEvaluationError) in .opaque(try networkOf(values[0], "masked", values).masked) }
        library.member("prefixLength", [([cidr], .int)]) { values throws(CELEvaluationError) in
            .int(Int64(try networkOf(values[0], "prefixLength", values).prefix))
        }
        return library
    }()

    private static func text(_ values: [Value], _ function: String) throws(CELEvaluationError) -> String {
        guard case .string(let text) = values[0] else { throw Functions.noOverload(function, values) }
        return text
    }

    private static func address(_ values: [Value], _ function: String) throws(CELEvaluationError) -> IPAddress {
        let text = try text(values, function)
        guard let address = IPAddress(parsing: text) else {
            throw CELEvaluationError(.invalidArgument, reason(text) ?? "IP Address '\(text)' parse error during conversion from string")
        }
        return address
    }

    /// Why an address is refused that others would take.
    private static func reason(_ text: String) -> String? {
        if text.contains("%") { return "IP Address with zone value is not allowed" }
        return IPAddress.v6(text).map(IPAddress.isMapped) == true ? "IPv4-mapped IPv6 address is not allowed" : nil
    }

    private static func network(_ text: String) throws(CELEvaluationError) -> IPNetwork {
        guard let network = IPNetwork(parsing: text) else {
            let address = text.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init) ?? ""
            let reason = reason(address) ?? "network address parse error during conversion from string"
            throw CELEvaluationError(.invalidArgument, "\(reason): '\(text)'")
        }
        return network
    }

    private static func ipOf(_ values: [Value], _ function: String) throws(CELEvaluationError) -> IPAddress {
        guard case .opaque(let value) = values[0], let address = value as? IPAddress else { throw Functions.noOverload(function, values) }
        return address
    }

    private static func networkOf(_ value: Value, _ function: String, _ values: [Value]) throws(CELEvaluationError) -> IPNetwork {
        guard case .opaque(let opaque) = value, let network = opaque as? IPNetwork else { throw Functions.noOverload(function, values) }
        return network
    }
}
