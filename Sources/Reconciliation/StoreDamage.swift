import Basics
import Execution
import Planning
import Storage

/// A store is a cache, and a damaged one must not stand in the way of all runs to come: what is damaged is taken out, and so made again.
extension ContentStore {
    /// What failed steps were to read.
    ///
    /// - Returns: whether another try makes anything again: what was taken out, or was made and is there no more. A gate takes nothing out of a store that it
    ///   only reads: it sees it no more.
    func dropDamagedInputs(of steps: [Step], _ result: ExecutionResult) -> Bool {
        var (read, made): ([Digest], [Digest]) = ([], [])
        for step in steps where result.failures[step.key].map({ $0.code.isOfMachine && $0.code != .waiting }) ?? false {
            for input in step.inputs.values {
                switch input {
                case .artefact(let digest): read.append(digest)
                case .output(let key, let name): if let digest = result.outputs[key]?[name] { made.append(digest) }
                }
            }
        }
        let isDamaged = dropDamaged(read + made)
        return isDamaged || made.contains { isMissing($0) }
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

    private func isMissing(_ digest: Digest) -> Bool {
        do throws(StoreError) { return try !contains(digest) } catch { return false }
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
