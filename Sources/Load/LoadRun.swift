import Codecs
import Glibc
import LinuxSystem
import Measures
package import Plan
import Recording
import Schedule
import Synchronization
import TLS

/// One load, from its first arrival to the outcome of its last request, on a thread of its own.
///
/// Meaning, for every request: `intended` is its due time; `sent` the stamp just before its (first) write. The plan's
/// time-out counts from the write, and from the due time while a request waits for a connection. Without a connection in
/// that time it is `.dropped`, or `.notConnected` when none could be opened at all. After a refused connect, requests
/// fail as `.refused` at their due time until the next attempt, 5 ms later. A connection that ends under way gives
/// `.reset`, except for the keep-alive race (see `Engine.lost`). At the end what waits is still served within its
/// time-out; `stop` drops it. Exactly one exchange for every arrival that became due.
///
/// Where connections carry several requests (Redis in a pipeline, HTTP/2's streams) a request goes at once to a connection
/// that carries none, else to one with room, and those that are due together go out together. A connection that ends gives
/// each request on it the outcome; see `Engine.endShared` and `Engine.expireShared` for what is sent again and for time-outs.
package final class LoadRun: Sendable {
    private let plan: LoadPlan
    private let index: UInt16
    private let address: HostAddress
    private let script: LoadScript
    private let security: TLSContext?
    private let arrivals: ArrivalSource
    private let axisZero: Int64
    private let marksPackets: Bool
    private let sink: @Sendable (LoadBatch) async -> Void
    private let control: LoadControl
    private let writer = Mutex<Task<LoadSummary, Never>?>(nil)

    /// - Parameters:
    ///   - index: the load's place in the plan, for the recording.
    ///   - address: where to connect; the plan's own gives the Host field only.
    ///   - arrivals: due times on the run's axis, read one ahead while the load runs, on its thread.
    ///   - axisZero: the run's time zero in this host's CLOCK_MONOTONIC, nanoseconds.
    ///   - seed: the run's; templates draw from it.
    ///   - marksPackets: exchanges tell what finds their packets in a capture (`Exchange.OnWire`); a clock reading a request.
    ///     Not where a connection carries several at once: its packets are of any of them.
    ///   - sink: gets what there is to record about once a second and at the end, in order, never two at once; while it is
    ///     slow the intervals wait in memory, the load does not.
    package init(
        plan: LoadPlan,
        index: UInt16 = 0,
        address: HostAddress,
        arrivals: ArrivalSource,
        axisZero: Int64,
        seed: UInt64 = 0,
        marksPackets: Bool = false,
        sink: @escaping @Sendable (LoadBatch) async -> Void
    ) throws(LoadError) {
        self.plan = plan
        self.index = index
        self.address = address
        let script: LoadScript
        do {
            script = try LoadScript(
                plan,
                isIPv6: address.isIPv6,
                seed: seed,
                token: UInt64.random(in: .min ... .max)
            )
        } catch {
            throw LoadError(error.code, error.message, exitCode: error.exitCode)
        }
        do {
            security = try plan.request.tls.map { tls throws(TLSError) in
                try TLSContext(
                    tls,
                    host: plan.request.host,
                    protocols: script.protocols,
                    neededProtocol: script.neededProtocol
                )
            }
        } catch {
            throw LoadError(error.code, error.message, exitCode: error.exitCode)
        }
        self.script = script
        self.arrivals = arrivals
        self.axisZero = axisZero
        self.marksPackets = marksPackets
        self.sink = sink
        do {
            control = try LoadControl()
        } catch {
            throw Self.noResources(error)
        }
    }

    /// Begins; requests go out at their due times, those that are past at once.
    package func start() throws(LoadError) {
        try writer.withLock { writer throws(LoadError) in
            guard writer == nil else {
                throw LoadError(
                    "load.started-twice",
                    "The load \(plan.name) was started before; make a new one."
                )
            }
            do throws(SystemError) {
                writer = try launch()
            } catch {
                throw Self.noResources(error)
            }
        }
    }

    /// Up to this rate the thread has real-time priority where the host allows it: it needs a fraction of a core then,
    /// and is on time beside busy neighbours. Above it, it could starve them.
    private static let mostRealtimePerSecond = 20_000.0

    private func launch() throws(SystemError) -> Task<LoadSummary, Never> {
        // Handed to the thread; nobody else keeps it.
        nonisolated(unsafe) let loop = try loop()
        let ending = Ending()
        // Not joined: it ends by itself, after the last interval was handed over.
        let priority: Int32? = highestPerSecond <= Self.mostRealtimePerSecond ? 1 : nil
        _ = try PinnedThread(name: "load \(plan.name)", realtimePriority: priority) {
            // Both are refinements that old kernels may refuse; lateness, which is measured, tells.
            try? CurrentThread.setTimerSlack(nanoseconds: 1)
            try? CurrentThread.setSlice(nanoseconds: 100_000)
            loop(ending)
        }
        return Task { [self] in await write(ending) }
    }

    /// Of the host, wherever this process may run.
    private static var processors: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

    private var isGreedy: Bool {
        guard case .closed(let model) = arrivals else { return false }
        return model.think.mean <= .zero
    }

    private var highestPerSecond: Double {
        guard case .closed(let model) = arrivals else {
            return plan.arrivals.highestPerSecond * plan.share.fraction
        }
        // A target that answers at once is asked this often.
        return Double(model.users) / max(1e-9, model.think.mean.seconds)
    }

    private func loop() throws(SystemError) -> LoadLoop {
        switch script {
        case .http(let script): try loop(HTTPConversation.self, script)
        case .redis(let script) where script.mostUnderWay > 1:
            try loop(PipelinedRedisConversation.self, script)
        case .redis(let script): try loop(RedisConversation.self, script)
        case .postgres(let script): try loop(PostgresConversation.self, script)
        case .http2(let script) where script.mostUnderWay > 1:
            try loop(MultiplexedHTTP2Conversation.self, script)
        case .http2(let script): try loop(HTTP2Conversation.self, script)
        case .tcp(let script): try loop(TCPConversation.self, script)
        case .echo(let script): try loop(EchoConversation.self, script)
        case .dns(let script): try loop(DNSConversation.self, script)
        }
    }

    /// Inlined, as is what it calls, so that the engine's type is known where it is made and run.
    @inline(__always)
    private func loop<C: Conversation>(_: C.Type, _ script: C.Script) throws(SystemError) -> LoadLoop {
        guard let security else { return try plainLoop(C.self, script) }
        return try plainLoop(
            SecureConversation<C>.self,
            SecureScript(inner: script, context: security)
        )
    }

    @inline(__always)
    private func plainLoop<C: Conversation>(_: C.Type, _ script: C.Script) throws(SystemError) -> LoadLoop {
        let engine = try Engine<C>(
            script: script,
            address: address,
            connections: plan.share.own(of: plan.connections).count,
            reuse: plan.reuse,
            retries: plan.retries,
            timeout: plan.request.timeout,
            axisZero: axisZero,
            marksPackets: marksPackets,
            control: control,
            arrivals: arrivals,
            numbers: plan.share.numbers,
            spin: SpinPolicy(perSecond: highestPerSecond, isGreedy: isGreedy, processors: Self.processors)
        )
        return { ending in engine.run(ending) }
    }

    /// No further request becomes due; what was sent is waited for within its time-out, what was not is dropped.
    package func stop() {
        control.stop()
    }

    /// Waits for the end, the last call of the sink included; nil when it never started.
    package var finished: LoadSummary? {
        get async {
            let task = writer.withLock { $0 }
            return await task?.value
        }
    }

    /// Encodes and counts off the hot path.
    private func write(_ ending: Ending) async -> LoadSummary {
        var summary = LoadSummary(load: plan.name)
        var responseTimes = LatencyCounts()
        var exchanges: [Exchange] = []
        for await interval in control.intervals.filled {
            let lateness = interval.lateness.take()
            interval.copyExchanges(into: &exchanges)
            for exchange in exchanges { responseTimes.record(exchange) }
            let batch = batch(of: interval, exchanges, responseTimes.take(), lateness)
            summary.offered += interval.offered
            summary.completed += interval.completed
            summary.retries += interval.retries
            summary.lateness.merge(lateness)
            control.intervals.giveBack(interval)
            await sink(batch)
        }
        (summary.connections, summary.trouble, summary.complaint) = ending.value
        return summary
    }

    private func batch(
        of interval: Interval,
        _ exchanges: [Exchange],
        _ responseTimes: LatencyHistogram,
        _ lateness: LatencyHistogram
    ) -> LoadBatch {
        LoadBatch(
            load: plan.name,
            start: interval.start,
            length: interval.end - interval.start,
            block: exchanges.isEmpty
                ? []
                : ExchangeBlock.encode(
                    exchanges,
                    load: index,
                    sender: UInt8(truncatingIfNeeded: plan.share.place)
                ),
            reading: GeneratorReading(
                load: plan.name,
                offered: interval.offered,
                completed: interval.completed,
                latenessP99Nanoseconds: lateness.value(atQuantile: 0.99).nanoseconds,
                retries: interval.retries == 0 ? nil : interval.retries
            ),
            responseTimes: responseTimes,
            lateness: lateness
        )
    }

    private static func noResources(_ error: SystemError) -> LoadError {
        LoadError("load.no-resources", "The load cannot start: \(error.message)", cause: error)
    }
}
