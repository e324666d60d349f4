import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter
import Testing

@Suite(
    "Packets delayed by the queue",
    .serialized,
    .enabled(if: Feature.packetQueues.answer().isYes, "needs packet queues")
)
struct QueueDelayTests {
    /// Holds what leaves `near` for `far`.
    private static func table(_ filter: FilterSocket, queue: UInt16) throws -> FilterTable {
        let match = PacketMatch(destination: AddressPrefix(QueueTestBed.farAddress))
        let rules = try filter.holding([match], family: .ip, queue: queue, comment: "delay")
        let chain = FilterChain(
            name: "leaving",
            hook: .postrouting,
            priority: FilterChain.lastPriority(queue: queue),
            rules: rules
        )
        return FilterTable(name: "faultline-delay", family: .ip, chains: [chain])
    }

    /// Milliseconds that an emulated machine may add: it is slow, but not wrong.
    private static let slowness = getenv("FAULTLINE_STOCK_KERNEL") == nil ? 0.0 : 15

    private static func start(
        _ bed: borrowing QueueTestBed,
        _ settings: DelayLine.Settings,
        seed: UInt64 = 11
    ) throws -> (QueueDelay, FilterSocket) {
        let near = bed.near
        let filter = try FilterSocket.open(in: near)
        let delay = try near.inside {
            try QueueDelay(queue: 7, settings: settings, seed: seed, filter: filter)
        }
        _ = try filter.install(table(filter, queue: 7))
        return (delay, filter)
    }

    @Test("100 ms of latency is 100 ms: the median round trip grows by it to within 1 ms")
    func latency() throws {
        let bed = try QueueTestBed()
        let before = try bed.pings(count: 20)
        let (delay, filter) = try Self.start(bed, .init(latency: .milliseconds(100)))
        let during = try bed.pings(count: 20)
        try filter.remove(table: "faultline-delay", family: .ip)
        let statistics = try delay.stop()
        let after = try bed.pings(count: 20)
        let added = try #require(during.median) - (try #require(before.median))
        #expect(abs(added - 100) < 1 + Self.slowness, "\(added) ms added")
        #expect(during.count == 20 && after.count == 20)
        #expect(try #require(after.median) < 5 + Self.slowness)
        #expect(statistics.received == 20 && statistics.released == 20 && statistics.heldNow == 0)
        #expect(statistics.failure == nil)
    }

    @Test(
        "20 % loss is 20 % within binomial bounds, the same packets for the same seed, and no sender hears of it"
    )
    func loss() throws {
        let share = try #require(Share("20%"))
        var lost: [[Int]] = []
        for _ in 0..<2 {
            let bed = try QueueTestBed()
            let (delay, filter) = try Self.start(bed, .init(latency: .milliseconds(5), loss: share))
            let stream = try bed.stream(count: 2000, spacing: 100_000)
            try filter.remove(table: "faultline-delay", family: .ip)
            let statistics = try delay.stop()
            #expect(stream.errors.isEmpty)
            // 400 expected, standard deviation 17.9; six of them.
            #expect((293...507).contains(stream.lost.count), "\(stream.lost.count)")
            #expect(statistics.dropped == UInt64(stream.lost.count))
            #expect(statistics.mostHeld > 20)
            lost.append(stream.lost)
        }
        #expect(lost[0] == lost[1])
    }

    @Test("the order of packets is kept under jitter")
    func order() throws {
        let bed = try QueueTestBed()
        let (delay, filter) = try Self.start(
            bed,
            .init(latency: .milliseconds(20), jitter: .milliseconds(15))
        )
        let stream = try bed.stream(count: 1000, spacing: 200_000)
        try filter.remove(table: "faultline-delay", family: .ip)
        try delay.stop()
        #expect(stream.arrivals == Array(0..<1000))
    }

    @Test(
        "TCP is held as netem holds it: 200 KB through 50 ms take some round trips, not one for each two segments"
    )
    func tcp() throws {
        let bed = try QueueTestBed()
        let (delay, filter) = try Self.start(bed, .init(latency: .milliseconds(50)))
        #expect(try filter.copiesPackets(family: .ip))
        let took = try bed.transfer(bytes: 200_000)
        try filter.remove(table: "faultline-delay", family: .ip)
        let statistics = try delay.stop()
        // The handshake, then windows of 10, 20, 40 … segments: five times 50 ms. Tied to its socket it is over 2 s.
        #expect(took > 100_000_000 && took < 1_000_000_000, "\(took) ns")
        #expect(statistics.mostHeld > 5)
    }

    @Test("a UDP sender is not held up by what is held: its buffer is free as if the packets had left")
    func sendBuffer() throws {
        let bed = try QueueTestBed()
        let (delay, filter) = try Self.start(bed, .init(latency: .seconds(30)))
        // Some 200 of these fill a buffer of 16 KB many times over.
        let (_, errors) = try bed.send(count: 200, spacing: 10_000, sendBuffer: 16_384, nonBlocking: true)
        #expect(errors == [])
        // The engine reads on a thread of its own: the last packet may still lie in its socket.
        #expect(eventuallyHolds { delay.statistics.heldNow == 200 }, "\(delay.statistics.heldNow)")
        #expect(delay.statistics.received == 200 && delay.statistics.released == 0)
        withExtendedLifetime(filter) {}
    }

