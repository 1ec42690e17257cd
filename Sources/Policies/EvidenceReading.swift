import Attestations
import Basics
import CEL

/// What a rule looked at that is not there. A rule with any taint is undecided, whatever its expression made of it.
final class TaintTracker: @unchecked Sendable {
    // Used by one evaluation on one thread; `Sendable` is asked for only because CEL values are.
    private(set) var taints: [String] = []
    private let optionalPaths: [String]

    init(optionalPaths: [String]) { self.optionalPaths = optionalPaths }

    func taint(_ path: String, _ reason: String) {
        let isOptional = optionalPaths.contains { path == $0 || path.hasPrefix($0 + ".") || path.hasPrefix($0 + "[") }
        guard !isOptional else { return }
        add("\(path) \(reason)")
    }

    func add(_ taint: String) { if !taints.contains(taint) { taints.append(taint) } }
}

/// Evidence as expressions see it: every read goes through here.
enum EvidenceReading {
    /// `json` of declared type `type` at `path`; nil, and a taint, if it is missing.
    static func value(_ json: JSONValue?, _ type: EvidenceType, _ path: String, _ tracker: TaintTracker, missing reason: String = "is missing")
        -> Value?
    {
        switch (type, json) {
        case (.object(let object), .object(let members)?): return .hostObject(EvidenceNode(object, members, path, tracker))
        case (.map(let element), .object(let members)?): return .hostMap(EvidenceMap(element, members, path, tracker))
        case (.list(let element), .array(let elements)?): return .hostList(EvidenceList(element, elements, path, tracker))
        case (.number, let number?) where number.doubleValue != nil:
            let value = number.doubleValue ?? .nan
            if value.isNaN { tracker.taint(path, "is NaN") }
            return .double(value)
        case (.integer, .int(let number)?): return .int(number)
        case (.string, .string(let text)?): return .string(text)
        case (.boolean, .bool(let flag)?): return .bool(flag)
        default:
            let isAbsent = json == nil || json == .null
            tracker.taint(path, isAbsent ? reason : "is not of its declared type")
            return nil
        }
    }
}

/// Evidence that knows where it stands.
protocol EvidencePlace {
    var path: String { get }
}

private final class EvidenceNode: HostObject, EvidencePlace {
    let object: EvidenceObject
    let members: [String: JSONValue]
    let path: String
    let tracker: TaintTracker

    init(_ object: EvidenceObject, _ members: [String: JSONValue], _ path: String, _ tracker: TaintTracker) {
        self.object = object
        self.members = members
        self.path = path
        self.tracker = tracker
    }

    var typeName: String { object.name }

    func field(_ name: String) -> Value? {
        guard let declared = object.field(name) else {
            tracker.taint("\(path).\(name)", "is no evidence")
            return nil
        }
        let reason = declared.undefinedWhen == nil ? nil : members["undefined"]?.stringValue.map { "is undefined: \($0)" }
        return EvidenceReading.value(members[name], declared.type, "\(path).\(name)", tracker, missing: reason ?? "is missing")
    }

    /// Asking is reading: `has(e.x) ? … : true` must not turn what is missing into a pass.
    func hasField(_ name: String) -> Bool { field(name) != nil }

    /// Equal are objects of one kind with the same content, what is undefined in them included.
    func isEqual(to other: any HostObject) -> Bool {
        guard let other = other as? EvidenceNode else {
            tracker.add("\(path) is compared with \(other.typeName) as a whole: compare their fields")
            return false
        }
        return typeName == other.typeName && JSONValue.object(members).agrees(with: .object(other.members))
    }
}

extension JSONValue {
    /// Equal but for how numbers are written: 1 and 1.0 are one number.
    fileprivate func agrees(with other: JSONValue) -> Bool {
        switch (self, other) {
        case (.int, .double), (.double, .int): doubleValue == other.doubleValue
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.agrees(with: $1) }
        case (.object(let a), .object(let b)): a.count == b.count && a.allSatisfy { key, value in b[key].map { value.agrees(with: $0) } ?? false }
        default: self == other
        }
    }
}

private final class EvidenceMap: HostMap, EvidencePlace {
    let element: EvidenceType
    let members: [String: JSONValue]
    let path: String
    let tracker: TaintTracker

    init(_ element: EvidenceType, _ members: [String: JSONValue], _ path: String, _ tracker: TaintTracker) {
        self.element = element
        self.members = members
        self.path = path
        self.tracker = tracker
    }

    func lookup(_ key: String) -> Value? { EvidenceReading.value(members[key], element, "\(path)['\(key)']", tracker) }
    func contains(_ key: String) -> Bool { lookup(key) != nil }

    var count: Int {
        if members.isEmpty { tracker.taint(path, "is empty") }
        return members.count
    }

    var keys: [String] {
        if members.isEmpty { tracker.taint(path, "is empty") }
        return members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

private final class EvidenceList: HostList, EvidencePlace {
    let element: EvidenceType
    let elements: [JSONValue]
    let path: String
    let tracker: TaintTracker

    init(_ element: EvidenceType, _ elements: [JSONValue], _ path: String, _ tracker: TaintTracker) {
        self.element = element
        self.elements = elements
        self.path = path
        self.tracker = tracker
    }

    var count: Int {
        if elements.isEmpty { tracker.taint(path, "is empty") }
        return elements.count
    }

    func element(at index: Int) -> Value { EvidenceReading.value(elements[index], element, "\(path)[\(index)]", tracker) ?? .null }
}
