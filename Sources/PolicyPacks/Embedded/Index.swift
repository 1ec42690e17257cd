// Written by .tools/embed-packs from policies/: edit there.
// swift-format-ignore-file

extension EmbeddedPacks {
    static let all: [(name: String, version: Int, files: [String: String])] = [
        ("fairness", 1, fairness1),
        ("performance", 1, performance1),
        ("supply-chain", 1, supplyChain1),
    ]
}
