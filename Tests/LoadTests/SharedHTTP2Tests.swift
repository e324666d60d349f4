import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Schedule
import Synchronization
import TestSupport
import Testing

/// Several requests at once on an HTTP/2 connection: a real nginx, and servers that do with them what a test wants.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SharedHTTP2Tests {
    private static func bench(
        _ port: UInt16,
        streams: Int = 10,
        method: String = "POST",
        path: String = "/empty",
        body: String = "",
        timeout: Duration = .seconds(5),
        trust: TLSPlan.Trust? = nil,
        connections: Int = 1
    ) -> LoadBench {
        var bench = LoadBench(port: port, connections: connections)
        bench.request = .http(
            HTTPRequestPlan(
                method: method,
                address: HTTPAddress(host: "127.0.0.1", port: port, path: path, isSecure: trust != nil),
                headers: [],
                body: body,
                timeout: timeout,
                tls: trust.map { TLSPlan(trust: $0, serverName: "localhost") },
                version: .two,
                streams: streams
            )
        )
        return bench
    }

    /// So many requests, all due at once.
    private static func together(_ count: Int, at start: Int64 = 0) -> [Instant] {
        (0..<count).map { Instant(nanoseconds: start + Int64($0)) }
    }

    @Test(
        "a real nginx answers ten streams at once, whatever is asked for, and each request is accounted for once",
        .enabled(if: LoadNginx.isInstalled, "nginx is missing: apt-get install nginx-light"),
        arguments: [false, true]
    )
    func answered(isSecure: Bool) async throws {
        let nginx = try LoadNginx(http2: true)
        let port = isSecure ? nginx.securePort : nginx.port
        let trust = isSecure ? try DataServer.authority() : nil
        let body = String(repeating: "x", count: 20_000)
        let cases: [(String, String, String, UInt16)] = [
            ("GET", "/hello.txt", "", 200), ("GET", "/chunked.txt", "", 200), ("GET", "/none", "", 404),
            ("POST", "/empty", body, 204),
        ]
        for (method, path, body, status) in cases {
            let arrivals = (0..<100).flatMap { Self.together(10, at: $0 * 10_000_000) }
            let bench = Self.bench(port, method: method, path: path, body: body, trust: trust, connections: 4)
            let result = try await bench.run(arrivals)
            #expect(result.exchanges.map(\.intended) == arrivals)
            #expect(result.exchanges.outcomes == [.answered(status: status): 1_000], "\(method) \(path)")
            #expect(result.exchanges.allSatisfy { $0.sent <= $0.firstByte && $0.firstByte <= $0.done })
            #expect(result.exchanges.compactMap(\.setUp).count <= result.summary.connections)
        }
    }

    @Test(
        "the announced end of a connection with ten requests on it costs none of them",
        .enabled(if: LoadNginx.isInstalled, "nginx is missing: apt-get install nginx-light"),
        arguments: ["GET", "POST"]
    )
    func goAway(method: String) async throws {
        let nginx = try LoadNginx(http2: true, keepaliveRequests: 25)
        let arrivals = (0..<100).flatMap { Self.together(10, at: $0 * 10_000_000) }
        let result = try await Self.bench(nginx.port, method: method, connections: 4).run(arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 204): 1_000])
        #expect(result.summary.connections >= 40)
    }

    @Test(
        "a server that stands still or dies with requests on every stream is told truly",
        .enabled(if: LoadNginx.isInstalled, "nginx is missing: apt-get install nginx-light")
    )
    func truth() async throws {
        let nginx = try LoadNginx(http2: true)
        let bench = Self.bench(nginx.port, method: "GET", path: "/hello.txt", connections: 50)
        let truth = WireTruth(bench: bench, good: .answered(status: 200))
        try await truth.stall { nginx.signal($0) }
        try await truth.kill({ nginx.signal(SIGKILL) }, start: { try nginx.start() })
    }

    @Test("users of a closed model share connections, and none waits for another's answer")
    func closedModel() async throws {
        let server = try LedServer { peer in
            guard let talk = HTTP2Talk(peer) else { return }
            while let stream = talk.requests(1).first {
                usleep(200)
                talk.write(.headers(stream))
            }
        }
        defer { server.end() }
        let model = ClosedModel(
            users: 20,
            think: .constant(.milliseconds(1)),
            end: Instant(.seconds(1)),
            seed: 1,
            load: "browse"
        )
        let result = try await Self.bench(server.port, connections: 2).run(from: .closed(model))
        #expect(result.exchanges.outcomes.keys.map(\.self) == [.answered(status: 200)])
        #expect(result.exchanges.count > 1_000 && result.summary.offered == result.exchanges.count)
        #expect(result.summary.connections <= 2)
    }

    @Test("requests that are due together go to one connection together, and answers may come in any order")
    func reversed() async throws {
        let segments = Mutex<[UInt32]>([])
        let server = try LedServer { peer in
            guard let talk = HTTP2Talk(peer) else { return }
            while true {
                let before = peer.dataSegments
                let streams = talk.requests(8)
                guard streams.count == 8 else { return }
                segments.withLock { $0.append(peer.dataSegments - before) }
                for stream in streams.reversed() { talk.write(.headers(stream)) }
            }
        }
        defer { server.end() }
        let arrivals = (0..<20).flatMap { Self.together(8, at: $0 * 20_000_000) }
        let result = try await Self.bench(server.port).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 200): 160])
        #expect(result.summary.connections == 1)
        // All eight in one piece; the first time with the acknowledgement of SETTINGS.
        let seen = segments.withLock { $0 }.dropFirst()
        #expect(seen.count == 19 && seen.allSatisfy { $0 == 1 }, "\(seen)")
        // The last asked is the first answered.
        let first = result.exchanges.prefix(8)
        #expect(zip(first, first.dropFirst()).allSatisfy { $0.sent <= $1.sent && $0.done >= $1.done })
    }

    @Test("never more requests are under way than the peer allows, also when it allows fewer later")
    func limit() async throws {
        let seen = Mutex<[(acknowledged: Int, open: Int)]>([])
        let server = try LedServer { peer in
            guard let talk = HTTP2Talk(peer, most: 3) else { return }
            for left in (1...60).reversed() {
                if left == 30 { talk.write(.settings(most: 1)) }
                talk.gather(left > 30 ? min(3, left) : 1)
                guard let stream = talk.open.first else { break }
                if left == 1 { seen.withLock { $0 = talk.begun } }
                talk.write(.headers(stream))
            }
        }
        defer { server.end() }
        let result = try await Self.bench(server.port).run(Self.together(60))
        #expect(result.exchanges.outcomes == [.answered(status: 200): 60])
        #expect(result.summary.connections == 1)
        let begun = seen.withLock { $0 }
        let before = begun.filter { $0.acknowledged < 2 }
        let after = begun.filter { $0.acknowledged == 2 }
        #expect(before.map(\.open).max() == 3 && before.count >= 30)
        #expect(after.count >= 20 && after.allSatisfy { $0.open == 1 }, "\(after.map(\.open))")
    }

    @Test(
        "requests above the last that a leaving server names are sent again, whatever they ask for; the others are answered"
    )
    func lastStream() async throws {
        let server = try LedServer { peer in
            guard let talk = HTTP2Talk(peer) else { return }
            guard peer.number == 1 else {
                while let stream = talk.requests(1).first { talk.write(.headers(stream)) }
                return
            }
            let streams = talk.requests(8)
            talk.write(.goAway(last: streams[2]))
            usleep(20_000)
            for stream in streams.prefix(3) { talk.write(.headers(stream)) }
            while talk.next() != nil {}
        }
        defer { server.end() }
        let arrivals = Self.together(8)
        let result = try await Self.bench(server.port, connections: 2).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        #expect(result.exchanges.outcomes == [.answered(status: 200): 8])
        #expect(server.accepted == 2 && result.summary.retries == 0)
        // Their first send is kept: all were sent before any was answered.
        let first = try #require(result.exchanges.map(\.done).min())
        #expect(result.exchanges.allSatisfy { $0.sent < first })
    }

    @Test("a refused stream is sent again, once; the others go on", arguments: [false, true])
    func refused(always: Bool) async throws {
        let asked = Mutex(0)
        let server = try LedServer { peer in
            guard let talk = HTTP2Talk(peer) else { return }
            while let stream = talk.requests(1).first {
                let number = asked.withLock { count -> Int in
                    count += 1
                    return count
                }
                let isRefused = number == 2 || (always && number > 4)
                talk.write(isRefused ? .reset(stream, HTTP2Frame.refused) : .headers(stream))
            }
        }
        defer { server.end() }
        let result = try await Self.bench(server.port).run(Self.together(4))
        #expect(
            result.exchanges.outcomes
                == (always ? [.answered(status: 200): 3, .reset: 1] : [.answered(status: 200): 4])
        )
        #expect(asked.withLock { $0 } == 5 && server.accepted == 1)
    }

    @Test("a connection that is cut with n requests on it leaves exactly those unknown", arguments: [0, 2])
    func cut(answers: Int) async throws {
        let server = try LedServer { peer in
            guard let talk = HTTP2Talk(peer) else { return }
            guard peer.number == 1 else {
                while let stream = talk.requests(1).first { talk.write(.headers(stream)) }
                return
            }
            let streams = talk.requests(8)
            for stream in streams.suffix(answers) { talk.write(.headers(stream)) }
            if let first = streams.first { talk.write(.headers(first, ends: false)) }
        }
        defer { server.end() }
        let arrivals = Self.together(8) + Self.together(5, at: 300_000_000)
        let result = try await Self.bench(server.port).run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        let lost = result.exchanges.filter { $0.outcome.certainty == .unknown }
        #expect(lost.map(\.intended) == Array(arrivals.prefix(8 - answers)))
        #expect(lost.allSatisfy { $0.outcome == .cutOff })
        #expect(result.exchanges.outcomes[.answered(status: 200)] == answers + 5)
        #expect(server.accepted == 2)
    }

    @Test("one request's time-out is told to the server and takes no other with it")
    func timeOut() async throws {
        let resets = Mutex<[HTTP2Frame]>([])
        let server = try LedServer { peer in
            guard let talk = HTTP2Talk(peer) else { return }
            while let frame = talk.next() {
                switch frame.kind {
                case .reset: resets.withLock { $0.append(frame) }
                case .headers where frame.stream == 3: continue
                default: talk.write(.headers(frame.stream))
                }
            }
        }
        defer { server.end() }
        let arrivals = Self.together(3) + LoadBench.steady(100, count: 60).dropFirst()
        let bench = Self.bench(server.port, method: "GET", timeout: .milliseconds(400))
        let result = try await bench.run(arrivals.sorted())
        #expect(result.exchanges.outcomes == [.answered(status: 200): 61, .timedOut: 1])
        let late = try #require(result.exchanges.first { $0.outcome == .timedOut })
        #expect(late.serviceTime >= .milliseconds(400))
        #expect(resets.withLock { $0 } == [.reset(3, HTTP2Frame.cancel)])
        #expect(server.accepted == 1 && result.summary.connections == 1)
    }

    @Test("a connection from which nothing comes any more gets no further request once one has timed out")
    func deadPath() async throws {
        let server = try LedServer { peer in
            guard let talk = HTTP2Talk(peer) else { return }
            while let stream = talk.requests(1).first {
                if peer.number > 1 || stream < 9 { talk.write(.headers(stream)) }
            }
        }
        defer { server.end() }
        let arrivals = LoadBench.steady(50, count: 60)
        let bench = Self.bench(server.port, method: "GET", timeout: .milliseconds(200), connections: 4)
        let result = try await bench.run(arrivals)
        #expect(result.exchanges.map(\.intended) == arrivals)
        let late = result.exchanges.filter { $0.outcome == .timedOut }
        // Those that were sent on it before it was noticed: 200 ms of 20 ms each.
        #expect(
            (8...14).contains(late.count) && late.allSatisfy { $0.intended < Instant(.milliseconds(400)) }
        )
        #expect(
            result.exchanges.outcomes == [.answered(status: 200): 60 - late.count, .timedOut: late.count]
        )
        #expect(server.accepted == 2)
    }

    @Test("a server that speaks no HTTP/2 gets no request, and each says so")
    func otherProtocol() async throws {
        let nginx = try LoadNginx()
        let result = try await Self.bench(nginx.port).run(LoadBench.steady(100, count: 50))
        #expect(result.exchanges.outcomes == [.notConnected: 50])
        #expect(result.summary.complaint?.contains("does not begin as HTTP/2") == true)
    }

    @Test("nothing tells which packets are whose, so none are marked")
    func marks() async throws {
        let nginx = try LoadNginx(http2: true)
        var bench = Self.bench(nginx.port, method: "GET", path: "/hello.txt")
        bench.marksPackets = true
        let result = try await bench.run(LoadBench.steady(500, count: 100))
        #expect(result.exchanges.allSatisfy { $0.onWire == nil })
        #expect(result.exchanges.outcomes == [.answered(status: 200): 100])
    }
}
