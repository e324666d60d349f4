import Impairments
import LinuxSystem
import Measures
import Packetfilter
import TestSupport
import Testing

@testable import Faults

@Suite(
    "Packets impaired by the queue",
    .serialized,
    .requiresRoot,
    .requires(.ownedTables),
    .requires(.packetQueues)
)
struct QueueInjectionTests {
    enum Side: String, CaseIterable, Sendable { case leaving, arriving }

    /// An injection against the other end, at `near` for what leaves, at `far` for what arrives.
    private static func inject(
        _ asked: Impairment,
        _ side: Side = .leaving,
        _ bed: borrowing QueueTestBed,
        filter: FilterSocket,
        queue: UInt16 = 4,
        seed: UInt64 = 21,
        sparing: [TableFamily: [PacketRule]] = [:]
    ) throws -> QueueInjection {
        let isLeaving = side == .leaving
        let addresses: [(TableFamily, String)] = [
            (.ip, isLeaving ? QueueTestBed.farAddress : QueueTestBed.nearAddress),
            (.ip6, isLeaving ? QueueTestBed.farAddress6 : QueueTestBed.nearAddress6),
        ]
        var matches: [TableFamily: [PacketMatch]] = [:]
        for (family, address) in addresses {
            // Neighbours find each other all the same.
            var match = PacketMatch(transport: .udp)
            let prefix = try #require(AddressPrefix(address))
            if isLeaving {
                match.destinations = [prefix].compactMap { $0 }
                match.outputInterface = "v0"
            } else {
                match.sources = [prefix].compactMap { $0 }
                match.inputInterface = "v0"
            }
            matches[family] = [match]
        }
        let found = matches
        return try (isLeaving ? bed.near : bed.far).inside {
            try QueueInjection(
                id: "f#\(queue)",
                asked: asked,
                traffic: ConcernedTraffic(
                    leaving: isLeaving ? found : [:],
                    arriving: isLeaving ? [:] : found,
                    sparing: sparing
                ),
                queue: queue,
                seed: seed,
                filter: filter,
                window: ActingWindow(start: 0, end: Clocks.monotonic() + 60_000_000_000),
                leaseUntil: .max
            )
        }
    }

    private static func with(
        _ asked: Impairment,
        _ side: Side = .leaving,
        seed: UInt64 = 21,
        sparing: [TableFamily: [PacketRule]] = [:],
        six: Bool = false,
        _ body: (borrowing QueueTestBed, QueueInjection) throws -> Void
    ) throws {
        let bed = try QueueTestBed()
        if six { bed.warmUp6() }
        let filter = try FilterSocket.open(in: side == .leaving ? bed.near : bed.far)
        let injection = try inject(asked, side, bed, filter: filter, seed: seed, sparing: sparing)
        #expect(try injection.readBack().isInstalled)
        try body(bed, injection)
        try injection.heal()
        #expect(try !injection.readBack().isInstalled)
        let after = try QueueTraffic(count: 50, spacing: 100_000).run(bed)
        #expect(after.errors == [] && after.arrivals.map(\.number) == Array(0..<50), "healed")
        #expect(bed.ruleset() == "")
    }

    private static let third = Share("30%") ?? .zero

    @Test(
        "duplicate: some come twice, none gets lost, senders hear nothing",
        arguments: Side.allCases,
        [false, true]
    )
    func duplicate(_ side: Side, isSix: Bool) throws {
        try Self.with(Impairment(duplicate: Chance(Self.third)), side, six: isSix) { bed, injection in
            let (errors, arrivals, _) = try QueueTraffic(count: 1000, spacing: 100_000, isSix: isSix).run(bed)
            let counts = Dictionary(grouping: arrivals, by: \.number).mapValues(\.count)
            #expect(errors == [] && counts.count == 1000, "\(counts.count) of 1000 came")
            let twice = counts.values.count { $0 == 2 }
            // 300 expected, standard deviation 14.5; five of them.
            #expect((227...373).contains(twice) && counts.values.allSatisfy { $0 <= 2 }, "\(twice)")
            let tally = try injection.readBack().tally
            #expect(tally.duplicated == UInt64(twice) && tally.seen == 1000, "\(tally.words)")
        }
    }

