/// Every diagnostic that Proviso gives, by its stable code. A code is never reused for another meaning.
///
/// `E01xx` reading files and YAML · `E02xx` specs · `E03xx` CEL expressions · `E04xx` policies · `E05xx` data · `E06xx` repository and gate.
/// `W` codes are warnings. Each has a golden fixture under `Tests/Fixtures/Diagnostics/<code>/`.
public enum DiagnosticCode: String, CaseIterable, Hashable, Sendable {
    // Reading files and YAML
    case notUTF8 = "E0102"
    case yamlSyntax = "E0103"
    case tabIndentation = "E0104"
    case duplicateKey = "E0105"
    case nonStringKey = "E0106"
    case unknownTag = "E0107"
    case aliasBudgetExceeded = "E0108"
    case undefinedAlias = "E0109"
    case nestingTooDeep = "E0110"
    case fileTooLarge = "E0111"
    case severalDocuments = "E0112"
    case ambiguousScalar = "E0113"
    case notARegularFile = "E0114"
    case emptyDocument = "E0115"

    // Specs
    case unknownField = "E0201"
    case missingField = "E0202"
    case wrongType = "E0203"
    case invalidValue = "E0204"
    case unknownKind = "E0205"
    case unknownAPIVersion = "E0206"
    case duplicateResource = "E0207"
    case danglingReference = "E0208"
    case referenceCycle = "E0209"
    case misplacedResource = "E0210"
    case conflictingFields = "E0211"
    case missingRepositorySpec = "E0212"
    case duplicateOutput = "E0213"
    case unknownPlaceholder = "E0214"
    case impossibleSearch = "E0220"
    case groupThresholdsForbidden = "W0221"
    case gridCutShort = "W0222"
    case mixtureDecidedByThreshold = "W0223"
    case limitWithoutEffect = "W0224"

    // CEL
    case celSyntax = "E0301"
    case celUndeclaredReference = "E0302"
    case celNoMatchingOverload = "E0303"
    case celUndefinedField = "E0304"
    case celTypeMismatch = "E0305"
    case celLimit = "E0306"

    // Policies
    case policyResultType = "E0401"
    case policyUnknownPath = "E0402"
    case policyTooCostly = "E0403"
    case policyConstantRule = "W0411"
    case policyUnreachable = "W0412"
    case policyUnusedName = "W0413"
    case policyMatchesNothing = "W0414"
    case policyUnmeasuredAttribute = "W0415"

    // Data
    case dataDigestMismatch = "E0501"
    case dataUnpinned = "E0502"
    case dataMissing = "E0503"
    case dataUnreadable = "E0504"
    case dataMissingColumn = "E0505"
    case dataColumnType = "E0506"
    case dataSplit = "E0507"
    case dataLabel = "E0508"
    case dataPointer = "E0509"
    case dataFitting = "E0510"

    // Repository
    case invalidSignerFile = "E0601"
    case invalidOwnersFile = "E0602"

    public var severity: Diagnostic.Severity { rawValue.hasPrefix("W") ? .warning : .error }
}
