import Foundation
import Frames
import Models

/// Reading models and tables, with what is wrong with them in words.
enum ModelFiles {
    static func bytes(of path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(.invalidInput, "cannot read the model \(path)", hint: "name a model file that this user may read")
        }
        return Array(data)
    }

    /// The columns that a model reads, CSV fields as it reads them.
    static func table(_ path: String, _ schema: FeatureSchema, beside attributes: [String] = []) throws -> Frame {
        let names = schema.names + attributes
        guard path.hasSuffix(".csv") else { return try TableFile.read(path, columns: names) }
        let kinds = schema.features.map { feature -> Column.Kind? in
            switch feature.type {
            case .number: .double
            case .boolean: .boolean
            case .category: .category
            case .timestamp: nil
            }
        }
        return try Frame.read(csv: Array(Inputs.text(of: path).utf8), columns: names, kinds: kinds + attributes.map { _ in nil })
    }

    static func columns(_ options: [String]) throws -> [String: [String]] {
        var columns: [String: [String]] = [:]
        for text in options {
            let parts = text.split(separator: "=", maxSplits: 1).map { String($0) }
            guard parts.count == 2 else { throw CommandFailure(.invalidInput, "--columns is INPUT=a,b,c, not '\(text)'") }
            columns[parts[0]] = parts[1].split(separator: ",").map { String($0) }
        }
        return columns
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw CommandFailure(.environmentFailed, "cannot write \(path): \(error.localizedDescription)")
        }
    }

    static func explaining<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
        do { return try work() } catch let error as ModelError where error.code == .environment {
            throw CommandFailure(.environmentFailed, "\(error)", hint: "'proviso doctor' says what this machine lacks")
        } catch let error as ModelError {
            let isForeign = error.code == .malformedArtifact
            throw CommandFailure(
                .invalidInput, "\(path): \(error)",
                hint: isForeign ? "'export' takes what proviso trained (it begins with 'proviso-model'), 'quantize' an .onnx file" : nil)
        } catch let error as FrameError {
            throw CommandFailure(.invalidInput, "\(error)")
        }
    }
}
