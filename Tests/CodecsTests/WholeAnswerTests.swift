import Codecs
import Measures
import Testing

/// Answers whose content a client wants to know: whole, however they are cut.
@Suite struct WholeAnswerTests {
    private static func redis(_ bytes: [UInt8], cut: Int) -> [RedisReply.Reader.Progress] {
        var reader = RedisReply.Reader()
        return [Array(bytes[..<cut]), Array(bytes[cut...])].filter { !$0.isEmpty }.map { reader.feed($0) }
    }

    @Test(
        "a reply of Redis is the same however it is cut",
        arguments: [
            ("+OK\r\n", RedisReply.texts(["OK"])), (":17\r\n", .texts(["17"])), ("$-1\r\n", .nothing),
            ("$0\r\n\r\n", .texts([""])), ("*0\r\n", .texts([])), ("*-1\r\n", .nothing),
            ("*2\r\n$8\r\n10.0.0.1\r\n$4\r\n6379\r\n", .texts(["10.0.0.1", "6379"])),
            ("-READONLY You can't\r\n", .error("READONLY You can't")),
        ]
    )
    func replies(text: String, expected: RedisReply) {
        let bytes = Array(text.utf8)
        for cut in 0..<bytes.count { #expect(Self.redis(bytes, cut: cut).last == .whole(expected)) }
    }

    @Test("what comes behind a reply is not passed over")
    func trailing() {
        #expect(Self.redis(Array("+OK\r\n+OK\r\n".utf8), cut: 0) == [.malformed])
    }

    @Test("an HTTP answer's body is the same however it is cut, with a length or in chunks")
    func bodies() {
        let answers = [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        ]
        for answer in answers {
            let bytes = Array(answer.utf8)
            for cut in 0..<bytes.count {
                var reader = HTTPAnswerReader()
                let parts = [Array(bytes[..<cut]), Array(bytes[cut...])].filter { !$0.isEmpty }
                let last = parts.map { reader.feed($0) }.last
                #expect(last == .whole(status: 200, body: Array("hello".utf8), reusable: true))
            }
        }
    }

    @Test("an answer that breaks off is none, and one up to the close is whole with it")
    func ends() {
        var reader = HTTPAnswerReader()
        #expect(reader.feed(Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel".utf8)) == .incomplete)
        #expect(reader.end() == .incomplete)
        reader = HTTPAnswerReader()
        #expect(reader.feed(Array("HTTP/1.1 503 No\r\n\r\nhello".utf8)) == .incomplete)
        #expect(reader.end() == .whole(status: 503, body: Array("hello".utf8), reusable: false))
    }

    @Test("bytes from anywhere are read to their end, whatever they are")
    func fuzz() {
        var random = SeededGenerator(seed: 41)
        let seeds = [
            "*2\r\n$8\r\n10.0.0.1\r\n$4\r\n6379\r\n", "-ERR x\r\n", "$3\r\nabc\r\n*-1\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n0\r\n\r\n",
        ].map { Array($0.utf8) }
        var whole = 0
        for _ in 0..<20_000 {
            var bytes = seeds[Int(random.next() % 4)]
            for _ in 0..<random.next() % 4 {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                }
            }
            let cut = Int(random.next() % UInt64(bytes.count + 1))
            if case .whole = Self.redis(bytes, cut: cut).last { whole += 1 }
            var reader = HTTPAnswerReader()
            if case .whole = reader.feed(Array(bytes[..<cut])) { whole += 1 }
            _ = reader.feed(Array(bytes[cut...]))
            _ = reader.end()
        }
        // Not all of it was noise.
        #expect(whole > 1_000)
    }
}
