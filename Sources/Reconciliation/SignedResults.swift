import Basics
import Execution
import Signatures
import Storage

/// Step results that the engine itself has signed, so that work done before a crash counts after it. Anything else in the folder is ignored.
struct SignedResults: StepResults {
    static let payloadType = "application/vnd.proviso.step-result+json"
    let store: StepResultStore
    let key: SigningKey

    func outputs(of key: Digest) -> [String: Digest]? { payload(of: key)?.outputs }
    func usage(of key: Digest) -> StepUsage? { payload(of: key)?.usage }

    private func payload(of key: Digest) -> (outputs: [String: Digest], usage: StepUsage?)? {
        do {
            guard let document = try store.document(for: key) else { return nil }
            let envelope = try DSSEEnvelope(json: document)
            guard envelope.payloadType == Self.payloadType, try envelope.verifiedSigners().contains(self.key.publicKey) else { return nil }
            let payload = try JSONValue(parsing: envelope.payload)
            guard payload["key"]?.stringValue == key.description, let members = payload["outputs"]?.objectValue else { return nil }
            var outputs: [String: Digest] = [:]
            for (name, value) in members {
                guard let digest = value.stringValue.flatMap(Digest.init(_:)) else { return nil }
                outputs[name] = digest
            }
            return (outputs, StepUsage(json: payload["usage"]))
        } catch {
            // A result that cannot be read or does not verify is no result: the step runs again.
            return nil
        }
    }

    func save(_ outputs: [String: Digest], of key: Digest) throws { try save(outputs, usage: nil, of: key) }

    func save(_ outputs: [String: Digest], usage: StepUsage?, of key: Digest) throws {
        let payload = JSONValue.object([
            "key": .string(key.description), "outputs": .object(outputs.mapValues { .string($0.description) }), "usage": usage?.json ?? .null,
        ]).droppingNulls
        let envelope = DSSEEnvelope.sign(payloadType: Self.payloadType, payload: payload.canonicalBytes, with: self.key)
        try store.put(envelope.json, for: key)
    }
}
