import Faults
import Impairments
import Measures
import Testing

@Suite("A delay line decides")
struct DelayLineTests {
    private static let millisecond: Int64 = 1_000_000

    private static func line(
        _ latency: Int,
        jitter: Int = 0,
        _ distribution: DelayDistribution = .uniform,
        loss: Share = .zero,
        order: DelayLine.Settings.Order = .kept,
        seed: UInt64 = 7
    ) -> DelayLine {
        DelayLine(
            .init(
                latency: .milliseconds(latency),
                jitter: .milliseconds(jitter),
                distribution: distribution,
                loss: loss,
                order: order
            ),
            seed: seed
        )
    }

    /// Delays of packets that come so far apart that none waits for another.
    private static func delays(_ line: DelayLine, count: Int) -> [Int64] {
        var line = line
        return (0..<count).map { index in
            let now = Int64(index) * 1_000 * millisecond
            while line.takeDue(at: now) != nil {}
            guard case .hold(let release) = line.admit(UInt32(index + 1), at: now) else { return 0 }
            return release - now
        }
    }

    @Test("without jitter each packet leaves exactly one latency after it came")
    func constant() {
        #expect(Self.delays(Self.line(100), count: 100).allSatisfy { $0 == 100 * Self.millisecond })
    }

    @Test("uniform jitter: within latency ± jitter, mean latency, deviation jitter / √3")
    func uniform() {
        let delays = Self.delays(Self.line(100, jitter: 10), count: 20_000).map { Double($0) / 1e6 }
        let mean = delays.reduce(0, +) / 20_000
        let deviation = (delays.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000).squareRoot()
        #expect(delays.allSatisfy { (90...110).contains($0) })
        // Standard error of the mean 5.77 / √20000 = 0.041; five of them.
        #expect(abs(mean - 100) < 0.21)
        #expect(abs(deviation - 5.7735) < 0.12)
    }