    @Test("a duplicate of a delayed packet is delayed as well", arguments: Side.allCases)
    func duplicateDelayed(_ side: Side) throws {
        let asked = Impairment(latency: .milliseconds(30), duplicate: Chance(.one))
        try Self.with(asked, side) { bed, injection in
            let (_, arrivals, start) = try QueueTraffic(count: 100, spacing: 1_000_000).run(bed)
            #expect(arrivals.count == 200)
            #expect(arrivals.allSatisfy { $0.at >= start + Int64($0.number) * 1_000_000 + 30_000_000 })
            #expect(try injection.readBack().tally.delayed == 200)
        }
    }

    @Test(
        "corrupt: one bit of the packet is another, and where there is a checksum it is noticed",
        arguments: Side.allCases
    )
    func corrupt(_ side: Side) throws {
        try Self.with(Impairment(corrupt: Chance(.one)), side, six: true) { bed, injection in
            for isSix in [false, true] {
                let noticed = try QueueTraffic(count: 100, spacing: 200_000, size: 1000, isSix: isSix).run(
                    bed
                )
                #expect(noticed.errors == [])
                #expect(noticed.arrivals.allSatisfy { $0.wrongBits == 0 }, "a wrong checksum came through")
                // Traffic class, flow label and hop limit of IPv6 are in no checksum: 32 of 1048 bytes' bits, at most.
                #expect(noticed.arrivals.count <= (isSix ? 12 : 0), "\(noticed.arrivals.count)")
            }
            let taken = try QueueTraffic(count: 300, spacing: 200_000, size: 1400, checksums: false).run(bed)
            // 1428 bytes, of which 36 are headers and the number.
            #expect(taken.arrivals.count { $0.wrongBits == 1 } >= 270)
            #expect(taken.arrivals.allSatisfy { $0.wrongBits <= 1 })
            #expect(try injection.readBack().tally.corrupted == 500)
        }
    }

    @Test("a share of corruption is that share, and what it spares is untouched and in time")
    func corruptSome() throws {
        let asked = Impairment(latency: .milliseconds(20), corrupt: Chance(Self.third))
        try Self.with(asked) { bed, injection in
            let (_, arrivals, start) = try QueueTraffic(
                count: 1000,
                spacing: 200_000,
                size: 500,
                checksums: false
            )
            .run(bed)
            let tally = try injection.readBack().tally
            #expect((227...373).contains(tally.corrupted), "\(tally.words)")
            // The number may be what was changed.
            let known = arrivals.filter { (0..<1000).contains($0.number) }
            let early = known.count { $0.at < start + Int64($0.number) * 200_000 + 20_000_000 }
            #expect(early <= known.count / 100, "\(early)")
            let wrong = arrivals.count { $0.wrongBits > 0 }
            #expect(wrong <= Int(tally.corrupted) && wrong > Int(tally.corrupted) * 8 / 10)
            #expect(arrivals.count >= 1000 - Int(tally.corrupted))
        }
    }

    @Test(
        "rate: packets come as far apart as the line takes, and what the limit has no room for is lost in silence"
    )
    func rate() throws {
        // 958 bytes and 42 of headers at 8 Mbit/s: 1 ms each.
        let asked = Impairment(rate: LineRate(bitsPerSecond: 8_000_000, limit: 100))
        try Self.with(asked) { bed, injection in
            let (errors, arrivals, start) = try QueueTraffic(count: 200, spacing: 20_000, size: 958).run(bed)
            #expect(errors == [])
            // All that it has room for, and one for each that left before the last was sent.
            #expect((100..<200).contains(arrivals.count), "\(arrivals.count)")
            for (place, arrival) in arrivals.enumerated() {
                #expect(arrival.at >= start + Int64(place + 1) * 1_000_000)
            }
            let tally = try injection.readBack().tally
            #expect(tally.dropped == UInt64(200 - arrivals.count) && tally.seen == 200)
        }
    }

    @Test("reorder: exactly every fifth overtakes, and no other")
    func reorder() throws {
        let asked = Impairment(latency: .milliseconds(30), reordering: Reordering(share: .one, gap: 5))
        try Self.with(asked) { bed, injection in
            let (_, arrivals, start) = try QueueTraffic(count: 200, spacing: 500_000).run(bed)
            let early = arrivals.filter { $0.at < start + Int64($0.number) * 500_000 + 30_000_000 }
            #expect(arrivals.count == 200 && early.map(\.number) == (0..<40).map { $0 * 5 + 4 })
            #expect(try injection.readBack().tally.overtaken == 40)
        }
    }

