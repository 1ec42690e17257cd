import Basics
public import Execution
import Foundation
import Planning
public import Sandbox
import Signatures
import Specs
import Steps

/// What whoever runs the engine decides about running steps, on the command line: never what a repository says.
public struct OperatorSettings: Sendable {
    /// Bytes that steps which run at the same time may claim together.
    public var memoryBytes: Int64?
    public var sandbox = SandboxPolicy.required
    /// Starts a worker when a job file's path is put behind it; nil: users' programs are started from this process.
    public var worker: [String]?
    /// Of who looks again and again, which steps are let rest that failed by themselves.
    public var resting: RestingFailures?
    /// What whoever runs it is to know besides progress.
    public var tell: @Sendable (String) -> Void = { _ in }
    /// Called at the places at which a run may be killed without harm; does nothing outside tests.
    public var reach: @Sendable (ExecutionSettings.Point) -> Void = { _ in }

    public init() {}

    /// `1h30m` in seconds; nil if it is no time.
    public static func seconds(_ text: String) -> Int64? { SpecQuantities.seconds(text) }

    /// - Parameter workers: nil: everything is run from this process, as in the gate, whose store is no folder.
    func settings(workers: (folder: String, store: String, seals: LocalExecutor.Seals)?) -> ExecutionSettings {
        var settings = ExecutionSettings()
        settings.memoryBytes = memoryBytes
        settings.sandbox = sandbox
        settings.reach = reach
        settings.resting = resting
        // Who may claim more than there is to claim does not get it.
        if let memoryBytes { settings.sandbox.ceilings.memoryBytes = min(sandbox.ceilings.memoryBytes ?? memoryBytes, memoryBytes) }
        if let workers, let worker {
            settings.workers = .init(
                folder: workers.folder + "/attempts", command: worker, store: workers.store, seals: workers.seals)
        }
        return settings
    }
}

extension EnergyModel {
    /// - Parameter settings: what the repository declares; nil for nothing.
    init(_ settings: EnergySettings?, series: [CarbonWindow.Point]) {
        self.init()
        guard let settings else { return }
        wattsPerCore = settings.wattsPerCore
        wattsPerGigabyte = settings.wattsPerGigabyte
        powerUsageEffectiveness = settings.powerUsageEffectiveness
        gramsPerKilowattHour = settings.gramsPerKilowattHour
        self.series = series
    }
}

extension LocalExecutor.Seals {
    /// The same ones for whoever has the same key, so that what workers finished after a crash of ours counts.
    ///
    /// An Ed25519 signature over the same bytes is always the same one (RFC 8032), and nobody sees this one.
    static func of(_ key: SigningKey) -> LocalExecutor.Seals {
        LocalExecutor.Seals { Digest.of(key.signature(for: Array("proviso attempt \($0)".utf8))).bytes }
    }
}

extension Reconciler.Options {
    /// Where artefacts lie.
    var storeFolder: String { (sharedStore ?? stateFolder) + "/store" }
    var executionSettings: ExecutionSettings {
        var settings = operation.settings(workers: (stateFolder, storeFolder, .of(key)))
        settings.firstReady = NotedInstants(at: stateFolder + "/waiting")
        return settings
    }
}

/// What `proviso worker JOB` does.
public enum WorkerRun {
    public static func run(jobAt path: String, secret: [UInt8], isCancelled: @escaping @Sendable () -> Bool) async throws(Worker.Failure) {
        try await Worker(runners: StandardSteps.all).run(jobAt: path, secret: secret, isCancelled: isCancelled)
    }
}
