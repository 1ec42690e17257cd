internal import Glibc

/// What a weighted least squares needs to know of its rows: sums of weights, of columns, and of products of columns, targets the last ones.
/// Every surrogate, its fit and the selection of its features are worked out from these alone.
package struct WeightedMoments: Sendable {
    /// Columns of the surrogate, without the targets.
    package let columns: Int
    package let targets: Int
    var weight = 0.0
    /// Of columns, then targets.
    var sums: [Double]
    /// Σ w x xᵀ of columns, upper triangle.
    var products: [Double]
    /// Σ w x y, targets × columns.
    var sides: [Double]
    /// Σ w y² of each target.
    var squares: [Double]

    package init(columns: Int, targets: Int) {
        self.columns = columns
        self.targets = targets
        sums = [Double](repeating: 0, count: columns + targets)
        products = [Double](repeating: 0, count: columns * columns)
        sides = [Double](repeating: 0, count: targets * columns)
        squares = [Double](repeating: 0, count: targets)
    }

    /// Adds a row of numbers. `row` has a number for each column.
    package mutating func add(_ row: [Double], targets values: ArraySlice<Double>, weight: Double) {
        self.weight += weight
        for i in 0..<columns where row[i] != 0 {
            let x = weight * row[i]
            sums[i] += x
            for j in i..<columns { products[i * columns + j] += x * row[j] }
            for (target, value) in values.enumerated() { sides[target * columns + i] += x * value }
        }
        addTargets(values, weight: weight)
    }

    /// Adds rows of zeros and ones, counted by which are ones. `weights` are by the number of zeros.
    mutating func add(_ histogram: PatternHistogram, weights: [Double]) {
        let (columns, targets) = (self.columns, self.targets)
        precondition(weights.count > columns)
        var total = weight
        unsafe products.withUnsafeMutableBufferPointer { products in
            for place in 0..<histogram.distinct {
                let mass = weights[columns - histogram.patterns[place].nonzeroBitCount] * histogram.tallies[place * histogram.stride]
                total += mass
                var rest = histogram.patterns[place]
                while rest != 0 {
                    let start = rest.trailingZeroBitCount * columns
                    var others = rest
                    while others != 0 {
                        unsafe products[start + others.trailingZeroBitCount] += mass
                        others &= others - 1
                    }
                    rest &= rest - 1
                }
            }
        }
        weight = total
        for target in 0..<targets {
            unsafe sides.withUnsafeMutableBufferPointer { sides in
                for place in 0..<histogram.distinct {
                    let weight = weights[columns - histogram.patterns[place].nonzeroBitCount]
                    let tally = place * histogram.stride + 1 + 2 * target
                    let value = weight * histogram.tallies[tally]
                    sums[columns + target] += value
                    squares[target] += weight * histogram.tallies[tally + 1]
                    var rest = histogram.patterns[place]
                    while rest != 0 {
                        unsafe sides[target * columns + rest.trailingZeroBitCount] += value
                        rest &= rest - 1
                    }
                }
            }
        }
        // The sum of a column of zeros and ones is that of its squares; the first row, whose numbers are ones too, is in both.
        for column in 0..<columns { sums[column] = products[column * columns + column] }
    }

    private mutating func addTargets(_ values: ArraySlice<Double>, weight: Double) {
        for target in 0..<targets {
            let value = values[values.startIndex + target]
            sums[columns + target] += weight * value
            squares[target] += weight * value * value
        }
    }

    /// Products about the weighted means, columns × columns, both triangles.
    var centred: [Double] {
        var matrix = products
        for i in 0..<columns {
            for j in i..<columns {
                let value = products[i * columns + j] - sums[i] * sums[j] / weight
                matrix[i * columns + j] = value
                matrix[j * columns + i] = value
            }
        }
        return matrix
    }

    /// Of columns and a target, about the weighted means.
    func centredSide(_ target: Int) -> [Double] {
        (0..<columns).map { sides[target * columns + $0] - sums[$0] * sums[columns + target] / weight }
    }

    /// Σ w (y − ȳ)².
    func spread(_ target: Int) -> Double { squares[target] - sums[columns + target] * sums[columns + target] / weight }
}

/// The least squares of a target on some columns, with a penalty on squared weights.
package struct RidgeFit: Sendable {
    /// One for each used column.
    package let weights: [Double]
    package let intercept: Double
    /// The weighted share of the target's spread that the fit explains; 1 if the target has none.
    package let fidelity: Double

    package init(_ moments: WeightedMoments, target: Int, used: [Int], ridge: Double) {
        let count = used.count
        let columns = moments.columns
        let centred = moments.centred
        let side = moments.centredSide(target)
        // Cholesky of the used part. A column that the others determine, or that does not vary, gets no weight.
        var factor = [Double](repeating: 0, count: count * count)
        var isFree = [Bool](repeating: true, count: count)
        for i in 0..<count {
            for j in 0...i {
                var sum = centred[used[i] * columns + used[j]] + (i == j ? ridge : 0)
                let whole = sum
                for k in 0..<j { sum -= factor[i * count + k] * factor[j * count + k] }
                if i == j {
                    isFree[i] = sum > 1e-11 * whole && sum > 0
                    factor[i * count + i] = isFree[i] ? sqrt(sum) : 1
                } else {
                    factor[i * count + j] = isFree[j] ? sum / factor[j * count + j] : 0
                }
            }
            if !isFree[i] { for k in 0..<i { factor[i * count + k] = 0 } }
        }
        var x = used.indices.map { isFree[$0] ? side[used[$0]] : 0 }
        for i in 0..<count {
            for k in 0..<i { x[i] -= factor[i * count + k] * x[k] }
            x[i] /= factor[i * count + i]
        }
        for i in (0..<count).reversed() {
            for k in (i + 1)..<max(count, i + 1) { x[i] -= factor[k * count + i] * x[k] }
            x[i] /= factor[i * count + i]
        }
        weights = x
        var intercept = moments.sums[columns + target]
        var explained = 0.0
        for i in 0..<count {
            intercept -= x[i] * moments.sums[used[i]]
            explained += 2 * x[i] * side[used[i]]
            for j in 0..<count { explained -= x[i] * x[j] * centred[used[i] * columns + used[j]] }
        }
        self.intercept = intercept / moments.weight
        let spread = moments.spread(target)
        // Rounding leaves a constant target a spread of some ulps of its square.
        fidelity = spread > 1e-14 * moments.squares[target] ? explained / spread : 1
    }
}
