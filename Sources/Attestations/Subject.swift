public import Basics

/// What a verdict is about: one resource of the repository.
public struct SubjectName: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let kind: String
    public let name: String

    public init(kind: String, name: String) {
        self.kind = kind
        self.name = name
    }

    /// `Model/income`.
    public var description: String { "\(kind)/\(name)" }

    public static func < (left: SubjectName, right: SubjectName) -> Bool { (left.kind, left.name) < (right.kind, right.name) }

    public var json: JSONValue { ["kind": .string(kind), "name": .string(name)] }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "subject")
        self.init(kind: try reader.string("kind"), name: try reader.string("name"))
    }
}

/// A place in a file of the judged tree, as records and reports name it. Lines and columns count from 1.
public struct FileLocation: Hashable, Sendable, CustomStringConvertible {
    public let path: String
    public let line: Int
    public let column: Int
    public let endLine: Int
    public let endColumn: Int

    public init(path: String, line: Int, column: Int, endLine: Int, endColumn: Int) {
        self.path = path
        self.line = line
        self.column = column
        self.endLine = endLine
        self.endColumn = endColumn
    }

    public var description: String { "\(path):\(line):\(column)" }

    public var json: JSONValue {
        [
            "path": .string(path), "line": .int(Int64(line)), "column": .int(Int64(column)), "endLine": .int(Int64(endLine)),
            "endColumn": .int(Int64(endColumn)),
        ]
    }

    public init(json: JSONValue?) throws(MalformedDocument) {
        let reader = try JSONObjectReader(json, as: "location")
        self.init(
            path: try reader.string("path"), line: Int(try reader.int("line")), column: Int(try reader.int("column")),
            endLine: Int(try reader.int("endLine")), endColumn: Int(try reader.int("endColumn")))
    }
}
