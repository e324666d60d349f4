import Measures
import Packets
import Plan
import Recording
import ReferenceTime
import Schedule
import Timeline

@testable import Decomposition

/// A run whose every part is known: two hosts with clocks of their own, and the packets that both would have captured.
struct MadeRun {
    /// The truth, nanoseconds of true time.
    struct Request {
        var intended: Int64
        var lateSend: Int64 = 20_000
        /// From the first write to the capture.
        var toWire: Int64 = 8_000
        /// From the first write to the return of `send`.
        var toReturn: Int64 = 12_000
        var out: Int64 = 30_000
        var server: Int64 = 500_000
        var back: Int64 = 25_000
        /// Between the pieces of the answer.
        var pieceGap: Int64 = 0
        var again: Int64 = 15_000
        var port: UInt16 = 40_000
        var length: UInt32 = 90
        var pieces: [UInt32] = [150]
        var outcome = Outcome.answered(status: 200)
        /// Copies of the request's packet after the first: how long after it, and whether the server gets them first.
        var retransmission: Int64?
        /// The first copy is captured at the client and lost.
        var firstIsLost = false
        var isMarked = true

        var sent: Int64 { intended + lateSend }
        var leaves: Int64 { sent + toWire }
        var arrives: Int64 { leaves + (firstIsLost ? retransmission ?? 0 : 0) + out }
        var answers: Int64 { arrives + server }
        var comes: Int64 { answers + back }
        var complete: Int64 { comes + pieceGap * Int64(pieces.count - 1) }
        var done: Int64 { complete + again }

        /// In the order of `Part`.
        var parts: [Int64] {
            [
                lateSend, min(toWire, toReturn), max(0, toWire - toReturn), arrives - leaves, server, back,
                complete - comes, again,
            ]
        }
    }

    var requests: [Request] = []
    /// Local − true at true time 0, and how much faster the server's clock runs.
    var clientOffset: Int64 = 5_000_000_000_000
    var serverOffset: Int64 = 42_123_456_789
    var serverPPM: Int64 = 25
    /// Half-width of what each host knows of the reference's clock, which shows true time.
    var clockBound: Int64 = 40_000
    var firstSequence: UInt32 = 1000
    var phases = [Phase(kind: .baseline, start: .zero, end: Instant(.seconds(3600)))]
    var faults: [FaultTimeline] = []
    var hasServer = true
    /// One more host is captured, half-way between the two.
    var hasRouter = false
    var hasClocks = true
    /// At this instant of true time the server's wall clock jumps by a second.
    var step: Int64?
    /// Requests that the load may have under way on one connection.
    var streams = 1

    static let realtime: Int64 = 1_700_000_000_000_000_000
    static let client = SegmentEnd(ipv4: 0x0a4d_000b, port: 0)
    static let server = SegmentEnd(ipv4: 0x0a4d_000c, port: 8080)

    func clientLocal(_ time: Int64) -> Int64 { time + clientOffset }
    func serverLocal(_ time: Int64) -> Int64 { time + serverOffset + time / 1_000_000 * serverPPM }

    var load: LoadPlan {
        LoadPlan(
            name: "browse",
            senders: LoadSenders("client"),
            request: .http(
                HTTPRequestPlan(
                    method: "GET",
                    address: HTTPAddress(host: "web", port: 8080, path: "/"),
                    headers: [],
                    body: "",
                    timeout: .seconds(5),
                    version: streams == 1 ? .one : .two,
                    streams: streams
                )
            ),
            arrivals: .constant(perSecond: 100),
            good: GoodCriterion(statuses: 200...399, within: nil),
            connections: 64
        )
    }

    var timeline: Timeline {
        Timeline(
            header: RunHeader(
                experiment: "made",
                summary: "",
                planDigest: "",
                seed: 1,
                startedAt: "",
                durationNanoseconds: 0,
                faultlineVersion: "",
                hosts: []
            ),
            phases: phases,
            end: phases.last?.end ?? .zero,
            loads: [],
            faults: faults,
            clocks: [],
            notes: [],
            processes: []
        )
    }

    /// Everything handed over, in the order of the interface.
    func splitting() -> Splitting {
        var client = CapturedHost(name: "client")
        var server = CapturedHost(name: "web")
        addClocks(&client, &server)
        var next: [UInt16: (request: UInt32, answer: UInt32)] = [:]
        for request in requests {
            let numbers = next[request.port] ?? (firstSequence, firstSequence &+ 7)
            addPackets(request, numbers.request, numbers.answer, &client, &server)
            next[request.port] = (
                numbers.request &+ request.length, numbers.answer &+ request.pieces.reduce(0, +)
            )
        }
        let hosts = [client] + (hasRouter ? [router] : []) + (hasServer ? [server] : [])
        var splitting = Splitting(loads: [load], hosts: hosts, phases: timeline.phases)
        splitting.add(origin: clientLocal(0), load: "browse", host: "client")
        for request in requests { splitting.add(exchange(request), load: "browse") }
        return splitting
    }

