import Basics
import Foundation
import Frames
import Metrics
import Models
import TestSupport
import Testing
import Training

@Suite struct TrainerTests {
    @Test func `the model has the same bytes for one, two and four threads`() throws {
        let frame = try Adult.frame().selecting(rows: Array(0..<6_000))
        var settings = TrainingSettings()
        settings.rounds = 10
        settings.subsample = 0.7
        settings.columnSample = 0.8
        settings.seed = 11
        let digests = try [1, 2, 4].map { threads in
            try BinaryClassificationTrainer.train(
                frame: frame, features: Adult.features, label: Adult.label, settings: settings, threads: threads
            ).digest
        }
        #expect(digests[0] == digests[1])
        #expect(digests[0] == digests[2])
        settings.seed = 12
        let other = try BinaryClassificationTrainer.train(frame: frame, features: Adult.features, label: Adult.label, settings: settings)
        #expect(other.digest != digests[0])
    }

    @Test func `columns that are no features do not matter`() throws {
        let frame = try Adult.frame().selecting(rows: Array(0..<2_000))
        var settings = TrainingSettings()
        settings.rounds = 5
        let narrow = try frame.selecting(columns: ["income"] + Adult.features.reversed())
        let wide = try BinaryClassificationTrainer.train(frame: frame, features: Adult.features, label: Adult.label, settings: settings)
        #expect(
            try BinaryClassificationTrainer.train(frame: narrow, features: Adult.features, label: Adult.label, settings: settings) == wide)
    }

    @Test func `progress counts the rounds and can stop the training`() throws {
        struct Stop: Error {}
        let frame = try Adult.frame().selecting(rows: Array(0..<500))
        var settings = TrainingSettings()
        settings.rounds = 6
        var seen: [Int] = []
        _ = try BinaryClassificationTrainer.train(frame: frame, features: ["age"], label: Adult.label, settings: settings) {
            seen.append($0)
        }
        #expect(seen == [1, 2, 3, 4, 5, 6])
        #expect(throws: Stop.self) {
            try BinaryClassificationTrainer.train(frame: frame, features: ["age"], label: Adult.label, settings: settings) {
                if $0 == 3 { throw Stop() }
            }
        }
    }

    static let four = [Column("x", doubles: [1, 2, 3, 4])]

    @Test(arguments: [
        ([Column("y", booleans: [true, true, true, true])], ["x"], TrainingError.Code.classes, "one class only"),
        ([Column("y", booleans: [false, false, false, false])], ["x"], .classes, "never has its positive value 'true'"),
        ([Column("y", integers: [0, 1, 2, 1])], ["x"], .classes, "3 classes"),
        ([Column("y", texts: ["a", "b", "a", "b"])], ["x"], .classes, "say which value"),
        ([Column("y", booleans: [true, nil, false, nil])], ["x"], .missingLabels, "missing in 2 rows, the first of them row 2"),
        ([Column("y", doubles: [0.5, 1, 0, 1])], ["x"], .wrongType, "whole numbers"),
        ([Column("z", booleans: [true, false, true, false])], ["x"], .missingColumn, "no label column 'y'"),
        ([Column("y", booleans: [true, false, true, false])], [], .features, "no features"),
        ([Column("y", booleans: [true, false, true, false])], ["x", "x"], .features, "twice"),
        ([Column("y", booleans: [true, false, true, false])], ["x", "y"], .features, "among the features"),
        ([Column("y", booleans: [true, false, true, false])], ["w"], .missingColumn, "no column 'w'"),
        (
            [Column("y", booleans: [true, false, true, false]), Column("w", doubles: [1, 2, .infinity, 3])], ["w"], .infiniteValue,
            "'w' is infinite in row 3"
        ),
        (
            [Column("y", booleans: [true, false, true, false]), Column("w", doubles: [1, 1e39, 2, 3])], ["w"], .infiniteValue,
            "'w' is infinite or beyond ±3.4e38 in training row 2"
        ),
        ([Column("y", booleans: [true, false, true, false]), Column("w", .timestamp([1, 2, 3, 4]))], ["w"], .wrongType, "timestamp"),
    ])
    func `bad input is refused with its reason`(_ columns: [Column], features: [String], code: TrainingError.Code, text: String) throws {
        let frame = try Frame(Self.four + columns)
        #expect {
            try BinaryClassificationTrainer.train(frame: frame, features: features, label: BinaryLabel(column: "y"))
        } throws: {
            guard let error = $0 as? TrainingError else { return false }
            return error.code == code && error.description.contains(text)
        }
    }

    @Test func `settings out of range are refused`() throws {
        let frame = try Frame(Self.four + [Column("y", booleans: [true, false, true, false])])
        let changes: [(inout TrainingSettings) -> Void] = [
            { $0.rounds = 0 }, { $0.maxDepth = 0 }, { $0.learningRate = 0 }, { $0.learningRate = .nan }, { $0.subsample = 1.1 },
            { $0.columnSample = 0 }, { $0.lambda = -1 }, { $0.gamma = .infinity }, { $0.seed = -1 },
        ]
        for change in changes {
            var settings = TrainingSettings()
            change(&settings)
            #expect {
                try BinaryClassificationTrainer.train(frame: frame, features: ["x"], label: BinaryLabel(column: "y"), settings: settings)
            } throws: { ($0 as? TrainingError)?.code == .invalidSetting }
        }
    }

    @Test func `a label's positive class may be a text, a whole number or a truth value`() throws {
        let frame = try Frame([
            Column("t", texts: ["no", "yes"]), Column("i", integers: [1, 2]), Column("b", booleans: [true, false]),
            Column("d", doubles: [1, 0]),
        ])
        #expect(try BinaryLabel(column: "t", positive: "yes").resolve(frame) == [false, true])
        #expect(try BinaryLabel(column: "i", positive: 2).resolve(frame) == [false, true])
        #expect(try BinaryLabel(column: "b", positive: false).resolve(frame) == [false, true])
        #expect(try BinaryLabel(column: "b").resolve(frame) == [true, false])
        #expect(try BinaryLabel(column: "d").resolve(frame) == [true, false])
        let one = frame.selecting(rows: [1])
        #expect(try BinaryLabel(column: "t", positive: "yes").resolve(one, requiringTwoClasses: false) == [true])
        #expect(try BinaryLabel(column: "t", positive: "no").resolve(one, requiringTwoClasses: false) == [false])
    }
}

enum Adult {
    static let label = BinaryLabel(column: "income")
    static let features = [
        "age", "workclass", "education", "education_num", "marital_status", "occupation", "relationship", "race", "sex", "capital_gain",
        "capital_loss", "hours_per_week", "native_country",
    ]

    static func frame() throws -> Frame {
        try Frame.read(parquet: Array(try Data(contentsOf: TestFiles.root.appendingPathComponent("repo-template/data/adult.parquet"))))
    }
}
