internal import Basics
internal import Models

/// Perturbed rows of one seed with the model's predictions. They are drawn from the training rows alone, so that all explained rows share them,
/// unless numbers are drawn around the row.
struct LIMESamples: Sendable {
    let count: Int
    /// Samples × features.
    let rows: [Double]
    /// Components × samples; of a number that is not cut, 0.
    let codes: [Int64]
    /// Components × samples: numbers that are not cut, standardised.
    let numbers: [Double]

    init(_ components: [LIMEComponent], training: EncodedRows, settings: LIMESettings, seed: UInt64, stream: Int) {
        let count = settings.samples
        let width = training.width
        var rows = [Double](repeating: 0, count: count * width)
        unsafe rows.withUnsafeMutableBufferPointer { rows in
            unsafe training.values.withUnsafeBufferPointer { training in
                guard let target = rows.baseAddress, let source = training.baseAddress else { return }
                let number = UInt64(training.count / width)
                for (place, component) in components.enumerated() {
                    // A stream for each component and seed: what one draws does not move what another draws.
                    var random = SeededRandom(seed: seed, stream: UInt64(stream) << 32 | UInt64(place))
                    for sample in 0..<count {
                        let row = Int(random.next(below: number))
                        unsafe component.draw(from: source + row * width, into: target + sample * width, settings: settings, &random)
                    }
                }
            }
        }
        self.init(rows, count: count, components, settings)
    }

    private init(_ rows: [Double], count: Int, _ components: [LIMEComponent], _ settings: LIMESettings) {
        self.count = count
        self.rows = rows
        let width = count > 0 ? rows.count / count : 0
        var codes = [Int64](repeating: 0, count: components.count * count)
        var numbers = [Double](repeating: 0, count: components.contains(where: \.isNumber) ? components.count * count : 0)
        unsafe rows.withUnsafeBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            for (place, component) in components.enumerated() {
                for sample in 0..<count {
                    let row = unsafe base + sample * width
                    if component.isNumber {
                        numbers[place * count + sample] = unsafe component.standardised(row[component.members[0]])
                    } else {
                        codes[place * count + sample] = unsafe component.code(row)
                    }
                }
            }
        }
        self.codes = codes
        self.numbers = numbers
    }

    /// The samples with their numbers moved to a row's.
    func around(_ row: ArraySlice<Double>, _ components: [LIMEComponent], _ settings: LIMESettings) -> LIMESamples {
        var moved = rows
        let width = rows.count / count
        for component in components where component.isNumber {
            let member = component.members[0]
            for sample in 0..<count { moved[sample * width + member] += row[row.startIndex + member] }
        }
        return LIMESamples(moved, count: count, components, settings)
    }

    /// The moments of all samples and the row itself, each weighted by `kernel` of its squared distance from the row.
    ///
    /// - Parameters:
    ///   - seen: the row as the surrogate sees it: ones, and standardised numbers.
    ///   - predictions: samples × outputs.
    ///   - prediction: the row's own.
    func moments(
        _ components: [LIMEComponent], rowCodes: [Int64], seen: [Double], predictions: [Double], prediction: ArraySlice<Double>, width: Double
    ) -> WeightedMoments {
        var moments = WeightedMoments(columns: components.count, targets: prediction.count)
        moments.add(seen, targets: prediction, weight: 1)
        guard numbers.isEmpty, components.count <= 64 else {
            dense(components, rowCodes, seen, predictions, width, &moments)
            return moments
        }
        let patterns = self.patterns(components, rowCodes)
        let weights = (0...components.count).map { LIMEKernel.weight(squaredDistance: Double($0), width: width) }
        moments.add(patterns: patterns, predictions: predictions, weights: weights)
        return moments
    }

    /// Which components each sample has in common with the row.
    private func patterns(_ components: [LIMEComponent], _ rowCodes: [Int64]) -> [UInt64] {
        var patterns = [UInt64](repeating: 0, count: count)
        unsafe patterns.withUnsafeMutableBufferPointer { patterns in
            unsafe codes.withUnsafeBufferPointer { codes in
                for component in components.indices {
                    let (own, bit) = (rowCodes[component], UInt64(1) << UInt64(component))
                    let start = component * count
                    for sample in 0..<count { unsafe patterns[sample] |= codes[start + sample] == own ? bit : 0 }
                }
            }
        }
        return patterns
    }

    private func dense(
        _ components: [LIMEComponent], _ rowCodes: [Int64], _ seen: [Double], _ predictions: [Double], _ width: Double,
        _ moments: inout WeightedMoments
    ) {
        let outputs = moments.targets
        var row = [Double](repeating: 0, count: components.count)
        for sample in 0..<count {
            var distance = 0.0
            for (place, component) in components.enumerated() {
                row[place] =
                    component.isNumber ? numbers[place * count + sample] : codes[place * count + sample] == rowCodes[place] ? 1 : 0
                distance += (row[place] - seen[place]) * (row[place] - seen[place])
            }
            moments.add(
                row, targets: predictions[(sample * outputs)..<((sample + 1) * outputs)],
                weight: LIMEKernel.weight(squaredDistance: distance, width: width))
        }
    }
}
