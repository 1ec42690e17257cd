import Basics
import Foundation
import Frames
import Models
import Testing

/// Models and figures of Tests/Oracles/onnx.
enum ONNXFixtures {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Oracles/onnx")

    static func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: folder.appending(path: "models/\(name).onnx"))) }
    static func model(_ name: String, threads: Int = 1) throws -> ONNXModel { try ONNXModel(bytes: bytes(name), intraOpThreads: threads) }

    static func figures(_ name: String) throws -> JSONValue {
        let all = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: "values.json"))))
        return try #require(all["models"]?[name])
    }

    /// Rows × columns of the figures' only input.
    static func rows(_ name: String) throws -> [[Double]] {
        guard case .object(let inputs) = try figures(name)["inputs"] else { return [] }
        return try #require(inputs.first?.value.arrayValue).map { try #require($0.arrayValue).compactMap(\.doubleValue) }
    }

    static func frame(_ rows: [[Double]]) throws -> Frame {
        try Frame((0..<(rows.first?.count ?? 0)).map { column in Column("x\(column)", doubles: rows.map { $0[column] }) })
    }

    static func output(_ name: String, _ output: String) throws -> [[Double]] {
        try #require(figures(name)["outputs"]?[output]?.arrayValue).map { row in
            switch row {
            case .array(let numbers): numbers.compactMap(\.doubleValue)
            case .object(let members): members.sorted { $0.key < $1.key }.compactMap(\.value.doubleValue)
            default: [row.doubleValue].compactMap { $0 }
            }
        }
    }

    /// The table of the model with one input a column.
    static func people() throws -> Frame {
        let inputs = try #require(try figures("columns")["inputs"])
        func column(_ name: String) throws -> [JSONValue] { try #require(inputs[name]?.arrayValue).compactMap { $0.arrayValue?.first } }
        return try Frame([
            Column("town", texts: try column("town").map(\.stringValue)), Column("income", doubles: try column("income").map(\.doubleValue)),
            Column("job", texts: try column("job").map(\.stringValue)), Column("age", integers: try column("age").map(\.intValue)),
        ])
    }
}
