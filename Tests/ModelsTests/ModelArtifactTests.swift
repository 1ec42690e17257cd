import Basics
import Frames
import Models
import Testing

@Suite struct ModelArtifactTests {
    /// 200 rows whose label is decided by a category, a number with gaps and a truth value.
    static func frame() throws -> (frame: Frame, labels: [Bool]) {
        var random = SeededRandom(seed: 3)
        var colors: [String?] = []
        var sizes: [Double?] = []
        var flags: [Bool?] = []
        var labels: [Bool] = []
        for _ in 0..<200 {
            let color = ["red", "green", "blue", "grey", "gold", "teal"][Int(random.next(below: 6))]
            let size = random.nextUnit()
            let flag = random.next(below: 2) == 0
            colors.append(random.next(below: 10) == 0 ? nil : color)
            sizes.append(random.next(below: 10) == 0 ? nil : size)
            flags.append(flag)
            labels.append((color == "red" || color == "teal") != (size > 0.5 && flag))
        }
        return (try Frame([Column("color", texts: colors), Column("size", doubles: sizes), Column("flag", booleans: flags)]), labels)
    }

    static func artifact() throws -> ModelArtifact {
        let (frame, labels) = try frame()
        let schema = try FeatureSchema(of: frame, features: ["color", "size", "flag"])
        let model = try XGBoostModel.train(
            FeatureMatrix(frame, schema: schema), labels: labels,
            parameters: [("objective", "binary:logistic"), ("tree_method", "hist"), ("max_depth", "3"), ("seed", "1")], rounds: 20,
            threads: 1,
            progress: { _ in })
        return ModelArtifact(schema: schema, label: "label", ubj: try model.ubj())
    }

    @Test func `a model separates what it was trained on, missing values and categories included`() throws {
        let (frame, labels) = try Self.frame()
        let scores = try Self.artifact().predict(frame)
        #expect(scores.allSatisfy { $0 > 0 && $0 < 1 })
        let right = zip(scores, labels).count { ($0 >= 0.5) == $1 }
        #expect(right >= 185)
    }

    @Test func `bytes are read back to an equal artefact with the same predictions`() throws {
        let artifact = try Self.artifact()
        let frame = try Self.frame().frame
        let again = try ModelArtifact(bytes: artifact.bytes)
        #expect(again == artifact)
        #expect(again.digest == artifact.digest)
        #expect(try again.predict(frame) == artifact.predict(frame))
        #expect(try artifact.predict(frame, threads: 2) == artifact.predict(frame, threads: 1))
    }

    @Test func `predictions depend on the cells only: not on row order, column order, or which categories the file has`() throws {
        let artifact = try Self.artifact()
        let frame = try Self.frame().frame
        let all = try artifact.predict(frame)
        let backwards = Array((0..<frame.rowCount).reversed())
        #expect(try artifact.predict(frame.selecting(rows: backwards)) == backwards.map { all[$0] })
        #expect(try artifact.predict(frame.selecting(columns: ["flag", "size", "color"])) == all)
        // One row's file has one category, whose code there is 0.
        for row in 0..<20 { #expect(try artifact.predict(frame.selecting(rows: [row])) == [all[row]]) }
    }

    @Test func `an unknown category counts as missing`() throws {
        let artifact = try Self.artifact()
        func score(_ color: String?) throws -> [Double] {
            try artifact.predict(
                Frame([Column("color", texts: [color]), Column("size", doubles: [0.7]), Column("flag", booleans: [true])]))
        }
        #expect(try score("mauve") == score(nil))
        #expect(try score("red") != score("green"))
    }

    @Test func `a whole-number column serves where numbers are wanted, a text or a missing column does not`() throws {
        let artifact = try Self.artifact()
        let color = Column("color", texts: ["red"])
        let flag = Column("flag", booleans: [true])
        #expect(
            try artifact.predict(Frame([color, Column("size", integers: [1]), flag]))
                == artifact.predict(Frame([color, Column("size", doubles: [1]), flag])))
        #expect(throws: ModelError.self) { try artifact.predict(Frame([color, Column("size", texts: ["1"]), flag])) }
        #expect { try artifact.predict(Frame([color, flag])) } throws: { ($0 as? ModelError)?.code == .missingFeature }
        #expect { try artifact.predict(Frame([color, Column("size", doubles: [1e39]), flag])) } throws: {
            ($0 as? ModelError)?.code == .infiniteValue
        }
    }

    @Test func `any flipped bit and any cut is refused before XGBoost reads the model`() throws {
        let bytes = try Self.artifact().bytes
        var random = SeededRandom(seed: 17)
        for _ in 0..<300 {
            var flipped = bytes
            flipped[Int(random.next(below: UInt64(bytes.count)))] ^= UInt8(1 << random.next(below: 8))
            #expect { try ModelArtifact(bytes: flipped) } throws: { ($0 as? ModelError)?.code == .malformedArtifact }
            let cut = Array(bytes.prefix(Int(random.next(below: UInt64(bytes.count)))))
            #expect { try ModelArtifact(bytes: cut) } throws: { ($0 as? ModelError)?.code == .malformedArtifact }
        }
    }

    @Test func `a model beside another model's schema is refused`() throws {
        let schema = FeatureSchema([.init(name: "size", type: .number)])
        let mixed = ModelArtifact(schema: schema, label: "label", ubj: try Self.artifact().ubj)
        #expect { try mixed.predict(Frame([Column("size", doubles: [1])])) } throws: { ($0 as? ModelError)?.code == .malformedArtifact }
    }
}
