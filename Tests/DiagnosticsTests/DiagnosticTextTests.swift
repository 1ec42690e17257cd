import Diagnostics
import Testing

@Suite struct DiagnosticTextTests {
    let file = SourceFile(path: "models/a.yaml", text: "kind: Model\r\n\ttreshold: 0.5\nlast")

    @Test func `the text form points at the span`() {
        let span = SourceSpan(file: file, start: .init(line: 2, column: 2), end: .init(line: 2, column: 10))
        let diagnostic = Diagnostic(.unknownField, "unknown field 'treshold'", at: span, hint: "did you mean 'threshold'?")
        #expect(
            diagnostic.text == """
                models/a.yaml:2:2: error[E0201]: unknown field 'treshold'
                    2 |  treshold: 0.5
                      |  ^^^^^^^^
                  hint: did you mean 'threshold'?
                """)
    }

    @Test func `a span over several lines is marked to the end of its first`() {
        let span = SourceSpan(file: file, start: .init(line: 1, column: 7), end: .init(line: 3, column: 2))
        #expect(Diagnostic(.wrongType, "x", at: span).text.hasSuffix("      |       ^^^^^"))
    }

    @Test func `GitHub annotations escape what would end them`() {
        let odd = SourceFile(path: "a,b:c.yaml", text: "x")
        let span = SourceSpan(startOf: odd)
        #expect(
            Diagnostic(.wrongType, "50%\nx", at: span).gitHubAnnotation
                == "::error file=a%2Cb%3Ac.yaml,line=1,col=1,endColumn=1,title=E0203::50%25%0Ax")
    }

    @Test func `display order is by place and says a thing once`() {
        let a = Diagnostic(.wrongType, "a", at: SourceSpan(startOf: file))
        let b = Diagnostic(.unknownField, "b", at: SourceSpan(startOf: SourceFile(path: "a.yaml", text: "")))
        #expect([a, b, a].sortedForDisplay == [b, a])
    }

    @Test func `the nearest name is suggested only when it is near`() {
        #expect(NameSuggestion.nearest(to: "treshold", among: ["target", "threshold"]) == "threshold")
        #expect(NameSuggestion.nearest(to: "thershold", among: ["threshold"]) == "threshold")
        #expect(NameSuggestion.nearest(to: "zzz", among: ["threshold"]) == nil)
    }
}
