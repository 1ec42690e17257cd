extension Int {
    /// This number of things, as texts say it: `1 row`, `2 rows`, `0 classes`.
    ///
    /// - Parameter plural: nil: the noun with an s.
    public func counting(_ noun: String, _ plural: String? = nil) -> String { "\(self) \(self == 1 ? noun : plural ?? noun + "s")" }
}