    @Test(
        "bursts of losses fall on the very packets that the model says, and no sender hears of them",
        arguments: Side.allCases,
        [false, true]
    )
    func bursts(_ side: Side, isSix: Bool) throws {
        let model = LossModel.gilbertElliott(
            toBad: try #require(Share("5%")),
            toGood: try #require(Share("20%"))
        )
        let asked = Impairment(latency: .milliseconds(5), loss: model)
        try Self.with(asked, side, seed: 77, six: isSix) { bed, injection in
            let (errors, arrivals, _) = try QueueTraffic(count: 1000, spacing: 100_000, isSix: isSix).run(bed)
            var fates = PacketFates(asked, seed: QueueInjection.seed(run: 77, id: "f#4"))
            let expected = (0..<1000).filter { _ in fates.next() != .lost }
            #expect(errors == [] && arrivals.map(\.number) == expected)
            let tally = try injection.readBack().tally
            #expect(tally.dropped == UInt64(1000 - expected.count) && tally.delayed == UInt64(expected.count))
        }
    }

    @Test("slots: what comes evenly leaves in bunches")
    func slots() throws {
        let asked = Impairment(slots: Slots(minimum: .milliseconds(25), maximum: .milliseconds(25)))
        try Self.with(asked) { bed, _ in
            let (_, arrivals, _) = try QueueTraffic(count: 300, spacing: 1_000_000).run(bed)
            #expect(arrivals.map(\.number) == Array(0..<300))
            let gaps = zip(arrivals, arrivals.dropFirst()).map { $1.at - $0.at }
            let pauses = gaps.count { $0 > 10_000_000 }
            // 300 ms in steps of 25 to 26.
            #expect((9...12).contains(pauses), "\(pauses)")
        }
    }

    @Test("what a rule spares is untouched, in both directions", arguments: Side.allCases)
    func sparing(_ side: Side) throws {
        let spared = PacketRule(match: PacketMatch(transport: .udp), verdict: .accept)
        try Self.with(Impairment(loss: .random(.one)), side, sparing: [.ip: [spared]], six: true) {
            bed,
            injection in
            let (_, arrivals, _) = try QueueTraffic(count: 50, spacing: 100_000).run(bed)
            #expect(arrivals.count == 50)
            #expect(try QueueTraffic(count: 50, spacing: 100_000, isSix: true).run(bed).arrivals.isEmpty)
            #expect(try injection.readBack().tally.seen == 50)
        }
    }

    @Test(
        "faults on one path act one after the other; healing the middle one loses nothing",
        arguments: Side.allCases
    )
    func series(_ side: Side) throws {
        let bed = try QueueTestBed()
        let filter = try FilterSocket.open(in: side == .leaving ? bed.near : bed.far)
        let injections = try [(UInt16(5), 20), (6, 25), (7, 30)].map { queue, latency in
            try Self.inject(
                Impairment(latency: .milliseconds(latency)),
                side,
                bed,
                filter: filter,
                queue: queue
            )
        }
        let three = try QueueTraffic(count: 100, spacing: 500_000).run(bed)
        #expect(three.arrivals.map(\.number) == Array(0..<100))
        #expect(Self.added(three, spacing: 500_000) >= 75_000_000)
        let healing = try PinnedThread(name: "healer") {
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 60_000_000)
            try? injections[1].heal()
        }
        let stream = try QueueTraffic(count: 500, spacing: 500_000).run(bed)
        healing.join()
        #expect(stream.errors == [] && Set(stream.arrivals.map(\.number)) == Set(0..<500))
        #expect(try !injections[1].readBack().isInstalled)
        let two = try QueueTraffic(count: 100, spacing: 500_000).run(bed)
        let median = Self.added(two, spacing: 500_000)
        #expect((50_000_000..<75_000_000).contains(median), "\(median)")
        for injection in injections { try injection.heal() }
        #expect(bed.ruleset() == "")
    }

    /// Median time from the planned sending to the arrival.
    private static func added(
        _ run: (errors: [Int32], arrivals: [QueueTraffic.Arrival], start: Int64),
        spacing: Int64
    ) -> Int64 {
        let times = run.arrivals.map { $0.at - run.start - Int64($0.number) * spacing }.sorted()
        return times.isEmpty ? 0 : times[times.count / 2]
    }
}
