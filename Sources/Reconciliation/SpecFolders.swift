/// Which paths of a user's repository Proviso reads.
enum SpecFolders {
    static let repositoryFile = "proviso.yaml"
    static let controlFolder = ".proviso"
    static let waiverFolder = "waivers"
    static let all = ["datasets", "environments", "features", "inference", "models", "pipelines", "policies", waiverFolder]

    static func isSpec(_ path: String) -> Bool {
        if path == repositoryFile { return true }
        guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else { return false }
        return all.contains { path.hasPrefix($0 + "/") }
    }
}
