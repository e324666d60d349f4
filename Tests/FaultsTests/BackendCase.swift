import Impairments
import Measures
import Testing

/// One impairment, what is sent through it, and how what comes out is compared between backends.
struct BackendCase: Sendable, CustomTestStringConvertible {
    enum Comparison: Sendable {
        /// Of each packet's delay.
        case delays
        /// Of delays far enough apart not to lean on each other, and of their leaning.
        case leaningDelays
        /// The share lost, and how long the runs of lost and of received packets are.
        case losses
        /// The share that came twice.
        case copies
        /// The share that came before half of the latency was over, and how many wait between two of these.
        case overtaking
        /// The time from the first to the last.
        case span
        /// The pauses between bunches.
        case bunches
    }

    let testDescription: String
    let asked: Impairment
    let comparison: Comparison
    var count = 1000
    /// Milliseconds.
    var spacing: Int64 = 4
    var size = 16

    private static func share(_ text: String) -> Share { Share(text) ?? .zero }

    private static func delay(
        _ name: String,
        _ distribution: DelayDistribution,
        jitter: Int64,
        correlation: Share = .zero
    ) -> BackendCase {
        let asked = Impairment(
            latency: .milliseconds(150),
            jitter: .milliseconds(jitter),
            distribution: distribution,
            delayCorrelation: correlation
        )
        return BackendCase(
            testDescription: name,
            asked: asked,
            comparison: correlation == .zero ? .delays : .leaningDelays
        )
    }

    private static func loss(_ name: String, _ model: LossModel) -> BackendCase {
        BackendCase(
            testDescription: name,
            asked: Impairment(loss: model),
            comparison: .losses,
            count: 3000,
            spacing: 2
        )
    }

    /// Two humps, so that no mean and deviation tell it.
    private static let humps = (4096...8192).filter { $0.isMultiple(of: 4) }.flatMap {
        [Int16(-$0), Int16($0)]
    }

    static let all: [BackendCase] = [
        delay("uniform delay", .uniform, jitter: 60), delay("normal delay", .normal, jitter: 25),
        // So wide that the steep edge, where a third of all lies, is not moved past others by a guest's millisecond.
        delay("Pareto delay", .pareto, jitter: 60), delay("Pareto-normal delay", .paretoNormal, jitter: 60),
        delay("delay by an own table", .entries(humps), jitter: 60),
        delay("correlated delay", .uniform, jitter: 60, correlation: share("60%")),
        loss("random loss", .random(share("20%"))),
        loss("correlated loss", .random(share("20%"), correlation: share("30%"))),
        loss("Gilbert-Elliott loss", .gilbertElliott(toBad: share("6%"), toGood: share("30%"))),
        loss(
            "Gilbert-Elliott loss in both states",
            .gilbertElliott(
                toBad: share("10%"),
                toGood: share("30%"),
                lossInBad: share("70%"),
                lossInGood: share("5%")
            )
        ),
        loss(
            "four-state loss",
            .fourState(
                p13: share("6%"),
                p31: share("30%"),
                p32: share("20%"),
                p23: share("30%"),
                p14: share("3%")
            )
        ),
        BackendCase(
            testDescription: "duplicates",
            asked: Impairment(duplicate: Chance(share("30%"))),
            comparison: .copies,
            count: 2000,
            spacing: 2
        ),
        // Nearly every flipped bit lies where a checksum finds it.
        BackendCase(
            testDescription: "corruption",
            asked: Impairment(corrupt: Chance(share("20%"))),
            comparison: .losses,
            count: 2000,
            spacing: 2,
            size: 1000
        ),
        BackendCase(
            testDescription: "reordering",
            asked: Impairment(latency: .milliseconds(100), reordering: Reordering(share: share("25%"))),
            comparison: .overtaking,
            count: 2000,
            spacing: 2
        ),
        BackendCase(
            testDescription: "reordering with gap",
            asked: Impairment(
                latency: .milliseconds(100),
                reordering: Reordering(share: share("60%"), gap: 5)
            ),
            comparison: .overtaking,
            count: 2000,
            spacing: 2
        ),
        BackendCase(
            testDescription: "rate",
            asked: Impairment(rate: LineRate(bitsPerSecond: 799_999)),
            comparison: .span,
            count: 200,
            spacing: 0,
            size: 1000
        ),
        BackendCase(
            testDescription: "rate with burst and overhead",
            asked: Impairment(rate: LineRate(bitsPerSecond: 800_000, burst: 20_000, packetOverhead: 24)),
            comparison: .span,
            count: 200,
            spacing: 0,
            size: 1000
        ),
        BackendCase(
            testDescription: "slots",
            asked: Impairment(
                slots: Slots(minimum: .milliseconds(20), maximum: .milliseconds(60), packets: 4)
            ),
            comparison: .bunches,
            count: 600,
            spacing: 8
        ),
    ]
}

