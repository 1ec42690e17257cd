extension Int64 {
    /// Quotient and remainder of the division that rounds down, so that the remainder of a time before 1970 is not negative; no value of the dividend traps.
    /// - Parameter divisor: above 0.
    public func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