    @Test("normal jitter: mean latency, deviation jitter, tails as the normal law has them")
    func normal() {
        let count = 50_000.0
        let delays = Self.delays(Self.line(100, jitter: 10, .normal), count: 50_000).map { Double($0) / 1e6 }
        let mean = delays.reduce(0, +) / count
        let deviation = (delays.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        #expect(abs(mean - 100) < 5 * 10 / count.squareRoot())
        #expect(abs(deviation - 10) < 5 * 10 / (2 * count).squareRoot())
        // P(beyond 1, 2, 3 deviations); bounds of five binomial deviations.
        for (deviations, probability) in [(1.0, 0.317311), (2.0, 0.045500), (3.0, 0.002700)] {
            let part = Double(delays.count { abs($0 - 100) > deviations * 10 }) / count
            let error = 5 * (probability * (1 - probability) / count).squareRoot()
            #expect(abs(part - probability) < error, "beyond \(deviations): \(part)")
        }
    }

    @Test("a delay is never negative: what would leave before it came passes at once")
    func neverNegative() {
        var line = Self.line(1, jitter: 10, .normal)
        var passed = 0
        for index in 0..<1000 {
            let now = Int64(index) * 1_000 * Self.millisecond
            while line.takeDue(at: now) != nil {}
            switch line.admit(UInt32(index), at: now) {
            case .pass: passed += 1
            case .hold(let release): #expect(release > now)
            case let other: Issue.record("\(other) was not asked for")
            }
        }
        // P(Z < -0.1) = 0.46.
        #expect((380...540).contains(passed), "\(passed)")
    }

    @Test(
        "the share that is dropped is the share asked for",
        arguments: ["0%", "0.05%", "20%", "50%", "100%"]
    )
    func loss(_ text: String) throws {
        let share = try #require(Share(text))
        var line = Self.line(10, loss: share)
        let count = 100_000
        var dropped = 0
        for index in 0..<count where line.admit(UInt32(index), at: Int64(index)) == .drop { dropped += 1 }
        let mean = share.double * Double(count)
        let bound = 5 * (mean * (1 - share.double)).squareRoot()
        #expect(abs(Double(dropped) - mean) <= bound, "\(dropped) of \(count)")
    }

    @Test("kept order: releases never go back, and identifiers come out as they went in")
    func keptOrder() {
        var line = Self.line(50, jitter: 40)
        var generator = SeededGenerator(seed: 3)
        var now: Int64 = 0
        for identifier in 1...5000 as ClosedRange<UInt32> {
            now += Int64(generator.next() % 2_000_000)
            _ = line.admit(identifier, at: now)
        }
        #expect(line.releasesArePrefixes)
        var released: [DelayLine.Held] = []
        while let held = line.takeDue(at: .max) { released.append(held) }
        #expect(released.map(\.identifier) == Array(1...5000))
        #expect(zip(released, released.dropFirst()).allSatisfy { $0.release <= $1.release })
        #expect(released.allSatisfy { $0.release - $0.arrived >= 10 * Self.millisecond })
    }

    @Test("free order: each has the delay drawn for it, so some overtake, and none leaves early")
    func freeOrder() {
        var line = Self.line(50, jitter: 40, order: .free)
        for identifier in 1...1000 as ClosedRange<UInt32> {
            _ = line.admit(identifier, at: Int64(identifier) * 1_000)
        }
        #expect(!line.releasesArePrefixes)
        var released: [DelayLine.Held] = []
        var now: Int64 = 0
        while line.count > 0 {
            now += 500_000
            while let held = line.takeDue(at: now) {
                #expect(held.release <= now)
                released.append(held)
            }
        }
        #expect(released.map(\.identifier) != Array(1...1000))
        #expect(Set(released.map(\.identifier)).count == 1000)
        #expect(zip(released, released.dropFirst()).allSatisfy { $0.release <= $1.release })
    }

    @Test("the same seed decides the same; another seed does not; loss does not move jitter, nor jitter loss")
    func seeds() {
        let run = { (seed: UInt64, loss: Share) in
            var line = Self.line(50, jitter: 40, loss: loss, order: .free, seed: seed)
            return (1...500 as ClosedRange<UInt32>).map { line.admit($0, at: Int64($0) * 1_000_000) }
        }
        let half = Share("50%") ?? .zero
        #expect(run(1, half) == run(1, half))
        #expect(run(1, half) != run(2, half))
        #expect(zip(run(1, half), run(1, .zero)).allSatisfy { $0 == .drop || $0 == $1 })
        var smooth = Self.line(50, loss: half, order: .free, seed: 1)
        let dropped = (1...500 as ClosedRange<UInt32>).map {
            smooth.admit($0, at: Int64($0) * 1_000_000) == .drop
        }
        #expect(run(1, half).map { $0 == .drop } == dropped)
    }

    @Test(
        "when identifiers come out of order, or around 2^32, one verdict never stands for a packet that stays"
    )
    func identifiersAround() {
        var line = Self.line(10)
        for identifier in [UInt32.max - 1, .max, 0, 1] { _ = line.admit(identifier, at: 0) }
        #expect(line.releasesArePrefixes, "going around is in order")
        _ = line.admit(0, at: 1)
        #expect(!line.releasesArePrefixes)
        while line.takeDue(at: .max) != nil {}
        _ = line.admit(5, at: 2)
        #expect(line.releasesArePrefixes, "an empty line starts afresh")
    }

    @Test("packets wait for the line one after the other, the link's header counted, whatever their delay")
    func rate() {
        // 100 bytes and 14 of Ethernet at 114 kB/s: 1 ms each.
        let asked = Impairment(latency: .milliseconds(5), rate: LineRate(bitsPerSecond: 912_000))
        var line = DelayLine(.init(asked, order: .free), seed: 1)
        for number in 1...10 as ClosedRange<UInt32> {
            let (admission, _) = line.admit(.init(number, length: 100), at: 0)
            #expect(admission == .hold(until: (5 + Int64(number)) * Self.millisecond))
        }
    }

    @Test("beyond the limit packets get lost, and not before")
    func limit() {
        let asked = Impairment(rate: LineRate(bitsPerSecond: 912_000, limit: 3))
        var line = DelayLine(.init(asked, order: .free), seed: 1)
        let admit = { (line: inout DelayLine, number: UInt32, now: Int64) in
            line.admit(.init(number, length: 100), at: now).admission
        }
        for number in 1...3 as ClosedRange<UInt32> { #expect(admit(&line, number, 0) != .drop) }
        #expect(admit(&line, 4, 0) == .drop)
        #expect(line.takeDue(at: Self.millisecond)?.identifier == 1)
        #expect(admit(&line, 5, Self.millisecond) == .hold(until: 4 * Self.millisecond))
        #expect(admit(&line, 6, Self.millisecond) == .drop)
    }

    /// Releases of packets that come every millisecond, when the line is asked as often as it wishes.
    private static func bunches(_ slots: Slots, count: UInt32) -> [(identifier: UInt32, at: Int64)] {
        var line = DelayLine(.init(Impairment(slots: slots), order: .free), seed: 5)
        var released: [(UInt32, Int64)] = []
        let drain = { (line: inout DelayLine, now: Int64) in
            while let held = line.takeDue(at: now) { released.append((held.identifier, now)) }
        }
        for number in 1...count {
            let now = Int64(number) * millisecond
            while let next = line.nextRelease, next < now { drain(&line, next) }
            _ = line.admit(.init(number, length: 86), at: now)
            drain(&line, now)
        }
        while let next = line.nextRelease { drain(&line, next) }
        return released
    }

    @Test("slots: packets leave in bunches, a gap from the range apart, none lost, none early")
    func slots() {
        let slots = Slots(minimum: .milliseconds(20), maximum: .milliseconds(30))
        let released = Self.bunches(slots, count: 1000)
        #expect(released.map(\.identifier) == Array(1...1000))
        #expect(released.allSatisfy { $0.at >= Int64($0.identifier) * Self.millisecond })
        let instants = Set(released.map(\.at)).sorted()
        let gaps = zip(instants, instants.dropFirst()).map { $1 - $0 }
        // The next slot's gap runs from the first packet after a slot, at most a millisecond later.
        #expect(gaps.allSatisfy { (20 * Self.millisecond...31 * Self.millisecond).contains($0) })
        #expect((32...50).contains(instants.count), "\(instants.count)")
        #expect(Set(gaps).count > 20, "the gaps are drawn")
    }

    @Test("a slot takes no more packets or bytes than asked for")
    func slotSize() {
        let byPackets = Slots(minimum: .milliseconds(2), maximum: .milliseconds(2), packets: 1)
        // 86 bytes and 14 of Ethernet: the second packet of 100 bytes uses up 150.
        let byBytes = Slots(minimum: .milliseconds(3), maximum: .milliseconds(3), bytes: 150)
        for (slots, most) in [(byPackets, 1), (byBytes, 2)] {
            let released = Self.bunches(slots, count: 300)
            let sizes = Dictionary(grouping: released, by: \.at).values.map(\.count)
            #expect(released.count == 300 && sizes.max() == most, "\(most)")
        }
    }

    @Test("what overtakes goes at once, ahead of what waits")
    func overtaking() {
        let asked = Impairment(latency: .milliseconds(50), reordering: Reordering(share: .one, gap: 4))
        var line = DelayLine(.init(asked, order: .free), seed: 1)
        let admissions = (1...8 as ClosedRange<UInt32>).map { line.admit($0, at: 0) }
        #expect(admissions.indices.filter { admissions[$0] == .overtake } == [3, 7])
        #expect(line.count == 6 && line.releasesArePrefixes)
    }
}
