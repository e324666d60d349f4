import Impairments
import Measures
import Testing

@Suite("Correlated draws")
struct CorrelatedDrawTests {
    private static func draws(_ correlation: String, count: Int) throws -> [Double] {
        let share = try #require(Share(correlation))
        var draws = CorrelatedDraws(correlation: share, SeededGenerator(seed: 5, stream: "test"))
        return (0..<count).map { _ in Double(draws.next()) / 0x1p32 }
    }

    @Test(
        "lean on the one before by ρ: lag one correlates by ρ, variance shrinks to (1-ρ)/(1+ρ) of uniform's",
        arguments: ["0%", "25%", "60%", "90%"]
    )
    func correlation(_ text: String) throws {
        let count = 200_000
        let rho = try #require(Share(text)).double
        let draws = try Self.draws(text, count: count)
        let mean = draws.reduce(0, +) / Double(count)
        let deviations = draws.map { $0 - mean }
        let variance = deviations.reduce(0) { $0 + $1 * $1 } / Double(count)
        let lag = zip(deviations, deviations.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
        // The effective number of independent draws is n (1-ρ)/(1+ρ).
        let error = 5 / (Double(count) * (1 - rho) / (1 + rho)).squareRoot()
        #expect(abs(mean - 0.5) < error * 0.3)
        #expect(abs(lag / variance - rho) < error)
        #expect(abs(variance * 12 - (1 - rho) / (1 + rho)) < error)
    }

    /// The stationary law of x' = (1-ρ) u + ρ x on a grid: F(y) = mean over u of F((y - (1-ρ) u) / ρ), to the fixed point.
    private static func stationary(_ rho: Double, at point: Double) -> Double {
        let size = 400
        var law = (0...size).map { Double($0) / Double(size) }
        for _ in 0..<40 {
            let old = law
            law = (0...size).map { index in
                let y = Double(index) / Double(size)
                var sum = 0.0
                for step in 0..<size {
                    let x = (y - (1 - rho) * (Double(step) + 0.5) / Double(size)) / rho * Double(size)
                    guard x > 0 else { continue }
                    guard x < Double(size) else {
                        sum += 1
                        continue
                    }
                    let below = Int(x)
                    sum += old[below] + (old[below + 1] - old[below]) * (x - Double(below))
                }
                return sum / Double(size)
            }
        }
        return law[Int(point * Double(size))]
    }

    @Test(
        "shift the share that is had as their stationary law says",
        arguments: [("10%", "25%"), ("30%", "50%")]
    )
    func share(_ share: String, _ correlation: String) throws {
        let count = 200_000
        let (asked, rho) = (try #require(Share(share)), try #require(Share(correlation)))
        var chance = ChanceDraws(Chance(asked, correlation: rho), SeededGenerator(seed: 6, stream: "test"))
        let had = Double((0..<count).count { _ in chance.next() }) / Double(count)
        let law = Self.stationary(rho.double, at: asked.double)
        #expect(abs(had - law) < 0.004 + 0.002, "\(had) had, \(law) by the law")
        #expect(law < asked.double * 0.95, "and that is not the share asked for")
    }

    @Test(
        "without correlation the share is the one asked for, never at 0 %, always at 100 %",
        arguments: ["0%", "0.05%", "30%", "100%"]
    )
    func exact(_ text: String) throws {
        let share = try #require(Share(text))
        var chance = ChanceDraws(Chance(share), SeededGenerator(seed: 7, stream: "test"))
        let count = 200_000
        let had = (0..<count).count { _ in chance.next() }
        let mean = share.double * Double(count)
        #expect(abs(Double(had) - mean) <= 5 * (mean * (1 - share.double)).squareRoot())
    }

    @Test("a draw that is passed over leaves the later ones as they would have been")
    func skip() {
        var whole = CorrelatedDraws(SeededGenerator(seed: 1, stream: "a"))
        var holed = whole
        let all = (0..<10).map { _ in whole.next() }
        let some = (0..<10).map { index -> UInt32? in
            guard index % 3 == 0 else { return holed.next() }
            holed.skip()
            return nil
        }
        #expect(zip(all, some).allSatisfy { $1 == nil || $0 == $1 })
    }
}

@Suite("Drawn delays")
struct DelayDrawTests {
    private static let (latency, jitter) = (100_000_000.0, 10_000_000.0)

    private static func delays(_ distribution: DelayDistribution, count: Int) -> [Double] {
        let asked = Impairment(
            latency: .milliseconds(100),
            jitter: .milliseconds(10),
            distribution: distribution
        )
        var draws = DelayDraws(asked, SeededGenerator(seed: 9, stream: "test"))
        return (0..<count).map { _ in Double(draws.next()) }
    }

    /// Kolmogorov and Smirnov: the greatest distance of the two laws.
    private static func distance(_ sample: [Double], _ law: (Double) -> Double) -> Double {
        let n = Double(sample.count)
        return sample.sorted().enumerated().reduce(0) { worst, item in
            let expected = law((item.element - latency) / jitter)
            return max(
                worst,
                abs(expected - Double(item.offset) / n),
                abs(expected - Double(item.offset + 1) / n)
            )
        }
    }

    /// P(K > 1.95) = 0.001; a table's steps add one entry's weight.
    private static let bound = 1.95 / 40_000.0.squareRoot() + 1 / 4096

    @Test("uniform: even between latency - jitter and latency + jitter")
    func uniform() {
        let delays = Self.delays(.uniform, count: 40_000)
        #expect(Self.distance(delays) { min(max(($0 + 1) / 2, 0), 1) } < Self.bound)
    }

    @Test("normal: the normal law with the jitter as deviation, tails included")
    func normal() {
        let delays = Self.delays(.normal, count: 40_000)
        #expect(Self.distance(delays) { 0.5 * Self.erfc(-$0 / 2.0.squareRoot()) } < Self.bound)
        for (deviations, probability) in [(1.0, 0.317311), (2.0, 0.045500), (3.0, 0.002700)] {
            let part = Double(delays.count { abs($0 - Self.latency) > deviations * Self.jitter }) / 40_000
            #expect(abs(part - probability) < 5 * (probability / 40_000).squareRoot() + 2 / 4096.0)
        }
    }

    /// x = (y - 3/2) 4/3 with P(y > t) = t^-3, cut at four jitters (y = 4.5), where 16 bits end: 1.097 % are there.
    @Test("pareto: shape 3 around the latency; what would be beyond four jitters is at four jitters")
    func pareto() {
        let delays = Self.delays(.pareto, count: 40_000)
        let cut = Self.latency + 4 * Self.jitter - 2000
        let body = delays.filter { $0 < cut }
        let kept = 1 - 1 / (4.5 * 4.5 * 4.5)
        #expect(
            Self.distance(body) { x in
                let y = x * 0.75 + 1.5
                return y <= 1 ? 0 : (1 - 1 / (y * y * y)) / kept
            } < Self.bound
        )
        #expect(delays.allSatisfy { $0 <= Self.latency + 4 * Self.jitter })
        let part = Double(delays.count - body.count) / 40_000
        #expect(abs(part - (1 - kept)) < 5 * ((1 - kept) / 40_000).squareRoot())
    }

    @Test("an own table: each entry as often, latency + jitter · entry / 8192 to the nanosecond")
    func own() {
        let delays = Self.delays(.entries([-8192, 0, 4096, 1]), count: 40_000)
        let expected = [90_000_000, 100_000_000, 105_000_000, 100_001_221].map { Double($0) }
        for value in expected {
            // 10,000 each, standard deviation 87.
            #expect(abs(delays.count { $0 == value } - 10_000) < 440, "\(value)")
        }
        #expect(Set(delays) == Set(expected))
    }

    /// netem's own law: the correlated draw is taken modulo twice the jitter, or the table's size. Only where that is near
    /// 2^32 (2.147 s of uniform jitter) do delays resemble the one before; with less, as good as nothing is left of it.
    @Test("correlation is felt as in netem: fully by the greatest uniform jitter, hardly by any less")
    func correlated() {
        for (jitter, expected) in [(2_147_483_647, 0.8), (10_000_000, 0.0)] as [(Int64, Double)] {
            var asked = Impairment(latency: .seconds(3), jitter: .nanoseconds(jitter))
            asked.delayCorrelation = Share("80%") ?? .zero
            var draws = DelayDraws(asked, SeededGenerator(seed: 9, stream: "test"))
            let delays = (0..<50_000).map { _ in Double(draws.next()) - 3e9 }
            let square = delays.reduce(0) { $0 + $1 * $1 }
            let lag = zip(delays, delays.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(lag / square - expected) < 0.03, "jitter \(jitter)")
        }
    }

    @Test("without jitter nothing is drawn: the latency, to the nanosecond")
    func constant() {
        var draws = DelayDraws(Impairment(latency: .nanoseconds(200_001)), SeededGenerator(seed: 1))
        #expect((0..<10).allSatisfy { _ in draws.next() == 200_001 })
    }

    /// Abramowitz and Stegun 7.1.26 has errors up to 1.5e-7.
    private static func erfc(_ x: Double) -> Double {
        let z = abs(x)
        let t = 1 / (1 + 0.3275911 * z)
        let sum =
            t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
        var power = 1.0
        // e^(-z²), as (e^(-z²/1024))^1024 by its series.
        let small = -z * z / 1024
        power = 1 + small * (1 + small / 2 * (1 + small / 3 * (1 + small / 4)))
        for _ in 0..<10 { power *= power }
        return x >= 0 ? sum * power : 2 - sum * power
    }
}
