import LinuxSystem
import Load
import Measures
import Recording
import Testing

/// What a target does wrong, and how the exchange says it. Every arrival has exactly one.
@Suite(.timeLimit(.minutes(1)))
struct MisbehaviourTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reply: RawServer.Reply
        let outcome: Outcome
    }

    static let cases = [
        Case(
            testDescription: "closes in the body: unknown",
            reply: .init(pieces: ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"], thenClose: true),
            outcome: .cutOff
        ),
        Case(testDescription: "closes without a word on a fresh connection", reply: .close, outcome: .cutOff),
        Case(
            testDescription: "sends garbage",
            reply: .init(pieces: ["\u{1}\u{2}garbage\r\n\r\n"]),
            outcome: .malformed
        ),
        Case(
            testDescription: "sends slowly, in chunks, cut badly",
            reply: .init(
                pieces: [
                    "HTT", "P/1.1 200 OK\r\nTransfer-Enc", "oding: chunked\r\n\r", "\n2\r\no", "k\r\n0\r\n",
                    "\r\n",
                ],
                pauseMicroseconds: 3_000
            ),
            outcome: .answered(status: 200)
        ),
        Case(
            testDescription: "continues first",
            reply: .init(pieces: [
                "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n",
            ]),
            outcome: .answered(status: 503)
        ),
        Case(
            testDescription: "ends the body by closing",
            reply: .init(pieces: ["HTTP/1.1 200 OK\r\n\r\n", "body"], thenClose: true),
            outcome: .answered(status: 200)
        ),
        Case(
            testDescription: "closes after each answer",
            reply: .init(
                pieces: ["HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"],
                thenClose: true
            ),
            outcome: .answered(status: 200)
        ),
    ]

    @Test(
        "beside a capture each exchange tells its connection's port and when the request was written; else neither"
    )
    func packetMarks() async throws {
        let server = try RawServer { _, _ in
            .init(pieces: RawServer.Reply.ok().pieces, waitMicroseconds: 9_000)
        }
        defer { server.end() }
        let arrivals = LoadBench.steady(500, count: 200)
        var bench = LoadBench(port: server.port, timeout: .seconds(4))
        #expect(try await bench.run(arrivals).exchanges.allSatisfy { $0.onWire == nil })
        let before = server.peerPorts
        bench.marksPackets = true
        let exchanges = try await bench.run(arrivals).exchanges
        #expect(exchanges.count == 200)
        let ports = Set(exchanges.compactMap { $0.onWire?.port })
        // Several connections at once, since an answer takes longer than the next request.
        #expect(ports.count > 1 && ports.isSubset(of: server.peerPorts.subtracting(before)))
        for exchange in exchanges {
            let written = try #require(exchange.onWire?.written)
            #expect(exchange.sent < written && written < exchange.done)
        }
        // A request has its connection to itself.
        for own in Dictionary(grouping: exchanges, by: { $0.onWire?.port }).values {
            let ordered = own.sorted { $0.sent < $1.sent }
            #expect(zip(ordered, ordered.dropFirst()).allSatisfy { $0.done <= $1.sent })
        }
    }

    @Test("each misbehaviour has its outcome", arguments: cases)
    func outcome(of example: Case) async throws {
        let server = try RawServer { _, _ in example.reply }
        defer { server.end() }
        let arrivals = LoadBench.steady(200, count: 40)
        let result = try await LoadBench(port: server.port, timeout: .seconds(4)).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [example.outcome: 40])
        #expect(result.exchanges.allSatisfy { $0.sent <= $0.firstByte && $0.firstByte <= $0.done })
    }

    @Test("a server that never answers gives unknown, at the time-out from the write")
    func silence() async throws {
        let server = try RawServer { _, _ in nil }
        defer { server.end() }
        let arrivals = LoadBench.steady(100, count: 20)
        let result = try await LoadBench(port: server.port, timeout: .milliseconds(300)).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.timedOut: 20])
        #expect(
            result.exchanges.allSatisfy { $0.serviceTime >= .milliseconds(300) && $0.firstByte == $0.done }
        )
        // A connection whose request timed out is not used again: its late answer would be taken for the next one's.
        #expect(result.summary.connections == 20)
    }

    @Test("with no free connection requests wait, then are dropped at the time-out from their due time")
    func bounded() async throws {
        let server = try RawServer { _, _ in nil }
        defer { server.end() }
        let arrivals = LoadBench.steady(100, count: 30)
        let bench = LoadBench(port: server.port, timeout: .milliseconds(400), connections: 2)
        let result = try await bench.run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        let dropped = result.exchanges.filter { $0.outcome == .dropped }
        let sent = result.exchanges.filter { $0.outcome == .timedOut }
        for one in sent { #expect(sent.count { $0.sent <= one.sent && one.sent < $0.done } <= 2) }
        #expect(result.exchanges.outcomes == [.timedOut: 30 - dropped.count, .dropped: dropped.count])
        // Two at a time for 400 ms each: two or three rounds, the others never get a turn.
        #expect((20...28).contains(dropped.count))
        #expect(dropped.allSatisfy { $0.responseTime >= .milliseconds(400) && $0.sent == $0.intended })
        #expect(
            result.exchanges.filter { $0.outcome == .timedOut }.allSatisfy {
                $0.serviceTime >= .milliseconds(400)
            }
        )
    }

    @Test("a kept-alive connection that the server closed costs a GET nothing but a repetition")
    func keepAliveRace() async throws {
        let server = try RawServer { _, request in request == 1 ? .ok() : .close }
        defer { server.end() }
        let arrivals = LoadBench.steady(100, count: 10)
        let result = try await LoadBench(port: server.port).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 200): 10])
        let repeated = server.requests.count - 10
        #expect(
            (1...9).contains(repeated),
            "once for each that met a used connection: 9, fewer when answers were late"
        )
    }

    @Test("a POST is never repeated: its effect is unknown")
    func noRepetitionOfPost() async throws {
        let server = try RawServer { _, request in request == 1 ? .ok() : .close }
        defer { server.end() }
        let bench = LoadBench(port: server.port, method: "POST", body: "a=1")
        let result = try await bench.run(LoadBench.steady(50, count: 10))
        #expect(result.exchanges.outcomes == [.answered(status: 200): 5, .cutOff: 5])
        #expect(server.requests.count == 10)
        #expect(server.requests.allSatisfy { $0.hasSuffix("Content-Length: 3\r\n\r\na=1") })
    }

    @Test("a request is repeated once, on a fresh connection, and not for ever")
    func oneRepetition() async throws {
        // The first connection answers once; no other one ever does.
        let server = try RawServer { connection, request in connection == 1 && request == 1 ? .ok() : .close }
        defer { server.end() }
        let arrivals = [Instant.zero, Instant(.milliseconds(500))]
        let result = try await LoadBench(port: server.port).run(arrivals)
        #expect(result.exchanges.map(\.outcome) == [.answered(status: 200), .cutOff])
        #expect(server.requests.count == 3)
        #expect(result.exchanges[1].sendLateness < .milliseconds(400), "the first send is kept")
    }

    @Test("a repetition that finds nobody leaves the effect unknown, not refused")
    func repetitionRefused() async throws {
        let server = try RawServer { _, request in
            request == 1 ? .ok() : RawServer.Reply(thenClose: true, stopsListening: true)
        }
        defer { server.end() }
        let arrivals = [Instant.zero, Instant(.milliseconds(500)), Instant(.milliseconds(700))]
        let result = try await LoadBench(port: server.port).run(arrivals)
        #expect(result.exchanges.map(\.outcome) == [.answered(status: 200), .reset, .refused])
    }

    @Test("where nothing listens every request is refused when it is due")
    func nothingListens() async throws {
        let port = try LoadNginx.freePort()
        let arrivals = LoadBench.steady(500, count: 250)
        let result = try await LoadBench(port: port).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.refused: 250])
        #expect(result.exchanges.responseSeconds(atQuantile: 1) == .infinity)
        let soon = result.exchanges.count { $0.responseTime < .milliseconds(20) }
        #expect(soon > 200, "only \(soon) of 250 failed near their due time")
        #expect(result.summary.connections == 0)
    }

    @Test("where connections are swallowed requests fail at their own time-out, none sooner")
    func swallowed() async throws {
        // With a full queue of connections, Linux drops further SYNs.
        let server = try RawServer(backlog: 0, accepts: false) { _, _ in nil }
        defer { server.end() }
        let arrivals = LoadBench.steady(100, count: 30)
        let bench = LoadBench(port: server.port, timeout: .milliseconds(300), connections: 8)
        let result = try await bench.run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.allSatisfy { $0.responseTime >= .milliseconds(300) })
        let outcomes = result.exchanges.outcomes
        #expect(outcomes[.notConnected, default: 0] + outcomes[.dropped, default: 0] >= 20)
        #expect(Set(outcomes.keys).isSubset(of: [.notConnected, .dropped, .timedOut]))
    }

    @Test("a stopped load has an exchange for all that was due, and ends within the time-out")
    func stop() async throws {
        let server = try RawServer { _, _ in
            RawServer.Reply(pieces: RawServer.Reply.ok().pieces, waitMicroseconds: 20_000)
        }
        defer { server.end() }
        let arrivals = LoadBench.steady(100, count: 6_000)
        let begin = Clocks.monotonic()
        let result = try await LoadBench(port: server.port).run(arrivals) { zero, run in
            Clocks.sleepUntil(monotonic: zero + 500_000_000)
            run.stop()
        }
        #expect(Clocks.monotonic() - begin < 5_000_000_000)
        #expect((20...200).contains(result.exchanges.count))
        #expect(result.exchanges.count == result.summary.offered)
        #expect(result.exchanges.map(\.intended) == Array(arrivals.prefix(result.exchanges.count)))
        #expect(Set(result.exchanges.outcomes.keys).isSubset(of: [.answered(status: 200), .dropped]))
    }

    @Test("a body larger than the socket's buffer arrives whole")
    func largeBody() async throws {
        let server = try RawServer { _, _ in .ok() }
        defer { server.end() }
        let body = String(repeating: "0123456789abcdef", count: 400_000)
        let bench = LoadBench(port: server.port, method: "POST", body: body, connections: 1)
        let result = try await bench.run(LoadBench.steady(100, count: 3))
        #expect(result.exchanges.outcomes == [.answered(status: 200): 3])
        #expect(server.requests.allSatisfy { $0.hasSuffix("\r\n\r\n" + body) })
    }

    @Test("intervals end at whole seconds of the axis and account for every request once")
    func batches() async throws {
        let server = try RawServer { _, _ in .ok() }
        defer { server.end() }
        let result = try await LoadBench(port: server.port).run(LoadBench.steady(50, count: 120))
        let batches = result.batches
        #expect(batches.count >= 3)
        for (earlier, later) in zip(batches, batches.dropFirst()) {
            #expect(earlier.start + earlier.length == later.start)
        }
        for batch in batches.dropLast() {
            let end = (batch.start + batch.length).nanoseconds
            #expect(end % 1_000_000_000 < 500_000_000, "about a whole second, never before it: \(end)")
        }
        #expect(batches.map(\.reading.offered).reduce(0, +) == 120)
        #expect(batches.map(\.reading.completed).reduce(0, +) == 120)
        #expect(batches.map(\.responseTimes.count).reduce(0, +) == 120)
        #expect(batches.allSatisfy { $0.reading.load == "browse" && $0.load == "browse" })
    }

    @Test("a run can be started once")
    func startedTwice() async throws {
        let server = try RawServer { _, _ in .ok() }
        defer { server.end() }
        _ = try await LoadBench(port: server.port).run(LoadBench.steady(50, count: 5)) { _, run in
            let error = #expect(throws: LoadError.self) { try run.start() }
            #expect(error?.code == "load.started-twice")
        }
    }
}
