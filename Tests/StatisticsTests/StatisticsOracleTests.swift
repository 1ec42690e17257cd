import Basics
import Foundation
import Statistics
import TestSupport
import Testing

/// Figures of scipy and statsmodels: Tests/Oracles/statistics/generate.py.
@Suite struct StatisticsOracleTests {
    static func values(_ name: String) throws -> JSONValue {
        let file = TestFiles.oracles.appendingPathComponent("statistics/values.json")
        return try #require(try JSONValue(parsing: Array(Data(contentsOf: file)))[name])
    }

    static func expect(_ value: Double?, _ wanted: JSONValue?, _ what: String, tolerance: Double = 1e-10) throws {
        let wanted = try #require(wanted?.doubleValue)
        let value = try #require(value, "\(what)")
        #expect(abs(value - wanted) <= tolerance * Swift.max(abs(wanted), 1e-300), "\(what): \(value), wanted \(wanted)")
    }

    static func distribution(_ name: String, _ parameters: [Double]) -> any ContinuousDistribution {
        switch name {
        case "normal": Normal()
        case "chiSquare": ChiSquare(degrees: parameters[0])
        case "studentT": StudentT(degrees: parameters[0])
        case "fisherF": FisherF(parameters[0], parameters[1])
        default: Beta(parameters[0], parameters[1])
        }
    }

