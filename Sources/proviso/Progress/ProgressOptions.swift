import ArgumentParser
import Foundation

enum ProgressStyle: String, ExpressibleByArgument, CaseIterable { case auto, live, plain, json, none }

struct ProgressOptions: ParsableArguments {
    @Option(
        help: """
            How progress is shown on standard error: live (a view that is drawn anew), plain (a line an event), json (a JSON document a line) or none. \
            auto: live on a terminal, plain elsewhere.
            """)
    var progress = ProgressStyle.auto

    func display() -> ProgressDisplay { ProgressDisplay(style) }

    private var style: ProgressStyle {
        guard progress == .auto else { return progress }
        let terminal = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
        return StandardError.isTerminal && terminal != "dumb" && !terminal.isEmpty ? .live : .plain
    }
}