    /// Its clocks show true time.
    private var router: CapturedHost {
        var router = CapturedHost(name: "router")
        let end = (requests.map(\.done).max() ?? 0) + 2_000_000_000
        for time in stride(from: Int64(-1_000_000_000), through: end, by: 1_000_000_000) {
            router.add(reading(local: time, time: time, jump: 0))
        }
        var next: [UInt16: (request: UInt32, answer: UInt32)] = [:]
        for request in requests {
            let (first, answer) = next[request.port] ?? (firstSequence, firstSequence &+ 7)
            let total = request.pieces.reduce(0, +)
            let own = SegmentEnd(high: Self.client.high, low: Self.client.low, port: request.port)
            for (isRequest, time) in [
                (true, request.arrives - request.out / 2), (false, request.answers + request.back / 2),
            ] {
                router.flows.add(
                    Segment(
                        source: isRequest ? own : Self.server,
                        destination: isRequest ? Self.server : own,
                        sequence: isRequest ? first : answer,
                        acknowledgement: isRequest ? answer : first &+ request.length,
                        acknowledges: true,
                        length: Int(isRequest ? request.length : total)
                    ),
                    stamp: Self.realtime + time
                )
            }
            next[request.port] = (first &+ request.length, answer &+ total)
        }
        return router
    }

    private func exchange(_ request: Request) -> Exchange {
        Exchange(
            intended: Instant(nanoseconds: request.intended),
            sent: Instant(nanoseconds: request.sent),
            firstByte: Instant(nanoseconds: request.done),
            done: Instant(nanoseconds: request.done),
            outcome: request.outcome,
            onWire: request.isMarked
                ? Exchange.OnWire(
                    written: Instant(nanoseconds: request.sent + request.toReturn),
                    port: request.port
                ) : nil
        )
    }

    private func addClocks(_ client: inout CapturedHost, _ server: inout CapturedHost) {
        guard hasClocks else { return }
        let end = (requests.map(\.done).max() ?? 0) + 2_000_000_000
        for time in stride(from: Int64(-1_000_000_000), through: end, by: 1_000_000_000) {
            client.add(reading(local: clientLocal(time), time: time, jump: 0))
            server.add(reading(local: serverLocal(time), time: time, jump: jump(at: time)))
        }
    }

    /// As a capture stamps it: wall clocks run as fast as their hosts' other clocks.
    private func clientStamp(_ time: Int64) -> Int64 { Self.realtime + clientLocal(time) }
    private func serverStamp(_ time: Int64) -> Int64 { Self.realtime + jump(at: time) + serverLocal(time) }

    private func jump(at time: Int64) -> Int64 { step.map { time >= $0 ? 1_000_000_000 : 0 } ?? 0 }

    /// Off the middle, as a real one would be.
    private func reading(local: Int64, time: Int64, jump: Int64) -> ClockReading {
        let low = time - local - clockBound * 3 / 2
        return ClockReading(
            offsetNanoseconds: low + clockBound,
            boundNanoseconds: clockBound,
            state: "sync",
            exchanges: 9,
            roundTripNanoseconds: 2 * clockBound,
            model: ClockModel(time: local, low: low, high: low + 2 * clockBound, driftPPM: 200),
            realtime: RealtimeOffset(local: local, offset: Self.realtime + jump, halfWidth: 50)
        )
    }

    private func addPackets(
        _ request: Request,
        _ first: UInt32,
        _ answer: UInt32,
        _ client: inout CapturedHost,
        _ server: inout CapturedHost
    ) {
        let own = SegmentEnd(high: Self.client.high, low: Self.client.low, port: request.port)
        let segment = { (isRequest: Bool, sequence: UInt32, length: UInt32, ack: UInt32) in
            Segment(
                source: isRequest ? own : Self.server,
                destination: isRequest ? Self.server : own,
                sequence: sequence,
                acknowledgement: ack,
                acknowledges: true,
                length: Int(length)
            )
        }
        let whole = segment(true, first, request.length, answer)
        client.flows.add(whole, stamp: clientStamp(request.leaves))
        if let later = request.retransmission {
            client.flows.add(whole, stamp: clientStamp(request.leaves + later))
            let second = request.leaves + later + request.out
            server.flows.add(whole, stamp: serverStamp(second))
        }
        if !request.firstIsLost {
            server.flows.add(whole, stamp: serverStamp(request.arrives))
        }
        guard case .answered = request.outcome else { return }
        let total = request.pieces.reduce(0, +)
        let end = first &+ request.length
        // The sender's capture sees one large segment, the receiver's the pieces, each twice.
        server.flows.add(
            segment(false, answer, total, end),
            stamp: serverStamp(request.answers)
        )
        var at = answer
        for (index, length) in request.pieces.enumerated() {
            let time = request.comes + request.pieceGap * Int64(index)
            client.flows.add(segment(false, at, length, end), stamp: clientStamp(time))
            client.flows.add(segment(false, at, length, end), stamp: clientStamp(time + 900))
            at = at &+ length
        }
    }
}
