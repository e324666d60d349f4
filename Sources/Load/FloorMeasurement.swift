import LinuxSystem
import Measures
package import Plan
package import Recording
import Schedule
import Synchronization

/// Measures what this host itself adds to a load's figures, before the load begins (guides: slo 1.5, "measure the
/// instrument first"): the same engine, open model, TCP echoes on the loopback for a second. The echo's own thread and
/// the loopback are in it, as are whatever else runs on this host.
package struct FloorMeasurement: Sendable {
    private let plan: LoadPlan

    package init(_ plan: LoadPlan) {
        self.plan = plan
    }

    /// Of several loads at once, as they are going to be sent.
    package static func all(of plans: [LoadPlan]) async throws -> [InstrumentFloor] {
        try await withThrowingTaskGroup(of: InstrumentFloor.self) { group in
            for plan in plans { group.addTask { try await FloorMeasurement(plan).measure() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// How long it takes, without the wait for the last echo.
    package static let length = Duration.seconds(1)
    /// Requests a second: fewer tell nothing of a p99, more cost what the run needs.
    private static let rates = 1_000.0...20_000.0

    /// Errors: no descriptors, no thread.
    package func measure() async throws -> InstrumentFloor {
        let echo = try LoopbackEcho()
        try echo.start()
        defer { echo.stop() }
        let load = loopbackLoad(port: echo.port)
        let zero = Clocks.monotonic() + Duration.milliseconds(5).nanoseconds
        let tally = Mutex(FloorTally(within: plan.good.within))
        let run = try LoadRun(
            plan: load,
            address: HostAddress.resolve("127.0.0.1", port: echo.port),
            arrivals: ArrivalSource(load, end: Instant(Self.length), seed: 0),
            axisZero: zero
        ) { batch in
            tally.withLock { $0.add(batch.block) }
        }
        try run.start()
        _ = await run.finished
        return tally.withLock { $0.floor(of: plan.name, perSecond: perSecond) }
    }

    private var perSecond: Double {
        let own =
            plan.arrivals.closedWords == nil
            ? plan.arrivals.highestPerSecond * plan.share.fraction : Self.rates.lowerBound
        return min(max(own, Self.rates.lowerBound), Self.rates.upperBound)
    }

    private func loopbackLoad(port: UInt16) -> LoadPlan {
        LoadPlan(
            name: plan.name,
            senders: LoadSenders(LoadPlan.thisHost),
            request: .tcp(
                TCPRequestPlan(
                    target: HostPort(host: "127.0.0.1", port: port),
                    send: Array("floor\n".utf8),
                    expect: .echo,
                    timeout: Self.length
                )
            ),
            arrivals: .constant(perSecond: perSecond),
            good: GoodCriterion(statuses: 0...UInt16.max, within: plan.good.within),
            connections: min(plan.connections, 64)
        )
    }
}

private struct FloorTally {
    let within: Duration?
    private var requests = 0
    private var bad = 0
    private var times: [Int64] = []

    init(within: Duration?) {
        self.within = within
    }

    mutating func add(_ block: [UInt8]) {
        for exchange in ExchangeReader.readAll(block).blocks.flatMap(\.exchanges) {
            requests += 1
            let isAnswered = exchange.outcome.certainty == .answered
            let isGood = isAnswered && within.map { exchange.responseTime <= $0 } ?? true
            if !isGood { bad += 1 }
            if isAnswered { times.append(exchange.responseTime.nanoseconds) }
        }
    }

    /// Of all requests: what had no echo is beyond every time that is known.
    func floor(of load: String, perSecond: Double) -> InstrumentFloor {
        let sorted = times.sorted()
        let quantiles = InstrumentFloor.shares.compactMap { share -> InstrumentFloor.Quantile? in
            let rank = max(1, Int((share * Double(requests)).rounded(.up)))
            guard sorted.indices.contains(rank - 1) else { return nil }
            return InstrumentFloor.Quantile(share: share, nanoseconds: sorted[rank - 1])
        }
        return InstrumentFloor(
            load: load,
            requests: requests,
            bad: bad,
            perSecond: perSecond,
            quantiles: quantiles
        )
    }
}
