import Codecs
import Measures
import Plan
import Recording
import TestSupport
import Testing

@Suite struct MultiplexedHTTP2Tests {
    private typealias Talk = SharedTalk<MultiplexedHTTP2Conversation>

    private static func talk(_ most: Int, body: String = "", settings: HTTP2Frame? = .settings()) throws
        -> Talk
    {
        let plan = HTTPRequestPlan(
            method: body.isEmpty ? "GET" : "POST",
            address: HTTPAddress(host: "x", port: 80, path: "/"),
            headers: [],
            body: body,
            timeout: .seconds(1),
            version: .two,
            streams: most
        )
        let talk = Talk(try HTTP2Script(plan))
        #expect(talk.begin() == .waiting)
        if let settings { #expect(talk.feed(settings.bytes).map(\.progress) == [.ready]) }
        _ = talk.takeSent()
        return talk
    }

    private static func bytes(_ frames: HTTP2Frame...) -> [UInt8] { frames.flatMap(\.bytes) }
    private static let good = Progress.complete(.answered(status: 200), reusable: true)
    /// Of the k-th request on a connection.
    private static func stream(_ request: Int) -> UInt32 { UInt32(2 * request + 1) }

    @Test("answers in any order belong to their requests, wherever they are cut")
    func anyOrder() throws {
        let bytes =
            Self.bytes(.headers(5), .headers(1, ends: false), .headers(3, status: "404", ends: false))
            + Self.bytes(.data(1, "ab", ends: false), .data(3, "x"), .data(1, "c"))
        for cut in 0..<bytes.count {
            let talk = try Self.talk(10)
            for _ in 0..<3 { #expect(talk.ask()) }
            let told = talk.feed(bytes, cuts: [cut])
            #expect(told.map(\.request) == [2, 1, 0], "cut at \(cut)")
            let missing = Progress.complete(.answered(status: 404), reusable: true)
            #expect(told.map(\.progress) == [Self.good, missing, Self.good])
        }
    }

    @Test("no request goes out before the peer has said what it allows, and never more than that at once")
    func limit() throws {
        let early = try Self.talk(10, settings: nil)
        #expect(!early.ask())
        let talk = try Self.talk(10, settings: .settings(most: 3))
        #expect(talk.ask() && talk.ask() && talk.ask() && !talk.ask())
        #expect(talk.feed(Self.bytes(.headers(1))).map(\.request) == [0])
        #expect(talk.ask() && !talk.ask())
        // Lowered: those under way go on, and further ones only as there is room.
        #expect(talk.feed(Self.bytes(.settings(most: 1), .headers(3))).map(\.request) == [1])
        #expect(!talk.ask())
        #expect(talk.feed(Self.bytes(.headers(5))).map(\.request) == [2])
        #expect(!talk.ask())
        #expect(talk.feed(Self.bytes(.headers(7))).map(\.request) == [3])
        #expect(talk.ask() && !talk.ask())
        #expect(talk.feed(Self.bytes(.settings(most: 100))).isEmpty)
        for _ in 0..<9 { #expect(talk.ask()) }
        #expect(!talk.ask())
    }

    @Test("a connection that ends looked at the requests up to the last it names, and at none above")
    func goAway() throws {
        let bytes = Self.bytes(.goAway(last: 3), .headers(3), .headers(1))
        for cut in 0..<bytes.count {
            let talk = try Self.talk(10)
            for _ in 0..<4 { #expect(talk.ask()) }
            let told = talk.feed(bytes, cuts: [cut])
            let last = Progress.complete(.answered(status: 200), reusable: false)
            #expect(told.map(\.progress) == [.unprocessed, .unprocessed, last, last, .failed(.reset)])
            #expect(Set(told.prefix(2).map(\.request)) == [2, 3])
            #expect(told.dropFirst(2).map(\.request) == [1, 0, nil])
            #expect(!talk.ask())
        }
        let idle = try Self.talk(10)
        #expect(idle.feed(Self.bytes(.goAway(last: 0))).map(\.progress) == [.failed(.reset)])
    }

    @Test(
        "a stream that is refused was not looked at, one that is reset otherwise may have been; the others go on"
    )
    func resets() throws {
        let talk = try Self.talk(10)
        for _ in 0..<3 { #expect(talk.ask()) }
        let told = talk.feed(
            Self.bytes(.reset(3, HTTP2Frame.refused), .reset(1, HTTP2Frame.cancel), .headers(5))
        )
        #expect(told.map(\.progress) == [.unprocessed, .complete(.reset, reusable: true), Self.good])
        #expect(told.map(\.request) == [1, 0, 2])
        for _ in 0..<10 { #expect(talk.ask()) }
    }

    @Test("a request that is given up is cancelled, its late answer is nobody's, and the others go on")
    func cancelled() throws {
        let talk = try Self.talk(2)
        #expect(talk.ask() && talk.ask())
        _ = talk.takeSent()
        #expect(talk.giveUp(0))
        #expect(HTTP2Frame.all(in: talk.takeSent()) == [.reset(1, HTTP2Frame.cancel)])
        #expect(talk.ask() && !talk.ask())
        let late = Self.bytes(.headers(1, ends: false), .data(1, "late"))
        #expect(talk.feed(late).isEmpty && talk.begun().isEmpty)
        #expect(talk.feed(Self.bytes(.headers(5), .headers(3))).map(\.request) == [2, 1])
    }

    @Test("an answer that comes before the whole request is the answer, and its stream is given up")
    func earlyAnswer() throws {
        // More than the peer's window takes.
        let talk = try Self.talk(2, body: String(repeating: "x", count: 100_000))
        #expect(talk.ask())
        _ = talk.takeSent()
        let told = talk.feed(Self.bytes(.headers(1, status: "413")))
        #expect(told.map(\.progress) == [.complete(.answered(status: 413), reusable: true)])
        #expect(HTTP2Frame.all(in: talk.takeSent()).contains(.reset(1, HTTP2Frame.cancel)))
        #expect(talk.ask() && talk.ask())
    }

    @Test(
        "each stream sends its own template's body, whenever the peer lets it, also where a place is taken again"
    )
    func bodies() throws {
        let plan = HTTPRequestPlan(
            method: "POST",
            address: HTTPAddress(host: "x", port: 80, path: "/{{number}}"),
            headers: [],
            body: "<{{number}}>",
            timeout: .seconds(1),
            version: .two,
            streams: 5
        )
        let talk = Talk(try HTTP2Script(plan))
        #expect(talk.begin() == .waiting)
        // Nothing of a body is let through yet (SETTINGS_INITIAL_WINDOW_SIZE of 0).
        #expect(talk.feed(Self.bytes(HTTP2Frame(.settings, [0, 4, 0, 0, 0, 0]))).map(\.progress) == [.ready])
        for round in 0..<5 {
            let requests = 5 * round..<5 * round + 5
            for _ in requests { #expect(talk.ask()) }
            #expect(HTTP2Frame.all(in: talk.takeSent()).allSatisfy { $0.kind != .data })
            // Two bytes each, then the rest, in another order.
            for (order, window) in [(Array(requests.reversed()), UInt8(2)), (Array(requests), 100)] {
                for request in order {
                    let more = HTTP2Frame(.window, stream: Self.stream(request), [0, 0, 0, window])
                    #expect(talk.feed(more.bytes).isEmpty)
                }
            }
            let data = HTTP2Frame.all(in: talk.takeSent()).filter { $0.kind == .data }
            for request in requests {
                let own = data.filter { $0.stream == Self.stream(request) }.flatMap(\.payload)
                #expect(String(decoding: own, as: UTF8.self) == "<\(request)>")
                #expect(talk.feed(Self.bytes(.headers(Self.stream(request)))).map(\.request) == [request])
            }
        }
    }

    @Test("the beginning of each answer is told once")
    func begun() throws {
        let talk = try Self.talk(10)
        for _ in 0..<3 { #expect(talk.ask()) }
        #expect(talk.feed(Self.bytes(.headers(5, ends: false), .headers(1))).map(\.request) == [0])
        #expect(talk.begun() == [2])
        #expect(talk.begun() == [])
    }

    @Test("a server without SETTINGS, or that says at once that it ends, never gets a request")
    func noBeginning() throws {
        let talk = try Self.talk(10, settings: nil)
        #expect(
            talk.feed(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)).map(\.progress) == [
                .failed(.notConnected)
            ]
        )
        let leaving = try Self.talk(10, settings: nil)
        let told = leaving.feed(Self.bytes(.settings(), .goAway(last: 0)))
        #expect(told.map(\.progress) == [.failed(.notConnected)])
    }

    @Test("whatever the order of requests, answers, resets and cancellations, each request has one end")
    func everyEndOnce() throws {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<200 {
            let talk = try Self.talk(6, settings: .settings(most: UInt32.random(in: 1...8, using: &random)))
            var open: [Int] = []
            var ended: [Int] = []
            var asked = 0
            for _ in 0..<100 {
                switch (Int.random(in: 0..<6, using: &random), open.randomElement(using: &random)) {
                case (0...2, _):
                    guard talk.ask() else { continue }
                    open.append(asked)
                    asked += 1
                case (3, let one?):
                    #expect(talk.giveUp(one))
                    open.removeAll { $0 == one }
                case (4, let one?):
                    ended += talk.feed(Self.bytes(.reset(Self.stream(one), HTTP2Frame.refused))).compactMap(
                        \.request
                    )
                    open.removeAll { $0 == one }
                    #expect(ended.last == one)
                case (_, let one?):
                    let frames = Self.bytes(
                        .headers(Self.stream(one), ends: false),
                        .data(Self.stream(one), "x")
                    )
                    ended += talk.feed(frames, cuts: [Int.random(in: 0...frames.count, using: &random)])
                        .compactMap(\.request)
                    open.removeAll { $0 == one }
                    #expect(ended.last == one)
                default: continue
                }
            }
            #expect(Set(ended).count == ended.count && !talk.isOver)
        }
    }

    @Test("nothing that a peer sends traps, and no request is told twice")
    func fuzz() throws {
        var random = SeededGenerator(seed: 17)
        let bytes =
            Self.bytes(
                .headers(5),
                .headers(1, ends: false),
                .settings(most: 2),
                .reset(3, HTTP2Frame.refused)
            )
            + Self.bytes(
                .data(1, "ab", ends: false),
                .headers(7),
                .goAway(last: 9),
                .data(1, "c"),
                .headers(9)
            )
        var told = 0
        for _ in 0..<10_000 {
            let talk = try Self.talk(10)
            for _ in 0..<6 { #expect(talk.ask()) }
            let damaged = damaged(bytes, [0, 1, 3, 4, 7, 9], &random)
            let all = talk.feed(damaged, cuts: drawnCuts(damaged.count, &random))
            let requests = all.compactMap(\.request)
            #expect(Set(requests).count == requests.count)
            #expect(talk.takeSent().count < 100_000)
            told += requests.count
        }
        #expect(told > 10_000)
    }
}
