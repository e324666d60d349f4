import Codecs
import Measures
import Plan
import Recording
import Testing

@Suite struct PipelinedRedisTests {
    private static func talk(
        _ most: Int,
        version: RedisRequestPlan.Version = .two
    ) -> SharedTalk<PipelinedRedisConversation> {
        let plan = RedisRequestPlan(
            server: ServerAddress(host: "127.0.0.1", port: 6379),
            command: [Array("GET".utf8), Array("x".utf8)],
            version: version,
            pipeline: most,
            timeout: .seconds(1)
        )
        let talk = SharedTalk<PipelinedRedisConversation>(RedisScript(plan, password: nil))
        _ = talk.begin()
        return talk
    }

    private static let replies = RedisConversationTests.replies.filter { $0.version == .two }

    @Test("answers belong to the commands in their order, wherever they are cut, and no more go out than may")
    func order() {
        let bytes = Self.replies.flatMap(\.bytes)
        for cut in 0..<bytes.count {
            let talk = Self.talk(Self.replies.count)
            for _ in Self.replies { #expect(talk.ask()) }
            #expect(!talk.ask())
            let told = talk.feed(bytes, cuts: [cut])
            #expect(told.map(\.request) == Array(0..<Self.replies.count), "cut at \(cut)")
            #expect(told.map(\.progress) == Self.replies.map { .complete($0.outcome, reusable: true) })
        }
    }

    @Test("places are taken in turn while answers and commands overlap")
    func overlap() {
        var random = SeededGenerator(seed: 4)
        let talk = Self.talk(3)
        var (asked, answered) = (0, 0)
        for _ in 0..<2_000 {
            if Bool.random(using: &random) {
                let isTaken = talk.ask()
                #expect(isTaken == (asked - answered < 3))
                if isTaken { asked += 1 }
            } else if asked > answered {
                #expect(talk.feed(Array("$1\r\na\r\n".utf8)).map(\.request) == [answered])
                answered += 1
            }
        }
        #expect(answered > 500)
    }

    @Test("a command that is given up keeps its place until its answer has come")
    func hole() {
        let talk = Self.talk(2)
        #expect(talk.ask() && talk.ask())
        #expect(!talk.giveUp(0))
        #expect(!talk.ask())
        let told = talk.feed(Array("+a\r\n+b\r\n".utf8))
        #expect(told.map(\.request) == [0, 1])
    }

    @Test("an answer has begun when its first byte is there, and is told once")
    func begun() {
        let talk = Self.talk(4)
        #expect(talk.ask() && talk.ask())
        #expect(talk.begun() == [])
        #expect(talk.feed(Array("$5\r\n".utf8)).isEmpty)
        #expect(talk.begun() == [0])
        #expect(talk.begun() == [])
        #expect(talk.feed(Array("hello\r\n$".utf8)).map(\.request) == [0])
        #expect(talk.begun() == [1])
    }

    @Test("more answers than commands end the connection, and cost no command its own answer")
    func tooMany() {
        for extra in ["+c\r\n", "$", "x"] {
            let talk = Self.talk(4)
            #expect(talk.ask() && talk.ask())
            let told = talk.feed(Array("+a\r\n+b\r\n\(extra)".utf8))
            #expect(told.map(\.request) == [0, 1])
            #expect(told.last?.progress == .complete(.ok, reusable: false))
        }
        let idle = Self.talk(4)
        #expect(idle.feed(Array("+c\r\n".utf8)).map(\.progress) == [.failed(.malformed)])
    }

    @Test("20 000 damaged streams of answers never trap, and mean the same however they are cut")
    func fuzz() throws {
        var random = SeededGenerator(seed: 21)
        var (whole, broken) = (0, 0)
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...6, using: &random)
            let parts = try (0..<count).map { _ in
                try #require(Self.replies.randomElement(using: &random)).bytes
            }
            let bytes = damaged(parts.flatMap(\.self), Array("+-:$*\r\n0123".utf8), &random)
            let both = [[], drawnCuts(bytes.count, &random)].map { cuts in
                let talk = Self.talk(8)
                for _ in 0..<count { #expect(talk.ask()) }
                return talk.feed(bytes, cuts: cuts).filter { $0.request != nil }
            }
            // What follows the last answer may come in the same piece or not, so `reusable` may differ.
            let sure = both.map {
                $0.map { told -> (Int?, Outcome?) in
                    if case .complete(let outcome, _) = told.progress {
                        (told.request, outcome)
                    } else {
                        (told.request, nil)
                    }
                }
            }
            #expect(sure[0].elementsEqual(sure[1]) { $0 == $1 }, "\(bytes)")
            #expect(sure[0].map(\.0) == Array(0..<sure[0].count))
            if sure[0].count == count { whole += 1 } else { broken += 1 }
        }
        #expect(whole > 1_000 && broken > 1_000)
    }
}
