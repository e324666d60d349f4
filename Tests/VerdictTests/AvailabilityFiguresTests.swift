import Measures
import Plan
import Schedule
import Testing
import Timeline

@testable import Verdict

/// Every definition side by side, on runs of known truth.
@Suite struct AvailabilityFiguresTests {
    private func share(
        _ figures: AvailabilityFigures?,
        _ definition: AvailabilityDefinition
    ) throws -> Double? {
        try #require(figures?[definition]).share
    }

    @Test("one outage of 10 s in 100 s looks otherwise by each definition")
    func oneOutage() throws {
        var run = TrialRun(end: .seconds(100))
        run.kill(at: .seconds(40), until: .seconds(50))
        run.send(every: .milliseconds(10)) { (4000..<5000).contains($0) ? nil : .milliseconds(5) }
        let all = try #require(AvailabilityFigures.all(of: run.timeline))
        #expect(all.map(\.phase) == [nil, "baseline", "crash", "recovery"])
        let whole = all.first
        #expect(whole?.seconds == 100)
        #expect(try share(whole, .requests) == 0.9)
        #expect(try share(whole, .time) == 0.9)
        #expect(try share(whole, .seconds) == 0.9)
        #expect(try share(whole, .tenSeconds) == 0.9)
        #expect(try share(whole, .minutes) == 0)
        #expect(whole?[.minutes]?.of == 1)
        #expect(try share(whole, .users) == 0.9)
        // 10 s are no whole minute; a sixth of the whole one is over a tenth; one period of 100 s.
        #expect(try share(whole, .downMinutes) == 1)
        #expect(try share(whole, .errorMinutes) == 0)
        #expect(try share(whole, .fiveMinuteErrorRates) == 0.9)
        let crash = all.first { $0.phase == "crash" }
        for definition in AvailabilityDefinition.allCases {
            let isAgreement: [AvailabilityDefinition: Double?] = [
                .minutes: nil, .errorMinutes: nil, .downMinutes: 1,
            ]
            #expect(try share(crash, definition) == isAgreement[definition] ?? 0, "\(definition)")
        }
        let baseline = all.first { $0.phase == "baseline" }
        #expect(try share(baseline, .requests) == 1)
        #expect(try share(baseline, .errorMinutes) == nil)
    }

