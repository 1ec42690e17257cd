import Basics
import Execution
import Planning
import Storage

/// A store is a cache, and a damaged one must not stand in the way of all runs to come: what is damaged is taken out, and so made again.
extension ContentStore {
    /// What failed steps were to read.
    ///
    /// - Returns: whether anything was taken out. A gate takes nothing out of a store that it only reads: it sees it no more.
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

    /// Steps that read nothing but what there is now, or what other steps make: if one of them misses what it reads, that vanished meanwhile.
    func supplied(_ steps: [Step]) throws(StoreError) -> Set<Digest> {
        var found: Set<Digest> = []
        steps: for step in steps {
            for case .artefact(let digest) in step.inputs.values where try !contains(digest) { continue steps }
            found.insert(step.key)
        }
        return found
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