extension BackendCase.Comparison {
    /// What differs, a line each; empty: nothing.
    func differences(_ one: TimedStream, _ other: TimedStream, _ of: BackendCase) -> [String] {
        let found: [String?]
        switch self {
        case .delays: found = [TwoSamples.difference(one.delays, other.delays)]
        case .leaningDelays:
            found = [
                TwoSamples.difference(one.delays.thinned, other.delays.thinned),
                TwoSamples.difference(leaning: one.delays, other.delays),
            ]
        case .losses:
            let (a, b) = (one.isReceived(of.count), other.isReceived(of.count))
            found = [
                // Runs of losses are few and independent; the share of a model with bursts is not a binomial one.
                TwoSamples.difference(lengths: a.runs(of: false), b.runs(of: false)),
                TwoSamples.difference(lengths: a.runs(of: true), b.runs(of: true)),
                one.arrivals.isEmpty || other.arrivals.isEmpty ? "nothing came" : nil,
            ]
        case .copies:
            let twice = { (stream: TimedStream) in
                (hits: stream.arrivals.count - Set(stream.arrivals.map(\.number)).count, count: of.count)
            }
            found = [TwoSamples.difference(twice(one), twice(other))]
        case .overtaking:
            let early = { (stream: TimedStream) in
                stream.byNumber.map { $0.at - $0.sent < of.asked.latency.nanoseconds / 2 }
            }
            let (a, b) = (early(one), early(other))
            found = [
                TwoSamples.difference((a.count { $0 }, a.count), (b.count { $0 }, b.count)),
                TwoSamples.difference(lengths: a.runs(of: false), b.runs(of: false)),
            ]
        case .span:
            let (a, b) = (one.span, other.span)
            // An emulator is late by some milliseconds at either end.
            found = [
                abs(a - b) > 0.02 * max(a, b) ? "\(a) s and \(b) s" : nil,
                one.arrivals.count != other.arrivals.count ? "not all came" : nil,
            ]
        case .bunches: found = [TwoSamples.difference(one.pauses, other.pauses)]
        }
        return found.compactMap { $0 }
    }
}

extension TimedStream {
    fileprivate var byNumber: [Arrival] { arrivals.sorted { $0.number < $1.number } }
    /// Seconds, in the order of sending.
    fileprivate var delays: [Double] { byNumber.map { Double($0.at - $0.sent) / 1e9 } }

    fileprivate func isReceived(_ count: Int) -> [Bool] {
        let seen = Set(arrivals.map(\.number))
        return (0..<count).map { seen.contains($0) }
    }

    fileprivate var span: Double {
        let instants = arrivals.map(\.at)
        return Double((instants.max() ?? 0) - (instants.min() ?? 0)) / 1e9
    }

    /// Of more than 8 ms between two arrivals.
    fileprivate var pauses: [Double] {
        let instants = arrivals.map(\.at).sorted()
        return zip(instants, instants.dropFirst()).map { Double($1 - $0) / 1e9 }.filter { $0 > 0.008 }
    }
}

extension [Double] {
    /// Every eighth.
    fileprivate var thinned: [Double] { enumerated().filter { $0.offset.isMultiple(of: 8) }.map(\.element) }
}

extension [Bool] {
    /// Lengths of the runs of this value, but for the first and the last, which are cut off.
    fileprivate func runs(of value: Bool) -> [Int] {
        split(separator: !value).dropFirst().dropLast().map(\.count)
    }
}
