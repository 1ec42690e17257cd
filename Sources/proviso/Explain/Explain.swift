import ArgumentParser
import Basics
import Explaining
import Explanations
import Foundation
import Frames
import Models
import Reports
import Sandbox

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "What contributed to a model's predictions: SHAP or LIME for any model and table. No repository is needed.",
        discussion: """
            The model is one that Proviso trained, an XGBoost file (UBJ or JSON), an ONNX file, or JSON: {"linear": …} or {"scorer": …}, a command that scores. Methods:
              tree            XGBoost, exact, as the training rows were (no background)
              interventional  XGBoost, exact, against a background
              linear          linear models, exact
              exact           any model, all coalitions of at most 12 features or groups
              kernel          any model, sampled, with standard errors
              permutation     any model, sampled in pairs of orders, with standard errors
              lime            any model, a local surrogate
            With --state, finished blocks are kept in a folder, and a run that was stopped or failed goes on where it was, to the same bytes.

            Example: proviso explain --model model.ubj --data applicants.parquet --method interventional --format html --to report.html
            Example: proviso explain --model net.onnx --columns age,income,debt --data a.parquet --method kernel --state work --format parquet --to shap.parquet
            """)

    @OptionGroup var inputs: ExplainInputs
    @OptionGroup var sampling: ExplainSampling
    @OptionGroup var reasoning: ExplainReasons
    @Option(help: "A folder to keep finished blocks in, and to go on from.") var state: String?
    @Option(help: "Rows of one block.") var blockRows: Int?
    @Option(help: "How many threads work; the figures do not depend on it.") var threads = 2
    @Flag(
        name: .customLong("global"),
        help: """
            Say of the model as a whole, too, in every form but Parquet: curves of its most important features, a small tree that imitates it, deletion and insertion, and with \
            --label what exchanging a feature's values costs.
            """)
    var isGlobal = false
    @Flag(help: "Each row's SHAP interaction values too: for tree and interventional, as JSON or Parquet.") var interactions = false
    @Option(help: "json, parquet, html, markdown or text.") var format = ExplainFormat.json
    @Option(name: .customLong("to"), help: "A file to write to; - is standard output.") var target = "-"

    func validate() throws {
        if format == .parquet && target == "-" && isatty(STDOUT_FILENO) == 1 {
            throw ValidationError("Parquet is not for a terminal: give --to FILE.")
        }
        if interactions, format != .json, format != .parquet { throw ValidationError("Interaction values are given as json or parquet.") }
        if sampling.label != nil, !isGlobal, sampling.discretizer != .entropy {
            throw ValidationError("--label is for --global and for --discretizer entropy: leave it out.")
        }
        try reasoning.validate()
    }

    func run() async throws {
        let threads = try Inputs.threads(threads)
        if let blockRows, blockRows < 1 { throw CommandFailure(.invalidInput, "--block-rows must be at least 1, not \(blockRows)") }
        let stop = Interruption.Flag()
        let sources = [SIGINT, SIGTERM].map { number in Interruption.source(number) { stop.set() } }
        defer { for source in sources { source.cancel() } }
        // A thread of its own: a scorer is waited for, which no thread of the cooperative pool may do.
        let output = try await OwnThread.run { try work(threads: threads, stop: stop) }
        if target == "-" {
            StandardOutput.write(Array(output))
        } else {
            try OutputFile.write(output, to: target)
        }
    }

    private func work(threads: Int, stop: Interruption.Flag) throws -> [UInt8] {
        do {
            var settings = try sampling.settings(inputs)
            settings.blockRows = blockRows
            settings.threads = threads
            let explanation = try inputs.explanation(settings, isCancelled: { stop.isSet })
            let reasons = try reasoning.reasonCodes()
            let progress = ExplainProgress(total: explanation.rows.rowCount)
            defer { progress.end() }
            progress.show(done: 0, found: 0)
            let values = try explanation.run(keepingIn: state.map { BlockFolder($0) }) { done, found in
                progress.show(done: done, found: found)
                if stop.isSet, done < explanation.rows.rowCount { throw CancellationError() }
            }
            progress.end()
            let document = try ExplanationDocument(
                explanation, values, reasonCodes: reasons, whole: isGlobal ? try explanation.whole(values) : nil,
                interactions: interactions ? try explanation.interactionValues() : nil)
            return try format.bytes(of: document)
        } catch let error as ModelError {
            if error.code == .cancelled { throw stopped("while the scorer ran") }
            let isEnvironment = [.sandboxUnavailable, .environment].contains(error.code)
            throw CommandFailure(
                isEnvironment ? .environmentFailed : .invalidInput, "\(inputs.model): \(error)",
                hint: error.code == .sandboxUnavailable ? "install bubblewrap, or give --unconfined to run the scorer as it is" : nil)
        } catch let error as ExplanationError where error.code == .cancelled {
            throw stopped("while the scorer ran")
        } catch let error as ExplanationError where [.sandboxUnavailable, .environment].contains(error.code) {
            throw CommandFailure(
                .environmentFailed, "\(inputs.model): \(error.message)",
                hint: error.code == .sandboxUnavailable ? "install bubblewrap, or give --unconfined to run the scorer as it is" : nil)
        } catch let error as ExplanationError {
            let isKept = error.code == .prediction && state.map { BlockFolder($0).hasBlocks } == true
            throw CommandFailure(
                .invalidInput, "\(error)", hint: isKept ? "the blocks before it are kept: the next run with this --state goes on from there" : nil)
        } catch let error as FrameError {
            throw CommandFailure(.invalidInput, "\(inputs.data): \(error)")
        } catch let error as BlockFolderError {
            throw CommandFailure(error.isEnvironment ? .environmentFailed : .invalidInput, error.message, hint: error.hint)
        } catch is CancellationError {
            throw stopped("between two blocks")
        }
    }

    private func stopped(_ where: String) -> CommandFailure {
        CommandFailure(
            .environmentFailed, "stopped \(`where`)",
            hint: state == nil ? "with --state DIR, finished blocks are kept" : "the next run with this --state goes on from there")
    }
}

enum ExplainFormat: String, ExpressibleByArgument, CaseIterable {
    case json, parquet, html, markdown, text

    func bytes(of document: ExplanationDocument) throws -> [UInt8] {
        switch self {
        case .json: document.json.prettyBytes
        case .parquet: try document.parquet()
        case .html: Array(document.document(pictures: true).rendered(.html).utf8)
        case .markdown: Array(document.document(pictures: false).rendered(.markdown).utf8)
        case .text: Array((document.document(pictures: false).rendered(.text) + "\n").utf8)
        }
    }
}

/// Work that blocks, off the cooperative pool.
enum OwnThread {
    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Swift.Result { try work() }) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
