internal import CLibgit2

/// What happens on one connection: answers libgit2's questions and collects what the server says. Lives on the stack of one call.
@safe
final class RemoteSession {
    private enum Method: Hashable {
        case sshKey, sshAgent, password, userName
    }

    private let access: RemoteAccess
    /// libgit2 asks again after each refusal, for ever; each method is offered once.
    private var offered: Set<Method> = []
    private var messageBytes: [UInt8] = []
    private(set) var refusals: [(reference: String, reason: String)] = []
    /// What the pushed reference must be on the server; nil for one that must not exist.
    private let expected: ObjectID?
    private let checksExpected: Bool
    private(set) var found: ObjectID?

    init(access: RemoteAccess) {
        self.access = access
        expected = nil
        checksExpected = false
    }

    init(access: RemoteAccess, expecting expected: ObjectID?) {
        self.access = access
        self.expected = expected
        checksExpected = true
    }

    var messages: String { String(decoding: messageBytes, as: UTF8.self) }

    /// Fills in the callbacks; the session must outlive their use.
    func install(in callbacks: inout git_remote_callbacks) {
        unsafe callbacks.payload = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe callbacks.sideband_progress = { text, count, payload in
            if let text = unsafe text, count > 0 {
                unsafe RemoteSession.from(payload).messageBytes
                    .append(contentsOf: UnsafeRawBufferPointer(start: text, count: Int(count)))
            }
            return 0
        }
        unsafe callbacks.credentials = { out, _, user, allowed, payload in
            let user = unsafe user.map { unsafe String(cString: $0) }
            return unsafe RemoteSession.from(payload).offer(out, user: user, allowed: allowed)
        }
        unsafe callbacks.push_update_reference = { name, status, payload in
            if let name = unsafe name, let status = unsafe status {
                unsafe RemoteSession.from(payload).refusals.append((String(cString: name), String(cString: status)))
            }
            return 0
        }
        unsafe callbacks.push_negotiation = { updates, count, payload in
            guard let updates = unsafe updates else { return 0 }
            let session = unsafe RemoteSession.from(payload)
            for index in 0..<count {
                if let update = unsafe updates[index], unsafe !session.accepts(ObjectID(update.pointee.src)) {
                    return GIT_EUSER.rawValue
                }
            }
            return 0
        }
    }

    private static func from(_ payload: UnsafeMutableRawPointer?) -> RemoteSession {
        guard let payload = unsafe payload else { preconditionFailure("libgit2 lost the payload of a callback") }
        return unsafe Unmanaged<RemoteSession>.fromOpaque(payload).takeUnretainedValue()
    }

    /// Whether what the server has is what the push was made for.
    private func accepts(_ current: ObjectID) -> Bool {
        guard checksExpected, current != expected ?? .zero else { return true }
        found = current
        return false
    }

    private func offer(_ out: UnsafeMutablePointer<UnsafeMutablePointer<git_credential>?>?, user: String?, allowed: UInt32) -> Int32 {
        let name = user ?? access.user ?? "git"
        func may(_ kind: git_credential_t, _ method: Method) -> Bool {
            allowed & kind.rawValue != 0 && offered.insert(method).inserted
        }
        if may(GIT_CREDENTIAL_USERNAME, .userName) { return unsafe git_credential_username_new(out, name) }
        if let password = access.password, may(GIT_CREDENTIAL_USERPASS_PLAINTEXT, .password) {
            return unsafe git_credential_userpass_plaintext_new(out, name, password)
        }
        if let key = access.sshKeyFile, may(GIT_CREDENTIAL_SSH_KEY, .sshKey) {
            return unsafe git_credential_ssh_key_new(out, name, key + ".pub", key, nil)
        }
        if may(GIT_CREDENTIAL_SSH_KEY, .sshAgent) { return unsafe git_credential_ssh_key_from_agent(out, name) }
        return GIT_EAUTH.rawValue
    }
}
