/// Text that names a person or an account, by its form.
public enum PersonalData: String, Hashable, Sendable, CaseIterable {
    case email
    /// 13 to 19 digits that pass Luhn's check (ISO/IEC 7812-1), with blanks or hyphens between them.
    case paymentCard
    /// An IBAN whose check digits are right (ISO 13616: mod 97 is 1).
    case bankAccount

    /// Nil for what has none of the forms.
    public static func kind(of text: String) -> PersonalData? {
        let bytes = Array(text.utf8)
        guard (6...254).contains(bytes.count) else { return nil }
        if isEmail(bytes) { return .email }
        if isPaymentCard(bytes) { return .paymentCard }
        return isBankAccount(bytes) ? .bankAccount : nil
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

    static func isEmail(_ bytes: [UInt8]) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count) else { return false }
        let local = parts[0].allSatisfy { isDigit($0) || isLetter($0) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains($0) || $0 >= 0x80 }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return local && labels.count > 1
            && labels.allSatisfy { !$0.isEmpty && $0.allSatisfy { isDigit($0) || isLetter($0) || $0 == 0x2D || $0 >= 0x80 } }
            && (labels.last?.count ?? 0) > 1 && !(labels.last?.allSatisfy(isDigit) ?? true)
    }

    static func isPaymentCard(_ bytes: [UInt8]) -> Bool {
        guard bytes.allSatisfy({ isDigit($0) || $0 == 0x20 || $0 == 0x2D }) else { return false }
        let digits = bytes.filter(isDigit).map { Int($0 - 0x30) }
        guard (13...19).contains(digits.count), digits.contains(where: { $0 != 0 }) else { return false }
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let doubled = place % 2 == 1 ? digit * 2 : digit
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return sum % 10 == 0
    }

    static func isBankAccount(_ bytes: [UInt8]) -> Bool {
        let compact = bytes.filter { $0 != 0x20 }
        guard (15...34).contains(compact.count), isLetter(compact[0]), isLetter(compact[1]), isDigit(compact[2]), isDigit(compact[3]),
            compact.allSatisfy({ isDigit($0) || isLetter($0) })
        else { return false }
        var rest = 0
        for byte in compact[4...] + compact[..<4] {
            if isDigit(byte) {
                rest = (rest * 10 + Int(byte - 0x30)) % 97
            } else {
                rest = (rest * 100 + Int(byte & 0xDF) - 0x41 + 10) % 97
            }
        }
        return rest == 1
    }
}
