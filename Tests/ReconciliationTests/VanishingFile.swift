import Basics
import Execution
import Planning
import Storage
import Synchronization
import TestWorld

/// A pipeline whose second stage reads a file and what the first one made; one of these vanishes from the store once the first stage has ended.
final class VanishingFile: Sendable {
    static let files = [
        "data/e.csv": "a,b\n",
        "pipelines/p.yaml": World.pipeline(
            """
            - {name: made, run: {command: [sh, -c, "echo seven > o.txt"], outputs: {o: o.txt}}}
            - name: read
              run:
                command: [sh, -c, "cat d.csv i.txt > o.txt"]
                inputs: {d: {path: data/e.csv, as: d.csv}, i: {from: made.o, as: i.txt}}
                outputs: {o: o.txt}
            """),
    ]

    private let store: FileStore
    private let victim: Digest
    private let ends = Mutex(0)

    init(made isMade: Bool, from store: FileStore) {
        self.store = store
        victim = Digest.of(Array((isMade ? "seven\n" : "a,b\n").utf8))
    }

    /// How often the first stage has ended.
    var count: Int { ends.withLock { $0 } }

    func see(_ event: ExecutionEvent) {
        guard case .finished(let step, _, _) = event, step.name == "made" else { return }
        ends.withLock { ends in
            if ends == 0 { try? store.remove(victim) }  // What could not be removed is no reason to run again.
            ends += 1
        }
    }
}