    @Test(
        "two delays on one host add up, each packet passes each of them once, and healing one leaves the other"
    )
    func composition() throws {
        let bed = try QueueTestBed()
        let near = bed.near
        let filter = try FilterSocket.open(in: near)
        var delays: [QueueDelay] = []
        for (queue, latency) in [(UInt16(1), 30), (2, 50)] {
            let settings = DelayLine.Settings(latency: .milliseconds(latency))
            delays.append(
                try near.inside { try QueueDelay(queue: queue, settings: settings, seed: 1, filter: filter) }
            )
            var table = try Self.table(filter, queue: queue)
            table.name = "faultline-\(queue)"
            _ = try filter.install(table)
        }
        let both = try bed.pings(count: 10)
        let bothMedian = try #require(both.median)
        #expect(both.count == 10 && bothMedian >= 80 && bothMedian < 90 + Self.slowness, "\(bothMedian) ms")
        #expect(delays.map { $0.statistics.received } == [10, 10])
        try filter.remove(table: "faultline-1", family: .ip)
        try delays[0].stop()
        let one = try bed.pings(count: 10)
        let oneMedian = try #require(one.median)
        #expect(one.count == 10 && oneMedian >= 50 && oneMedian < 60 + Self.slowness, "\(oneMedian) ms")
        try filter.remove(table: "faultline-2", family: .ip)
        try delays[1].stop()
        #expect(bed.ruleset() == "")
    }

    @Test("IPv6 is held alike")
    func six() throws {
        let bed = try QueueTestBed()
        bed.warmUp6()
        let near = bed.near
        let filter = try FilterSocket.open(in: near)
        let settings = DelayLine.Settings(latency: .milliseconds(60))
        let delay = try near.inside { try QueueDelay(queue: 6, settings: settings, seed: 1, filter: filter) }
        #expect(try filter.copiesPackets(family: .ip6))
        let match = PacketMatch(destination: AddressPrefix(QueueTestBed.farAddress6))
        let rules = try filter.holding([match], family: .ip6, queue: 6)
        let chain = FilterChain(
            name: "leaving",
            hook: .postrouting,
            priority: FilterChain.lastPriority(queue: 6),
            rules: rules
        )
        _ = try filter.install(FilterTable(name: "faultline-delay", family: .ip6, chains: [chain]))
        let pings = try bed.pings(count: 10, to: QueueTestBed.farAddress6)
        let median = try #require(pings.median)
        #expect(pings.count == 10 && median >= 60 && median < 70 + Self.slowness, "\(median) ms")
        #expect(delay.statistics.received >= 10)
    }

    @Test(
        "where connections are tracked, the packets themselves are held, and a firewall that tracks them lets them pass"
    )
    func trackedConnections() throws {
        let bed = try QueueTestBed()
        let rules = """
            table ip firewall {
                chain leaving { type filter hook output priority 0; policy drop; ct state new,established accept; }
                chain arriving { type filter hook input priority 0; policy drop; ct state established accept; }
            }
            """
        #expect(try bed.load(rules) == "")
        _ = try bed.pings(count: 1)
        let (delay, filter) = try Self.start(bed, .init(latency: .milliseconds(20)))
        #expect(try !filter.copiesPackets(family: .ip))
        #expect(try bed.transfer(bytes: 1000) > 40_000_000)
        let stream = try bed.stream(count: 50, spacing: 1_000_000)
        #expect(stream.errors.isEmpty && stream.arrivals == Array(0..<50))
        #expect(delay.statistics.released > 5)
    }

    @Test("packets are held on the receiving side as well")
    func receivingSide() throws {
        let bed = try QueueTestBed()
        let far = bed.far
        let filter = try FilterSocket.open(in: far)
        let settings = DelayLine.Settings(latency: .milliseconds(80))
        let delay = try far.inside { try QueueDelay(queue: 3, settings: settings, seed: 1, filter: filter) }
        let match = PacketMatch(source: AddressPrefix(QueueTestBed.nearAddress))
        let rule = PacketRule(match: match, verdict: .queue(number: 3, bypass: true))
        let chain = FilterChain(name: "arriving", hook: .prerouting, rules: [rule])
        _ = try filter.install(FilterTable(name: "faultline-delay", family: .ip, chains: [chain]))
        let median = try #require(try bed.pings(count: 10).median)
        #expect(median >= 80 && median < 85 + Self.slowness, "\(median) ms")
        try filter.remove(table: "faultline-delay", family: .ip)
        try delay.stop()
        #expect(try #require(try bed.pings(count: 10).median) < 5 + Self.slowness)
    }

