import Testing

@testable import Attestations

/// The reference page: a figure without its source cannot be recomputed by others.
@Suite struct EvidenceReferenceTests {
    /// Every field of numbers, by the object that it is of.
    static let figures: [(object: EvidenceObject, field: EvidenceField)] = {
        var found: [(EvidenceObject, EvidenceField)] = []
        var seen: Set<EvidenceObject> = [EvidenceSchema.estimate]
        func visit(_ type: EvidenceType) {
            switch type {
            case .object(let object):
                guard seen.insert(object).inserted else { return }
                for field in object.fields {
                    if isFigure(field.type) { found.append((object, field)) }
                    visit(field.type)
                }
            case .map(let element), .list(let element): visit(element)
            default: break
            }
        }
        func isFigure(_ type: EvidenceType) -> Bool {
            switch type {
            case .number, .integer: true
            case .object(let object): object == EvidenceSchema.estimate
            case .map(let element), .list(let element): isFigure(element)
            default: false
            }
        }
        visit(.object(EvidenceSchema.root))
        return found
    }()

    @Test func `every figure has a definition, a unit and a source`() {
        #expect(Self.figures.count > 150)
        let bare = Self.figures.filter { object, field in
            let entry = EvidenceUnits.entry(object, field)
            return field.documentation.isEmpty || entry.unit.isEmpty || entry.source.isEmpty
        }
        let names = bare.map { "\($0.object.name).\($0.field.name)" }
        #expect(names == [])
    }

    @Test func `every row of the page has its six cells, whatever bars are in a formula`() {
        let rows = EvidenceReference.markdown.split(separator: "\n").filter { $0.hasPrefix("| `evidence.") }
        #expect(rows.count > 1000)
        for row in rows {
            #expect(row.replacing("\\|", with: "").split(separator: "|", omittingEmptySubsequences: false).count == 8, "\(row)")
        }
    }
}
