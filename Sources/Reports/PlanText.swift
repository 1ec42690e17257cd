import Basics
public import Planning

/// A plan for people: each subject with its steps, and why each runs or need not.
public enum PlanText {
    public static func render(_ plan: Plan) -> String {
        var lines: [String] = []
        for subject in plan.subjects {
            let running = subject.steps.count { $0.reason.runs }
            if running == 0 {
                lines.append("= \(subject.subject): nothing to run, \(recorded(subject))")
                lines += notes(subject)
                continue
            }
            lines.append("+ \(subject.subject): \(running) of \(subject.steps.count) steps run")
            for planned in subject.steps {
                lines.append("    \(planned.reason.runs ? "run  " : "reuse") \(pad(planned.step.name)) \(planned.step.key.short)  \(planned.reason)")
            }
            lines += notes(subject)
        }
        lines.append("\(plan.stepsToRun.count) steps to run for \(plan.subjects.count) subjects")
        return lines.joined(separator: "\n")
    }

    private static func recorded(_ subject: SubjectPlan) -> String {
        let made = subject.steps.count { $0.reason == .made }
        return "\(subject.steps.count - made) steps recorded" + (made == 0 ? "" : ", \(made) made before")
    }

    private static func notes(_ subject: SubjectPlan) -> [String] {
        subject.notes.map { "    \($0.isProblem ? "fault" : "note ") \(pad($0.stage)) \($0.explanation)" }
    }

    private static func pad(_ name: String) -> String { name + String(repeating: " ", count: max(0, 12 - name.count)) }
}
