public import Attestations

/// What came of policy tests.
public struct PolicyTestReport: Hashable, Sendable {
    public struct Failure: Hashable, Sendable {
        public let message: String
        public let location: FileLocation
    }

    public struct CaseResult: Hashable, Sendable {
        public let test: String
        public let policy: String
        public let name: String
        public let location: FileLocation
        /// Empty: the case went as expected.
        public let failures: [Failure]
    }

    public let cases: [CaseResult]
    /// Of every policy, those without a test too.
    public let coverage: [PolicyCoverage]
    /// What is wrong with the tests as a whole: that there are none, that a policy is never applied.
    public let problems: [Failure]

    public var failed: Int { cases.count { !$0.failures.isEmpty } }
    public var isPassed: Bool { failed == 0 && problems.isEmpty }

    /// The report on nothing at all, which is a failure.
    ///
    /// - Parameter folder: where there should have been something.
    public static func nothing(_ message: String, in folder: String) -> PolicyTestReport {
        PolicyTestReport(
            cases: [], coverage: [],
            problems: [Failure(message: message, location: FileLocation(path: folder, line: 1, column: 1, endLine: 1, endColumn: 1))])
    }

    /// With a problem more where less than so many percent are covered, at the first gap.
    public func requiring(percent minimum: Int) -> PolicyTestReport {
        guard percentCovered < minimum, let gap = coverage.flatMap(\.gaps).first else { return self }
        let problem = Failure(message: "covered are \(percentCovered) %, less than \(minimum) %", location: gap.location)
        return PolicyTestReport(cases: cases, coverage: coverage, problems: problems + [problem])
    }

    /// In percent, rounded down: a hundred means all.
    public var percentCovered: Int {
        let points = coverage.reduce(0) { $0 + $1.points }
        return points == 0 ? 100 : coverage.reduce(0) { $0 + $1.covered } * 100 / points
    }
}
