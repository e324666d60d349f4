import Measures
package import Plan
package import Recording
package import Schedule
package import Timeline

/// Finds the packets of a run's exchanges and splits them. What captures, events and exchanges say goes in, in this order:
/// hosts, origins, exchanges, the timeline, each once; memory grows with the captures, which are bounded, and not with the
/// exchanges.
package struct Splitting: Sendable {
    /// An exchange that was found in two captures.
    struct Found {
        let load: Int
        /// The captured host that sent it, and the load's time zero there.
        let client: Int
        let origin: Int64
        let phase: Int
        let server: Int
        let stamps: Split.Stamps
        let seen: Sighting
    }

    private let loads: [LoadPlan]
    private let hosts: [CapturedHost]
    private let phases: PhaseFinder
    /// By load and host.
    private var origins: [[String]: Int64] = [:]
    private(set) var found: [Found] = []
    private var clocks: [ClockPair: PairClock] = [:]
    private var results: [[PhaseSplit]]
    private var servers: [Set<String>]

    private struct ClockPair: Hashable {
        let client: Int
        let server: Int
    }

    /// `phases`: as scheduled.
    package init(loads: [LoadPlan], hosts: [CapturedHost], phases: [Phase]) {
        self.loads = loads
        self.phases = PhaseFinder(phases)
        self.hosts = hosts.map { host in
            var host = host
            host.prepare()
            return host
        }
        results = loads.map { _ in phases.map { PhaseSplit(phase: $0) } }
        servers = loads.map { _ in [] }
    }

    /// A load's time zero on the CLOCK_MONOTONIC of a host that sends it.
    package mutating func add(origin local: Int64, load: String, host: String) {
        origins[[load, host]] = local
    }

    /// - Parameter sender: its place among the load's senders.
    package mutating func add(_ exchange: Exchange, load name: String, sender: Int = 0) {
        guard let load = loads.firstIndex(where: { $0.name == name }),
            loads[load].senders.hosts.indices.contains(sender)
        else { return }
        let phase = phases.index(of: exchange.intended)
        guard phase < results[load].count else { return }
        let host = loads[load].senders.hosts[sender]
        switch find(exchange, load: load, from: host) {
        case .success(let (server, stamps, seen)):
            guard let client = client(host), let origin = origins[[name, host]] else { return }
            found.append(
                Found(
                    load: load,
                    client: client,
                    origin: origin,
                    phase: phase,
                    server: server,
                    stamps: stamps,
                    seen: seen
                )
            )
            servers[load].insert(hosts[server].name)
        case .failure(let reason): results[load][phase].unsplit[reason, default: 0] += 1
        }
    }

    private mutating func find(
        _ exchange: Exchange,
        load: Int,
        from name: String
    ) -> Result<(server: Int, stamps: Split.Stamps, seen: Sighting), Unsplit> {
        guard loads[load].request.mostUnderWay == 1 else { return .failure(.shared) }
        guard exchange.outcome.certainty == .answered else { return .failure(.unanswered) }
        guard let onWire = exchange.onWire, let origin = origins[[loads[load].name, name]],
            let client = client(name)
        else { return .failure(.unmarked) }
        guard
            Nanoseconds.arePlausible(
                origin,
                exchange.intended.nanoseconds,
                exchange.sent.nanoseconds,
                onWire.written.nanoseconds,
                exchange.done.nanoseconds
            )
        else {
            return .failure(.contradictory)
        }
        let stamps = Split.Stamps(
            intended: exchange.intended.nanoseconds &+ origin,
            sent: exchange.sent.nanoseconds &+ origin,
            written: onWire.written.nanoseconds &+ origin,
            done: exchange.done.nanoseconds &+ origin
        )
        let host = hosts[client]
        guard !host.wall.isEmpty else { return .failure(.noClock) }
        let error = host.wall.bound(local: stamps.sent)
        let ways = host.flows.ways(
            sourcePort: onWire.port,
            destinationPort: loads[load].request.port
        )
        let sightings = ways.lazy.compactMap {
            host.flows.client($0, from: stamps.sent - error, to: stamps.done + error)
        }
        guard let mine = sightings.first else {
            let isStepped = host.wall.wasStepped(from: stamps.sent, to: stamps.done)
            return .failure(isStepped ? .stepped : .notAtClient)
        }
        return find(mine, stamps, client: client)
    }

    /// Of several hosts that saw the request, the one that had it the shortest time: the others are on the way.
    private mutating func find(
        _ mine: ClientSighting,
        _ stamps: Split.Stamps,
        client: Int
    ) -> Result<(server: Int, stamps: Split.Stamps, seen: Sighting), Unsplit> {
        var reason = Unsplit.notAtServer
        var nearest: (server: Int, seen: Sighting)?
        for server in hosts.indices where server != client && hosts[server].flows.has(mine.way) {
            switch sighting(mine, client: client, server: server) {
            case .failure(let why): reason = why
            case .success(let seen):
                if let nearest, nearest.seen.onServer <= seen.onServer { continue }
                nearest = (server, seen)
            }
        }
        guard let (server, seen) = nearest else { return .failure(reason) }
        let error = hosts[client].wall.bound(local: mine.requestLeft)
        let margin = hosts[server].wall.bound(local: seen.requestArrived)
        clocks[ClockPair(client: client, server: server)]?.add(seen, error: error + margin)
        return .success((server, stamps, seen))
    }

    private mutating func sighting(
        _ mine: ClientSighting,
        client: Int,
        server: Int
    ) -> Result<Sighting, Unsplit> {
        let pair = ClockPair(client: client, server: server)
        let clock = clocks[pair] ?? PairClock(client: hosts[client].track, server: hosts[server].track)
        guard let delta = clock.clockLimits(at: mine.requestLeft) else { return .failure(.noClock) }
        if clocks[pair] == nil { clocks[pair] = clock }
        let error = hosts[client].wall.bound(local: mine.requestLeft)
        let from = mine.requestLeft - delta.upperBound - error
        let to = mine.answerComplete - delta.lowerBound + error
        let margin = hosts[server].wall.bound(local: from)
        guard let theirs = hosts[server].flows.server(mine, from: from - margin, to: to + margin) else {
            return .failure(hosts[server].wall.wasStepped(from: from, to: to) ? .stepped : .notAtServer)
        }
        // More time on the server than there was in between: a copy is missing in one of the captures.
        guard theirs.left - theirs.arrived <= mine.answerArrived - mine.requestLeft + error + margin else {
            return .failure(.contradictory)
        }
        return .success(
            Sighting(
                requestLeft: mine.requestLeft,
                requestArrived: theirs.arrived,
                answerLeft: theirs.left,
                answerArrived: mine.answerArrived,
                answerComplete: mine.answerComplete
            )
        )
    }

    /// After the last `add`: only then is all known of the clocks.
    mutating func prepareClocks() {
        for pair in clocks.keys { clocks[pair]?.prepare() }
    }

    func split(_ one: Found) -> Split? {
        guard let clock = clocks[ClockPair(client: one.client, server: one.server)],
            let out = clock.limits(at: one.seen.requestLeft),
            let back = clock.limits(at: one.seen.answerArrived)
        else { return nil }
        let bounds = Split.StampBounds(
            client: hosts[one.client].wall.bound(local: one.seen.requestLeft),
            server: hosts[one.server].wall.bound(local: one.seen.requestArrived)
        )
        return Split(one.stamps, one.seen, Split.Deltas(out: out, back: back), bounds)
    }

    /// `timeline`: of the same run. Its phases are those that had begun by the run's end, and no exchange was due later.
    package consuming func finish(_ timeline: Timeline) -> Decomposition {
        var me = self
        me.prepareClocks()
        var ways = WayTallies()
        for one in me.found {
            guard let split = me.split(one) else { continue }
            me.results[one.load][one.phase].add(split)
            me.tally(split, one, &ways)
        }
        let loads = me.loads.indices.map { load in
            let names = me.servers[load].sorted()
            return LoadSplit(
                name: me.loads[load].name,
                clients: me.loads[load].senders.hosts,
                servers: names,
                phases: zip(me.results[load], timeline.phases).map { result, phase in
                    result.naming(timeline.faults, on: me.loads[load], servers: names, in: phase)
                }
            )
        }
        return Decomposition(
            loads: loads,
            ways: ways.finish(hosts: me.hosts.map(\.name), phases: timeline.phases)
        )
    }

    /// Each packet in the second of the load's time in which it was seen to leave.
    private func tally(_ split: Split, _ one: Found, _ ways: inout WayTallies) {
        let (out, back) = (split[.networkOut], split[.networkBack])
        ways.add(
            out,
            bound: split.bound(.networkOut),
            from: one.client,
            to: one.server,
            at: one.seen.requestLeft - one.origin
        )
        ways.add(
            back,
            bound: split.bound(.networkBack),
            from: one.server,
            to: one.client,
            at: one.seen.answerArrived - back - one.origin
        )
    }

    private func client(_ name: String) -> Int? { hosts.firstIndex { $0.name == name } }
}
