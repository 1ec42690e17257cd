import Basics

extension Record {
    /// Reads the payload of a record of which it is known that it is in the one spelling that the record has: somebody has verified the ledger that it
    /// lies in. So it is not spelled anew to see whether anything is in it that is no record's, and its steps are read without a tree of values, which
    /// takes a third of the time.
    public init(spelled payload: [UInt8]) throws(MalformedDocument) {
        var parser = JSONParser(bytes: payload)
        var members: [String: JSONValue] = [:]
        var steps: [RecordedStep] = []
        var kinds: [String: String] = [:]
        do throws(JSONError) {
            try parser.members { parser, name throws(JSONError) in
                switch name {
                case "_type", "predicateType": kinds[name] = try parser.text()
                case "predicate":
                    try parser.members { parser, name throws(JSONError) in
                        let isNew = members.updateValue(.null, forKey: name) == nil
                        guard isNew else { throw parser.error("member '\(name)' is given twice") }
                        guard name == "steps" else { return members[name] = try parser.value() }
                        try parser.elements { parser throws(JSONError) in steps.append(try RecordedStep(reading: &parser)) }
                    }
                default: _ = try parser.value()
                }
            }
            try parser.end()
        } catch {
            throw MalformedDocument("\(error)")
        }
        guard kinds == ["_type": InTotoStatement.type, "predicateType": Self.predicateType] else {
            throw MalformedDocument("the statement is a '\(kinds["predicateType"] ?? "")', not a record")
        }
        try self.init(JSONObjectReader(.object(members), as: "record"), steps: steps)
    }
}

extension RecordedStep {
    fileprivate init(reading parser: inout JSONParser) throws(JSONError) {
        var name: String?
        var key: Digest?
        var implementation: String?
        var parameters: JSONValue?
        var inputs: [String: Digest]?
        var outputs: [String: Digest]?
        var count = 0
        try parser.members { parser, member throws(JSONError) in
            count += 1
            switch member {
            case "name": name = try parser.text()
            case "key": key = try parser.digest()
            case "implementation": implementation = try parser.text()
            case "parameters": parameters = try parser.value()
            case "inputs": inputs = try parser.digests()
            case "outputs": outputs = try parser.digests()
            default: throw parser.error("a step has no '\(member)'")
            }
        }
        guard let name, let key, let implementation, let parameters, let inputs, let outputs, count == 6 else {
            throw parser.error("a step is not whole")
        }
        self.init(name: name, key: key, implementation: implementation, parameters: parameters, inputs: inputs, outputs: outputs)
    }
}
