import Basics
import Execution
import Planning
import Storage

/// A store is a cache, and a damaged one must not stand in the way of all runs to come: what is damaged is taken out, and so made again.
extension ContentStore {
    /// What failed steps were to read.
    ///
    /// - Returns: whether anything was taken out. A gate cannot, and does without.
    func dropDamagedInputs(of steps: [Step], _ result: ExecutionResult) -> Bool {
        let read = steps.filter { result.failures[$0.key].map { $0.code.isOfMachine && $0.code != .waiting } ?? false }.flatMap { step in
            step.inputs.values.compactMap { input -> Digest? in
                switch input {
                case .artefact(let digest): digest
                case .output(let key, let name): result.outputs[key]?[name]
                }
            }
        }
        return dropDamaged(read)
    }

    /// What steps have made, now or in an earlier run.
    ///
    /// - Returns: whether anything was taken out.
    func dropDamagedOutputs(of steps: [Step], _ result: ExecutionResult) -> Bool {
        dropDamaged(steps.flatMap { (result.outputs[$0.key] ?? [:]).values })
    }

    /// - Returns: whether anything was taken out.
    func dropDamaged(_ digests: [Digest]) -> Bool {
        var found = false
        for digest in Set(digests).sorted() where isDamaged(digest) {
            do throws(StoreError) {
                try remove(digest)
                if try !contains(digest) { found = true }
            } catch {
                continue
            }
        }
        return found
    }

    func isDamaged(_ digest: Digest) -> Bool {
        do throws(StoreError) {
            _ = try read(digest)
            return false
        } catch {
            return error.code == .damaged
        }
    }
}
