import Attestations
public import Basics
public import Policies

extension PolicyTestReport {
    public var json: JSONValue {
        [
            "passed": .int(Int64(cases.count - failed)), "failed": .int(Int64(failed)), "percentCovered": .int(Int64(percentCovered)),
            "cases": .array(
                cases.map { each in
                    [
                        "test": .string(each.test), "policy": .string(each.policy), "name": .string(each.name), "location": each.location.json,
                        "failures": .array(each.failures.map(\.json)),
                    ]
                }),
            "coverage": .array(
                coverage.map { policy in
                    [
                        "policy": .string(policy.policy), "points": .int(Int64(policy.points)), "covered": .int(Int64(policy.covered)),
                        "gaps": .array(policy.gaps.map { ["message": .string($0.message), "location": $0.location.json] }),
                    ]
                }),
            "problems": .array(problems.map(\.json)),
        ]
    }
}

extension PolicyTestReport.Failure {
    fileprivate var json: JSONValue { ["message": .string(message), "location": location.json] }
}