    @Test func `distributions have scipy's tails and quantiles`() throws {
        let distributions = try #require(Self.values("distributions").arrayValue)
        #expect(distributions.count == 18)
        for wanted in distributions {
            let name = try #require(wanted["name"]?.stringValue)
            let parameters = try #require(wanted["parameters"]?.arrayValue).compactMap(\.doubleValue)
            let distribution = Self.distribution(name, parameters)
            for tail in try #require(wanted["tails"]?.arrayValue) {
                let x = try #require(tail["x"]?.doubleValue)
                try Self.expect(distribution.below(x), tail["below"], "\(name)\(parameters).below(\(x))")
                try Self.expect(distribution.above(x), tail["above"], "\(name)\(parameters).above(\(x))")
            }
            for quantile in try #require(wanted["quantiles"]?.arrayValue) {
                let p = try #require(quantile["p"]?.doubleValue)
                // Zero is a median too.
                if quantile["x"]?.doubleValue.map({ abs($0) < 1e-12 }) == true { continue }
                try Self.expect(distribution.quantile(p), quantile["x"], "\(name)\(parameters).quantile(\(p))")
            }
        }
        for wanted in try #require(Self.values("binomial").arrayValue) {
            let k = try #require(wanted["k"]?.intValue)
            let binomial = Binomial(trials: Int(try #require(wanted["n"]?.intValue)), probability: try #require(wanted["p"]?.doubleValue))
            try Self.expect(binomial.density(Int(k)), wanted["density"], "\(binomial).density(\(k))")
            try Self.expect(binomial.below(Int(k)), wanted["below"], "\(binomial).below(\(k))")
        }
        for wanted in try #require(Self.values("noncentralChiSquare").arrayValue) {
            let numbers = try ["degrees", "noncentrality", "x", "below"].map { try #require(wanted[$0]?.doubleValue) }
            let distribution = NoncentralChiSquare(degrees: numbers[0], noncentrality: numbers[1])
            try Self.expect(distribution.below(numbers[2]), wanted["below"], "\(distribution).below(\(numbers[2]))")
            // The noncentrality that it is at.
            let found = NoncentralChiSquare.noncentrality(degrees: numbers[0], at: numbers[2], chance: numbers[3])
            #expect(abs(found - numbers[1]) < 1e-6 * numbers[1], "\(distribution): \(found)")
        }
        #expect(NoncentralChiSquare.noncentrality(degrees: 4, at: 0.1, chance: 0.025) == 0)
        for wanted in try #require(Self.values("hypergeometric").arrayValue) {
            let numbers = try ["population", "marked", "drawn", "count"].map { Int(try #require(wanted[$0]?.intValue)) }
            let distribution = Hypergeometric(population: numbers[0], marked: numbers[1], drawn: numbers[2])
            try Self.expect(distribution.density(numbers[3]), wanted["density"], "\(distribution).density(\(numbers[3]))")
        }
    }

    @Test func `two shares are compared as scipy and statsmodels compare them`() throws {
        for wanted in try #require(Self.values("pairs").arrayValue) {
            let (a, n, b, m) = try (
                #require(wanted["a"]?.intValue), #require(wanted["n"]?.intValue), #require(wanted["b"]?.intValue), #require(wanted["m"]?.intValue)
            )
            let pair = ProportionPair(Proportion(Double(a), of: Double(n)), Proportion(Double(b), of: Double(m)))
            let name = "\(a)/\(n) against \(b)/\(m)"
            let z = CountTests.twoProportionZ(pair.first, pair.second)
            try Self.expect(z?.statistic, wanted["z"], "\(name) z")
            try Self.expect(z?.pValue, wanted["zP"], "\(name) p of z")
            try Self.expect(CountTests.fisherExact(Int(a), Int(n - a), Int(b), Int(m - b)).pValue, wanted["fisherP"], "\(name) Fisher")
            let chi = CountTests.chiSquare([[Double(a), Double(n - a)], [Double(b), Double(m - b)]])
            try Self.expect(chi?.result.statistic, wanted["chi"], "\(name) χ²")
            try Self.expect(chi?.result.pValue, wanted["chiP"], "\(name) p of χ²")
            try Self.expect(pair.newcombe().lower, wanted["newcombe"]?.arrayValue?[0], "\(name) Newcombe", tolerance: 1e-9)
            try Self.expect(pair.newcombe().upper, wanted["newcombe"]?.arrayValue?[1], "\(name) Newcombe", tolerance: 1e-9)
            if let katz = wanted["katz"]?.arrayValue {
                try Self.expect(pair.katz()?.lower, katz[0], "\(name) Katz")
                try Self.expect(pair.katz()?.upper, katz[1], "\(name) Katz")
            } else {
                #expect(pair.katz() == nil)
            }
        }
    }

    @Test func `a share has statsmodels' bounds`() throws {
        for wanted in try #require(Self.values("shares").arrayValue) {
            let share = Proportion(try #require(wanted["successes"]?.doubleValue), of: try #require(wanted["trials"]?.doubleValue))
            for (interval, name) in [(share.wilson(), "wilson"), (share.clopperPearson(), "clopperPearson")] {
                for (bound, index) in [(interval.lower, 0), (interval.upper, 1)] {
                    let expected = try #require(wanted[name]?.arrayValue?[index].doubleValue)
                    #expect(abs(bound - expected) <= 1e-10, "\(share) \(name) \(bound) \(expected)")
                }
            }
        }
    }

    @Test func `tables, pairs of answers and many tests at once`() throws {
        for wanted in try #require(Self.values("chiSquare").arrayValue) {
            let table = try #require(wanted["table"]?.arrayValue).map { ($0.arrayValue ?? []).compactMap(\.doubleValue) }
            let chi = try #require(CountTests.chiSquare(table))
            try Self.expect(chi.result.statistic, wanted["statistic"], "χ²")
            try Self.expect(chi.result.pValue, wanted["p"], "p of χ²")
            #expect(Int64(chi.degrees) == wanted["degrees"]?.intValue)
        }
        for wanted in try #require(Self.values("mcNemar").arrayValue) {
            let test = CountTests.mcNemar(
                onlyFirst: Int(try #require(wanted["first"]?.intValue)), onlySecond: Int(try #require(wanted["second"]?.intValue)))
            try Self.expect(test.pValue, wanted["p"], "McNemar \(wanted)")
        }
        let corrections = try Self.values("corrections")
        let p = try #require(corrections["p"]?.arrayValue).compactMap(\.doubleValue)
        for (adjusted, name) in [(Multiplicity.holm(p), "holm"), (Multiplicity.benjaminiHochberg(p), "benjaminiHochberg")] {
            for (value, wanted) in zip(adjusted, try #require(corrections[name]?.arrayValue)) { try Self.expect(value, wanted, name) }
        }
    }

    @Test func `areas under curves are compared as by the definition, pair by pair`() throws {
        let wanted = try Self.values("delong")
        func scores(_ name: String) throws -> DeLong {
            let both = try #require(wanted[name]?.arrayValue).map { ($0.arrayValue ?? []).compactMap(\.doubleValue) }
            return DeLong(positives: both[0], negatives: both[1])
        }
        let (first, second) = (try scores("first"), try scores("second"))
        try Self.expect(first.area, wanted["areas"]?.arrayValue?[0], "area")
        try Self.expect(first.variance, wanted["variances"]?.arrayValue?[0], "variance")
        try Self.expect(second.variance, wanted["variances"]?.arrayValue?[1], "variance")
        let comparison = first.compared(to: second)
        try Self.expect(comparison.error, wanted["error"], "error")
        try Self.expect(comparison.test.pValue, wanted["p"], "p")
        #expect(first.compared(to: first).test.pValue == 1)
    }
}
