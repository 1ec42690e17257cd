internal import Basics
internal import Diagnostics

/// Reads one line of a signer file: `principals [options] key-type base64 [comment]`.
struct SignerLineParser {
    enum Outcome {
        case entry(SignerEntry)
        case blank
        case failure(Diagnostic)
    }

    private struct Failure: Error {
        let message: String
        let range: Range<Int>
        var hint: String?
    }

    private struct Options {
        var namespaces: PatternList?
        var validAfter: Instant?
        var validBefore: Instant?
    }

    private let file: SourceFile
    private let line: Int
    private let scalars: [Unicode.Scalar]
    private var index = 0

    init(file: SourceFile, line: Int, text: Substring) {
        self.file = file
        self.line = line
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.last, last == "\r" || last == " " || last == "\t" { scalars.removeLast() }
        self.scalars = scalars
    }

    mutating func parse() -> Outcome {
        skipBlanks()
        guard index < scalars.count, scalars[index] != "#" else { return .blank }
        do {
            return .entry(try entry())
        } catch {
            return .failure(Diagnostic(.invalidSignerFile, error.message, at: span(error.range), hint: error.hint))
        }
    }

    private mutating func entry() throws(Failure) -> SignerEntry {
        let start = index
        let names = try principals()
        skipBlanks()
        var options = Options()
        if !isKeyType(word()) { options = try self.options() }
        skipBlanks()
        let typeStart = index
        let type = word()
        index += type.unicodeScalars.count
        skipBlanks()
        let keyStart = index
        let base64 = word()
        index += base64.unicodeScalars.count
        guard !base64.isEmpty else {
            throw Failure(
                message: "expected 'ssh-ed25519' and a base64 key", range: typeStart..<max(typeStart + 1, scalars.count),
                hint: "a line is: name@example.com namespaces=\"git\" ssh-ed25519 AAAA…")
        }
        let key: PublicKey
        do {
            key = try PublicKey(type: type, base64: base64)
        } catch {
            let range = error.code == .unsupportedKeyType ? typeStart..<typeStart + type.unicodeScalars.count : keyStart..<index
            throw Failure(message: error.message, range: range)
        }
        return SignerEntry(
            principals: names, key: key, namespaces: options.namespaces, validAfter: options.validAfter, validBefore: options.validBefore,
            span: span(start..<scalars.count))
    }

    private mutating func principals() throws(Failure) -> PatternList {
        let start = index
        let text: String
        if scalars[index] == "\"" {
            text = try quoted()
        } else {
            text = word()
            index += text.unicodeScalars.count
        }
        let list = PatternList(text)
        guard !list.isEmpty else { throw Failure(message: "the line names nobody", range: start..<index) }
        return list
    }

    private mutating func options() throws(Failure) -> Options {
        var options = Options()
        var seen: Set<String> = []
        let begin = index
        while true {
            let start = index
            while index < scalars.count, !"=, \t".unicodeScalars.contains(scalars[index]) { index += 1 }
            let name = String(String.UnicodeScalarView(scalars[start..<index])).lowercased()
            let nameRange = start..<max(index, start + 1)
            guard ["namespaces", "valid-after", "valid-before"].contains(name) else { throw unknownOption(name, nameRange) }
            guard seen.insert(name).inserted else { throw Failure(message: "'\(name)' is given twice", range: nameRange) }
            guard index < scalars.count, scalars[index] == "=" else {
                throw Failure(message: "'\(name)' needs a value", range: nameRange, hint: "write \(name)=\"…\"")
            }
            index += 1
            let valueStart = index
            guard index < scalars.count, scalars[index] == "\"" else {
                throw Failure(
                    message: "the value of '\(name)' must stand in double quotes", range: valueStart..<valueStart + 1,
                    hint: "write \(name)=\"…\", as ssh-keygen requires")
            }
            let value = try quoted()
            switch name {
            case "namespaces":
                let list = PatternList(value)
                guard !list.isEmpty else { throw Failure(message: "'namespaces' is empty", range: valueStart..<index) }
                options.namespaces = list
            case "valid-after": options.validAfter = try instant(value, valueStart..<index)
            default: options.validBefore = try instant(value, valueStart..<index)
            }
            guard index < scalars.count, scalars[index] == "," else { break }
            index += 1
        }
        guard index == scalars.count || scalars[index] == " " || scalars[index] == "\t" else {
            throw Failure(message: "expected ',' or a blank after an option", range: index..<index + 1)
        }
        if let after = options.validAfter, let before = options.validBefore, before <= after {
            throw Failure(message: "'valid-before' is not after 'valid-after'", range: begin..<index)
        }
        return options
    }

    private func unknownOption(_ name: String, _ range: Range<Int>) -> Failure {
        if name == "cert-authority" {
            return Failure(
                message: "certificate authorities are not supported", range: range,
                hint: "list each person's ssh-ed25519 key on a line of its own")
        }
        if name.hasPrefix("ssh-") || name.hasPrefix("ecdsa-") || name.hasPrefix("sk-") {
            return Failure(
                message: "keys of type \(name) are not supported", range: range,
                hint: "make one with: ssh-keygen -t ed25519")
        }
        let known = ["namespaces", "valid-after", "valid-before", PublicKey.keyType]
        return Failure(
            message: name.isEmpty ? "expected an option or a key" : "unknown option '\(name)'", range: range,
            hint: NameSuggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" })
    }

    /// `YYYYMMDD[HHMM[SS]][Z]`.
    private func instant(_ text: String, _ range: Range<Int>) throws(Failure) -> Instant {
        let digits = Array(text.hasSuffix("Z") || text.hasSuffix("z") ? text.dropLast() : text[...])
        func part(_ start: Int, _ count: Int) -> String { start < digits.count ? String(digits[start..<start + count]) : "00" }
        if [8, 12, 14].contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let instant = Instant("\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(8, 2)):\(part(10, 2)):\(part(12, 2))Z")
        {
            return instant
        }
        throw Failure(message: "'\(text)' is not a time", range: range, hint: "write YYYYMMDD or YYYYMMDDHHMM[SS], with Z for UTC")
    }

    /// A string in double quotes, in which `\"` stands for a quote.
    private mutating func quoted() throws(Failure) -> String {
        let start = index
        var out = String.UnicodeScalarView()
        index += 1
        while index < scalars.count, scalars[index] != "\"" {
            if scalars[index] == "\\", index + 1 < scalars.count, scalars[index + 1] == "\"" { index += 1 }
            out.append(scalars[index])
            index += 1
        }
        guard index < scalars.count else { throw Failure(message: "the quote does not end", range: start..<scalars.count) }
        index += 1
        return String(out)
    }

    private func isKeyType(_ word: String) -> Bool { word == PublicKey.keyType }

    private func word() -> String {
        var end = index
        while end < scalars.count, scalars[end] != " ", scalars[end] != "\t" { end += 1 }
        return String(String.UnicodeScalarView(scalars[index..<end]))
    }

    private mutating func skipBlanks() {
        while index < scalars.count, scalars[index] == " " || scalars[index] == "\t" { index += 1 }
    }

    private func span(_ range: Range<Int>) -> SourceSpan {
        SourceSpan(
            file: file, start: SourcePosition(line: line, column: range.lowerBound + 1),
            end: SourcePosition(line: line, column: range.upperBound + 1))
    }
}
