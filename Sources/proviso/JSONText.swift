import Basics

enum JSONText {
    static func pretty(_ members: [String: JSONValue]) -> String { JSONValue.object(members).prettyText }
}
