import Foundation
import TestSupport

/// The built `proviso`, run as users and git run it.
enum Program {
    /// Lies beside the test runner, which depends on it.
    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("proviso").path

    static func run(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws -> StockTool.Result {
        try StockTool.run(path, arguments, in: folder, environment: environment)
    }
}
