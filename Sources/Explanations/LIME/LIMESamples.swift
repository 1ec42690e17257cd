internal import Basics
internal import Models

/// Perturbed rows of one seed with the model's predictions. They are drawn from the training rows alone, so that all explained rows share them,
/// unless numbers are drawn around the row.
struct LIMESamples: Sendable {
    let count: Int
    /// Samples × features.
    let rows: [Double]
    /// Components × samples: which of the component's distinct codes each has; of a number that is not cut, 0.
    let codes: [UInt32]
    /// For each component, the places of its codes.
    let places: [[Int64: UInt32]]
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
        (codes, places) = Self.codes(rows, count: count, components)
        numbers = Self.numbers(rows, count: count, components)
        self.count = count
        self.rows = rows
    }

    private init(_ other: LIMESamples, rows: [Double], _ components: [LIMEComponent]) {
        count = other.count
        codes = other.codes
        places = other.places
        numbers = Self.numbers(rows, count: count, components)
        self.rows = rows
    }

    private static func codes(_ rows: [Double], count: Int, _ components: [LIMEComponent]) -> ([UInt32], [[Int64: UInt32]]) {
        var codes = [UInt32](repeating: 0, count: components.count * count)
        var places = [[Int64: UInt32]](repeating: [:], count: components.count)
        let width = count > 0 ? rows.count / count : 0
        unsafe rows.withUnsafeBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            for (place, component) in components.enumerated() where !component.isNumber {
                for sample in 0..<count {
                    let code = unsafe component.code(base + sample * width)
                    let next = UInt32(places[place].count)
                    codes[place * count + sample] = places[place][code] ?? next
                    if codes[place * count + sample] == next { places[place][code] = next }
                }
            }
        }
        return (codes, places)
    }

    private static func numbers(_ rows: [Double], count: Int, _ components: [LIMEComponent]) -> [Double] {
        guard components.contains(where: \.isNumber) else { return [] }
        var numbers = [Double](repeating: 0, count: components.count * count)
        let width = count > 0 ? rows.count / count : 0
        for (place, component) in components.enumerated() where component.isNumber {
            for sample in 0..<count { numbers[place * count + sample] = component.standardised(rows[sample * width + component.members[0]]) }
        }
        return numbers
    }

    /// The samples with their numbers moved to a row's; nothing else moves.
    func around(_ row: ArraySlice<Double>, _ components: [LIMEComponent]) -> LIMESamples {
        var moved = rows
        let width = rows.count / count
        for component in components where component.isNumber {
            let member = component.members[0]
            for sample in 0..<count { moved[sample * width + member] += row[row.startIndex + member] }
        }
        return LIMESamples(self, rows: moved, components)
    }

    /// The moments of all samples and the row itself, each weighted by `kernel` of its squared distance from the row.
    ///
    /// - Parameters:
    ///   - seen: the row as the surrogate sees it: ones, and standardised numbers.
    ///   - predictions: samples × outputs.
    ///   - prediction: the row's own.
    func moments(
        _ components: [LIMEComponent], rowCodes: [Int64], seen: [Double], predictions: [Double], prediction: ArraySlice<Double>, width: Double,
        _ histogram: inout PatternHistogram
    ) -> WeightedMoments {
        let own = zip(places, rowCodes).map { $0[$1] ?? .max }
        var moments = WeightedMoments(columns: components.count, targets: prediction.count)
        moments.add(seen, targets: prediction, weight: 1)
        guard numbers.isEmpty, components.count <= 64 else {
            dense(components, own, seen, predictions, width, &moments)
            return moments
        }
        let weights = (0...components.count).map { LIMEKernel.weight(squaredDistance: Double($0), width: width) }
        histogram.count(patterns(own), columns: components.count, rows: count, predictions: predictions, targets: prediction.count)
        moments.add(histogram, weights: weights)
        return moments
    }

    /// Which components each sample has in common with the row, by 32 components: words × samples.
    private func patterns(_ own: [UInt32]) -> [UInt32] {
        var patterns = [UInt32](repeating: 0, count: (own.count + 31) / 32 * count)
        unsafe patterns.withUnsafeMutableBufferPointer { patterns in
            unsafe codes.withUnsafeBufferPointer { codes in
                guard let target = patterns.baseAddress, let source = codes.baseAddress else { return }
                for (component, code) in own.enumerated() {
                    let bit = UInt32(1) << UInt32(component & 31)
                    let word = unsafe target + component / 32 * count
                    let start = unsafe source + component * count
                    for sample in 0..<count { unsafe word[sample] |= start[sample] == code ? bit : 0 }
                }
            }
        }
        return patterns
    }

    private func dense(
        _ components: [LIMEComponent], _ own: [UInt32], _ seen: [Double], _ predictions: [Double], _ width: Double,
        _ moments: inout WeightedMoments
    ) {
        let outputs = moments.targets
        var row = [Double](repeating: 0, count: components.count)
        for sample in 0..<count {
            var distance = 0.0
            for (place, component) in components.enumerated() {
                row[place] =
                    component.isNumber ? numbers[place * count + sample] : codes[place * count + sample] == own[place] ? 1 : 0
                distance += (row[place] - seen[place]) * (row[place] - seen[place])
            }
            moments.add(
                row, targets: predictions[(sample * outputs)..<((sample + 1) * outputs)],
                weight: LIMEKernel.weight(squaredDistance: distance, width: width))
        }
    }
}
