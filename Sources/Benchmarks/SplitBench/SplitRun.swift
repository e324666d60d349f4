import Capture
import ClockSync
import Decomposition
import Glibc
import LinuxSystem
import Load
import Measures
import Packets
import Plan
import Recording
import ReferenceTime
import Schedule
import Synchronization
import Timeline

/// One scenario, as a run would do it: captures, clocks, a load; then split from what they left.
struct SplitRun {
    struct Figures {
        let phase: PhaseSplit
        /// Medians of what the server and the links themselves measured.
        let think: Int64
        let out: Int64
        let back: Int64
    }

    private let scenario: SplitScenario

    init(_ scenario: SplitScenario) { self.scenario = scenario }

    func run() async throws -> Figures {
        let network = try SplitNetwork()
        let (client, server) = (network.clientHost, network.serverHost)
        let thinking = try ThinkingServer(in: server, think: scenario.think)
        defer { thinking.stop() }
        let reflector = try ClockReflector(
            listening: Endpoint(address: SplitNetwork.reference, port: 7707),
            in: network.router,
            epoch: 1
        )
        defer { reflector.stop() }
        let held = try network.hold(scenario)
        defer { for path in held { try? path.heal() } }
        var hosts = try [
            RunHost("client", client, reflector, session: 1),
            RunHost("server", server, reflector, session: 2),
        ]
        let links = try LinkTruth(network.router)
        // The first probes, and what the kernel learns of neighbours.
        try await Task.sleep(for: .milliseconds(500))
        let zero = Clocks.monotonic() + 300_000_000
        let blocks = Mutex<[UInt8]>([])
        let load = try LoadRun(
            plan: plan,
            address: try HostAddress.resolve(SplitNetwork.server, port: ThinkingServer.port),
            arrivals: .schedule(
                ArrivalSequence(process: plan.arrivals, end: end, seed: 1, load: plan.name)
            ),
            axisZero: zero,
            marksPackets: true
        ) { batch in
            blocks.withLock { $0 += batch.block }
        }
        try client.inside { try load.start() }
        for _ in 0...SplitScenario.seconds {
            for index in hosts.indices { hosts[index].read() }
            try await Task.sleep(for: .seconds(1))
        }
        _ = await load.finished
        for index in hosts.indices { try hosts[index].finish() }
        var splitting = Splitting(loads: [plan], hosts: hosts.map(\.captured), phases: timeline.phases)
        splitting.add(origin: zero, load: plan.name, host: plan.senders.hosts[0])
        for block in ExchangeReader.readAll(blocks.withLock { $0 }).blocks {
            for exchange in block.exchanges { splitting.add(exchange, load: plan.name) }
        }
        let sorted = thinking.thought.sorted()
        guard let phase = splitting.finish(timeline).loads.first?.phases.first, !sorted.isEmpty else {
            throw SystemError("measure", refused: "nothing was answered")
        }
        let (out, back) = try links.finish()
        return Figures(phase: phase, think: sorted[sorted.count / 2], out: out, back: back)
    }

    private var end: Instant { Instant(.seconds(SplitScenario.seconds)) }

    private var plan: LoadPlan {
        LoadPlan(
            name: "bench",
            from: "client",
            request: .http(
                HTTPRequestPlan(
                    method: "GET",
                    address: HTTPAddress(host: SplitNetwork.server, port: ThinkingServer.port, path: "/"),
                    headers: [],
                    body: "",
                    timeout: .seconds(2)
                )
            ),
            arrivals: .constant(perSecond: Double(SplitScenario.perSecond)),
            good: GoodCriterion(statuses: 200...299, within: nil),
            connections: 16
        )
    }

    private var timeline: Timeline {
        Timeline(
            header: RunHeader(
                experiment: "bench",
                summary: "",
                planDigest: "",
                seed: 1,
                startedAt: "",
                durationNanoseconds: end.nanoseconds,
                faultlineVersion: "",
                hosts: []
            ),
            phases: [Phase(kind: .baseline, start: .zero, end: end)],
            end: end,
            loads: [],
            faults: [],
            clocks: [],
            notes: [],
            processes: []
        )
    }
}

/// A captured host with a clock against the router's.
private struct RunHost {
    private(set) var captured: CapturedHost
    private let capture: PacketCapture
    private let prober: ClockProber
    private let path: String

    init(_ name: String, _ namespace: NetworkNamespace, _ reflector: ClockReflector, session: UInt64) throws {
        captured = CapturedHost(name: name)
        let path = "/tmp/fl-bench-\(getpid())-\(name).pcap"
        let key = ProbeKey(1, session)
        reflector.admit(session: session, key: key)
        prober = try ClockProber(
            reference: Endpoint(address: SplitNetwork.reference, port: 7707),
            session: session,
            key: key,
            in: namespace
        )
        capture = try namespace.inside {
            try PacketCapture(
                interface: SplitNetwork.interface,
                filter: "tcp port \(ThinkingServer.port)",
                file: path,
                fileBytes: 64 << 20
            )
        }
        self.path = path
    }

    mutating func read() {
        let map = ClockMap.read()
        captured.add(
            ClockReading(
                offsetNanoseconds: 0,
                boundNanoseconds: 0,
                state: "",
                exchanges: 0,
                roundTripNanoseconds: 0,
                model: prober.model,
                realtime: RealtimeOffset(
                    local: map.readAt,
                    offset: map.realtimeMinusMonotonic,
                    halfWidth: map.halfWidth
                )
            )
        )
    }

    mutating func finish() throws {
        read()
        prober.stop()
        capture.stop()
        let file = path.dropLast(5) + ".1.pcap"
        defer { unlink(String(file)) }
        guard let packets = CaptureFile(try FileContents.read(String(file))) else {
            throw SystemError("measure", refused: "\(file) is no capture")
        }
        _ = captured.add(packets)
    }
}