    @Test("with a window in its rules, only what leaves within the window is held")
    func window() throws {
        let bed = try QueueTestBed()
        let near = bed.near
        let filter = try FilterSocket.open(in: near)
        let delay = try near.inside {
            try QueueDelay(queue: 7, settings: .init(latency: .milliseconds(50)), seed: 1, filter: filter)
        }
        var table = try Self.table(filter, queue: 7)
        let start = Clocks.realtime() + 200_000_000
        let window = TimeWindow(start: start, end: start + 200_000_000)
        for index in table.chains[0].rules.indices { table.chains[0].rules[index].window = window }
        _ = try filter.install(table)
        let stream = try bed.stream(count: 600, spacing: 1_000_000)
        let statistics = delay.statistics
        #expect(stream.errors.isEmpty && stream.arrivals.count == 600)
        // 200 of the 600, give or take what a busy machine shifts.
        #expect((150...250).contains(statistics.received), "\(statistics.received)")
        // What left just after the end overtakes what is still held.
        #expect(stream.arrivals != Array(0..<600))
    }

    @Test("stopping lets all that is held go at once, and nothing is lost")
    func stopReleases() throws {
        let bed = try QueueTestBed()
        let (delay, filter) = try Self.start(bed, .init(latency: .seconds(30)))
        let receiver = try bed.receiver()
        let (_, errors) = try bed.send(count: 500, spacing: 10_000)
        #expect(errors.isEmpty)
        #expect(QueueTestBed.drain(receiver).isEmpty)
        try filter.remove(table: "faultline-delay", family: .ip)
        let begin = Clocks.monotonic()
        let statistics = try delay.stop()
        #expect(Clocks.monotonic() - begin < 2_000_000_000)
        #expect(statistics.released == 500)
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + 20_000_000)
        #expect(QueueTestBed.drain(receiver) == Array(0..<500))
        #expect(bed.ruleset() == "")
        // Twice is no error.
        try delay.stop()
    }

    @Test("removing another fault's table while packets are held loses none of them")
    func otherTable() throws {
        let bed = try QueueTestBed()
        let (delay, filter) = try Self.start(bed, .init(latency: .milliseconds(300)))
        let rule = PacketRule(match: PacketMatch(source: AddressPrefix("10.9.9.9")), verdict: .drop)
        let chain = FilterChain(name: "arriving", hook: .prerouting, rules: [rule])
        let other = try filter.install(FilterTable(name: "other", family: .ip, chains: [chain]))
        let receiver = try bed.receiver()
        let (_, errors) = try bed.send(count: 100, spacing: 10_000)
        #expect(errors.isEmpty)
        #expect(try filter.remove(other))
        #expect(try filter.readBack(other) == nil)
        #expect(try filter.remove(other) == false)
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + 400_000_000)
        #expect(QueueTestBed.drain(receiver) == Array(0..<100))
        try filter.remove(table: "faultline-delay", family: .ip)
        try delay.stop()
        #expect(bed.ruleset() == "")
    }

    @Test("with the rule still there and no listener, packets pass and nothing hangs")
    func bypass() throws {
        let bed = try QueueTestBed()
        let (delay, filter) = try Self.start(bed, .init(latency: .seconds(30)))
        #expect(try bed.stream(count: 50, spacing: 100_000).arrivals.isEmpty)
        try delay.stop()
        #expect(try bed.stream(count: 200, spacing: 100_000).arrivals.suffix(200) == Array(0..<200))
        _ = try bed.pings(count: 3)
        withExtendedLifetime(filter) {}
    }

    @Test("a second listener of the same number is refused, and the first goes on")
    func busy() throws {
        let bed = try QueueTestBed()
        let (delay, filter) = try Self.start(bed, .init(latency: .milliseconds(1)))
        let near = bed.near
        let error = #expect(throws: FilterError.self) {
            _ = try near.inside {
                try QueueDelay(queue: 7, settings: .init(latency: .zero), seed: 1, filter: filter)
            }
        }
        #expect(error?.kind == .busy)
        #expect(try bed.stream(count: 50, spacing: 100_000).arrivals == Array(0..<50))
        try delay.stop()
        withExtendedLifetime(filter) {}
    }

    @Test("more packets than the capacity pass at once instead of getting lost")
    func overflow() throws {
        let bed = try QueueTestBed()
        let near = bed.near
        let filter = try FilterSocket.open(in: near)
        let delay = try near.inside {
            try QueueDelay(
                queue: 7,
                settings: .init(latency: .seconds(30)),
                seed: 1,
                filter: filter,
                capacity: 100
            )
        }
        _ = try filter.install(Self.table(filter, queue: 7))
        let stream = try bed.stream(count: 300, spacing: 20_000)
        #expect(stream.errors.isEmpty)
        #expect(stream.arrivals == Array(100..<300))
        try delay.stop()
    }
}

extension [Double] {
    fileprivate var median: Double? { isEmpty ? nil : sorted()[count / 2] }
}