    @Test("many short failures and one long outage of the same share differ in windows, and in the curve")
    func shapes() throws {
        var many = TrialRun(end: .seconds(100))
        many.send(every: .milliseconds(10)) { $0 % 1000 < 100 ? nil : .milliseconds(5) }
        var one = TrialRun(end: .seconds(100))
        one.send(every: .milliseconds(10)) { (4000..<5000).contains($0) ? nil : .milliseconds(5) }
        let (short, long) = (many.timeline, one.timeline)
        let figures = [short, long].map { AvailabilityFigures.all(of: $0)?.first }
        #expect(try figures.map { try share($0, .requests) } == [0.9, 0.9])
        #expect(try figures.map { try share($0, .tenSeconds) } == [0, 0.9])
        let curves = try [short, long].map { try #require(UptimeCurve.all(of: $0)?.first) }
        func worst(_ curve: UptimeCurve, _ seconds: Double) -> Double? {
            curve.points.first { $0.windowSeconds == seconds }?.worst
        }
        #expect(worst(curves[0], 10) == 0.9)
        #expect(worst(curves[1], 10) == 0)
        #expect(abs((worst(curves[1], 20) ?? 0) - 0.5) < 1e-9)
        for curve in curves {
            #expect(abs((curve.points.last?.worst ?? 0) - 0.9) < 1e-9)
            #expect(curve.points.last?.windowSeconds == 100)
            #expect(curve.users == ["client"])
        }
    }

    @Test("no data is no share, whatever the definition")
    func noData() throws {
        let timeline = TrialRun(end: .seconds(30)).timeline
        let figures = try #require(AvailabilityFigures.all(of: timeline)?.first)
        #expect(figures.shares.allSatisfy { $0.share == nil })
        #expect(UptimeCurve.all(of: timeline) == nil)
        #expect(BudgetFigures.all(of: timeline, targets: Self.target(999, -1)) == nil)
    }

    @Test("all failed is 0 by every definition that has something to count")
    func allFailed() throws {
        var run = TrialRun(end: .seconds(120))
        run.send(every: .milliseconds(100)) { _ in nil }
        let figures = try #require(AvailabilityFigures.all(of: run.timeline)?.first)
        #expect(figures.shares.allSatisfy { $0.share == 0 })
        let curve = try #require(UptimeCurve.all(of: run.timeline)?.first)
        #expect(curve.points.allSatisfy { $0.worst == 0 })
    }

    @Test("one request speaks for itself, for its second, and for a user until the cut-off")
    func oneRequest() throws {
        var run = TrialRun(end: .seconds(20))
        run.send(every: .seconds(60))
        let figures = try #require(AvailabilityFigures.all(of: run.timeline)?.first)
        #expect(figures[.requests]?.of == 1)
        #expect(figures[.seconds]?.of == 1)
        #expect(figures[.seconds]?.noData == 19)
        #expect(figures[.users]?.share == 1)
        #expect(figures[.downMinutes]?.share == 1)
    }

    @Test("10^8 requests cost no more than their seconds, and a millionth of them bad is seen")
    func many() throws {
        let slices = (0..<1000).map {
            Slice(start: Instant(.seconds($0)), due: 100_000, good: $0 == 500 ? 99_900 : 100_000)
        }
        var tally = Tally()
        (tally.due, tally.good) = (100_000_000, 99_999_900)
        let timeline = Self.timeline(slices: slices, tally: tally)
        let figures = try #require(AvailabilityFigures.all(of: timeline)?.first)
        #expect(figures[.requests]?.share == 0.999_999)
        #expect(figures[.seconds]?.share == 0.999)
        #expect(abs((figures[.users]?.share ?? 0) - 0.999_999) < 1e-12)
        #expect(figures[.errorMinutes]?.share == 1)
        let curve = try #require(UptimeCurve.all(of: timeline)?.first)
        #expect(abs((curve.points.first?.worst ?? 0) - 0.999) < 1e-12)
    }

    @Test("two hosts that send are two users: the one that is cut off counts half, however little it asked")
    func twoSenders() throws {
        let good = (0..<10).map { Slice(start: Instant(.seconds($0)), due: 99, good: 99) }
        let bad = (0..<10).map { Slice(start: Instant(.seconds($0)), due: 1, good: 0) }
        let both = (0..<10).map { Slice(start: Instant(.seconds($0)), due: 100, good: 99) }
        var tally = Tally()
        (tally.due, tally.good) = (1000, 990)
        let timeline = Self.timeline(
            slices: both,
            tally: tally,
            senders: [("near", good), ("far", bad)]
        )
        let figures = try #require(AvailabilityFigures.all(of: timeline)?.first)
        #expect(figures[.requests]?.share == 0.99)
        #expect(figures[.users]?.share == 0.5)
        #expect(UptimeCurve.all(of: timeline)?.first?.users == ["near", "far"])
    }

    static func timeline(
        slices: [Slice],
        tally: Tally,
        senders: [(String, [Slice])] = []
    ) -> Timeline {
        let empty = TrialRun(end: .seconds(slices.count)).timeline
        let load = LoadTimeline(
            name: "browse",
            goodMeans: "",
            total: tally,
            byPhase: [tally],
            binWidth: .seconds(1),
            bins: [],
            slices: slices,
            outages: [],
            bursts: BurstSummary(count: 0, longest: 0, varianceInflation: 1),
            lateness: Lateness(p50: .zero, p99: .zero, max: .zero),
            senders: senders.map {
                SenderTimeline(host: $0.0, due: 1, good: 1, generatorLateness: nil, slices: $0.1)
            }
        )
        return Timeline(
            header: empty.header,
            phases: empty.phases,
            end: Instant(.seconds(slices.count)),
            loads: [load],
            faults: [],
            clocks: [],
            notes: [],
            processes: []
        )
    }

    static func target(
        _ significand: Int128,
        _ exponent: Int,
        window: Duration = AvailabilityTarget.usualWindow
    ) -> TargetsPlan {
        let target = AvailabilityTarget(
            objective: TrialRun.decimal(significand, exponent),
            load: nil,
            phase: nil,
            confidence: 0.95,
            counting: .requests,
            slice: .seconds(1),
            window: window
        )
        return TargetsPlan(availability: [target])
    }
}
