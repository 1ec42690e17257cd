// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let all: [(name: String, version: Int, files: [String: String])] = [
        ("data-quality", 1, dataQuality1),
        ("drift", 1, drift1),
        ("ecoa-reg-b", 1, ecoaRegB1),
        ("eeoc-ugesp", 1, eeocUgesp1),
        ("eu-ai-act", 1, euAiAct1),
        ("explainability", 1, explainability1),
        ("fairness", 1, fairness1),
        ("mitigation", 1, mitigation1),
        ("nyc-ll144", 1, nycLl1441),
        ("performance", 1, performance1),
        ("reproducibility", 1, reproducibility1),
        ("supply-chain", 1, supplyChain1),
    ]
}
