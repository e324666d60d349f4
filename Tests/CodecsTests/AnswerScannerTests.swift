import Measures
import Testing

@testable import Codecs

/// Answers of nginx 1.22.1 as they came over the wire, and the corners of RFC 9112 that it does not show.
@Suite struct AnswerScannerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let reason: String
        let bytes: [UInt8]
        var head = false
        /// After all bytes.
        let progress: AnswerScanner.Progress
        /// After the peer has closed too; nil: the same.
        var atEnd: AnswerScanner.Progress?
        var testDescription: String { reason }

        init(
            _ reason: String,
            _ text: String,
            head: Bool = false,
            _ progress: AnswerScanner.Progress,
            atEnd: AnswerScanner.Progress? = nil
        ) {
            self.init(reason, bytes: Array(text.utf8), head: head, progress, atEnd: atEnd)
        }

        init(
            _ reason: String,
            bytes: [UInt8],
            head: Bool = false,
            _ progress: AnswerScanner.Progress,
            atEnd: AnswerScanner.Progress? = nil
        ) {
            self.reason = reason
            self.bytes = bytes
            self.head = head
            self.progress = progress
            self.atEnd = atEnd
        }
    }

    private static let fields =
        "Server: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 08:55:32 GMT\r\nContent-Type: text/plain\r\n"
    private static let tail = "Last-Modified: Mon, 23 Nov 2026 08:55:31 GMT\r\n"
    private static let etag = "ETag: \"6b03ff83-6\"\r\nAccept-Ranges: bytes\r\n\r\n"
    private static let page404 =
        "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n"
        + "<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
    private static let gzip: [UInt8] = [
        0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0x04, 0x03, 0x4b, 0x4b, 0x2c, 0xcd, 0x29, 0xc9, 0xc9, 0xcc, 0x4b,
        0x55, 0x48, 0x1b,
        0xd2, 0x2c, 0x00, 0x29, 0x69, 0xa1, 0xad, 0xc8, 0x00, 0x00, 0x00,
    ]

    static let recorded: [Case] = [
        Case(
            "nginx: a file",
            "HTTP/1.1 200 OK\r\n\(fields)Content-Length: 6\r\n\(tail)Connection: keep-alive\r\n\(etag)hello\n",
            .complete(status: 200, reusable: true)
        ),
        Case(
            "nginx: the same for HEAD, a length but no body",
            "HTTP/1.1 200 OK\r\n\(fields)Content-Length: 6\r\n\(tail)Connection: keep-alive\r\n\(etag)",
            head: true,
            .complete(status: 200, reusable: true)
        ),
        Case(
            "nginx: 204 has neither length nor body",
            "HTTP/1.1 204 No Content\r\nServer: nginx/1.22.1\r\nConnection: keep-alive\r\n\r\n",
            .complete(status: 204, reusable: true)
        ),
        Case(
            "nginx: 404 with a page",
            "HTTP/1.1 404 Not Found\r\n\(fields)Content-Length: 153\r\nConnection: keep-alive\r\n\r\n\(page404)",
            .complete(status: 404, reusable: true)
        ),
        Case(
            "nginx: gzip in chunks",
            bytes: Array(
                "HTTP/1.1 200 OK\r\n\(fields)\(tail)Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n21\r\n"
                    .utf8
            ) + gzip + Array("\r\n0\r\n\r\n".utf8),
            .complete(status: 200, reusable: true)
        ),
        Case(
            "nginx: asked for Connection: close",
            "HTTP/1.1 200 OK\r\n\(fields)Content-Length: 6\r\n\(tail)Connection: close\r\n\(etag)hello\n",
            .complete(status: 200, reusable: false)
        ),
        Case(
            "nginx: 206",
            "HTTP/1.1 206 Partial Content\r\n\(fields)Content-Length: 3\r\nConnection: keep-alive\r\n"
                + "Content-Range: bytes 1-3/6\r\n\r\nell",
            .complete(status: 206, reusable: true)
        ),
    ]

    static let corners: [Case] = [
        Case(
            "304 has a length but no body",
            "HTTP/1.1 304 N\r\nContent-Length: 9\r\n\r\n",
            .complete(status: 304, reusable: true)
        ),
        Case(
            "no reason phrase",
            "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
            .complete(status: 200, reusable: true)
        ),
        Case(
            "bare line feeds",
            "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
            .complete(status: 200, reusable: true)
        ),
        Case(
            "names in any case",
            "HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:2\r\n\r\nok",
            .complete(status: 200, reusable: true)
        ),
        Case(
            "interim answers come before",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            .complete(status: 200, reusable: true)
        ),
        Case(
            "an upgrade nobody asked for",
            "HTTP/1.1 101 S\r\nUpgrade: x\r\n\r\n",
            .complete(status: 101, reusable: false)
        ),
        Case(
            "HTTP/1.0 closes",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
            .complete(status: 200, reusable: false)
        ),
        Case(
            "HTTP/1.0 with keep-alive",
            "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok",
            .complete(status: 200, reusable: true)
        ),
        Case(
            "close among other tokens",
            "HTTP/1.1 200 OK\r\nConnection: foo , CLOSE\r\nContent-Length: 0\r\n\r\n",
            .complete(status: 200, reusable: false)
        ),
        Case(
            "no length: until the peer closes",
            "HTTP/1.1 200 OK\r\n\r\nhello",
            .incomplete,
            atEnd: .complete(status: 200, reusable: false)
        ),
        Case("cut off in the body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", .incomplete),
        Case(
            "cut off in a chunk",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
            .incomplete
        ),
        Case("cut off in the head", "HTTP/1.1 200 OK\r\nContent-Le", .incomplete),
        Case(
            "chunks with extensions and trailers",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0003 \r\nyes\r\n0\r\nX: y\r\nZ: w\r\n\r\n",
            .complete(status: 200, reusable: true)
        ),
        Case(
            "chunked is the last coding",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            .complete(status: 200, reusable: true)
        ),
        Case(
            "chunked is not the last coding: until close",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
            .incomplete,
            atEnd: .complete(status: 200, reusable: false)
        ),
        Case(
            "a length beside chunks is not believed, and the peer neither",
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .complete(status: 200, reusable: false)
        ),
        Case(
            "the same length twice",
            "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
            .complete(status: 200, reusable: true)
        ),
        Case(
            "two lengths",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
            .malformed
        ),
        Case("a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .malformed),
        Case("an empty length", "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", .malformed),
        Case("a length with a gap", "HTTP/1.1 200 OK\r\nContent-Length: 1 2\r\n\r\n", .malformed),
        Case(
            "a length beyond 64 bits",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
            .malformed
        ),
        Case(
            "a chunk beyond 60 bits",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n",
            .malformed
        ),
        Case(
            "a chunk without a size",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nok",
            .malformed
        ),
        Case(
            "a chunk that is longer than it says",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nok\r\n",
            .malformed
        ),
        Case(
            "a folded field",
            "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length:\r\n 2\r\n\r\nok",
            .complete(status: 200, reusable: true)
        ),
        Case("a fold before any field", "HTTP/1.1 200 OK\r\n X: a\r\n\r\n", .malformed),
        Case("a space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok", .malformed),
        Case("a field without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", .malformed),
        Case("not HTTP", "SSH-2.0-OpenSSH_9.2\r\n", .malformed),
        Case("HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", .malformed),
        Case("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", .malformed),
        Case("a status below 100", "HTTP/1.1 099 OK\r\n\r\n", .malformed),
        Case(
            "a head of 64 KiB",
            "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 66_000) + "\r\n\r\n",
            .malformed
        ),
    ]

    @Test("an answer is the same at every cut", arguments: recorded + corners)
    func cuts(of example: Case) {
        var whole = AnswerScanner(answersHead: example.head)
        #expect(Self.feed(&whole, example.bytes[...]) == example.progress)
        #expect(whole.end() == example.atEnd ?? example.progress)
        var byByte = AnswerScanner(answersHead: example.head)
        var last = AnswerScanner.Progress.incomplete
        for index in example.bytes.indices where last == .incomplete {
            last = Self.feed(&byByte, example.bytes[index...index])
            #expect(last == .incomplete || last == .malformed || index == example.bytes.count - 1)
        }
        #expect(last == example.progress)
        for cut in stride(from: 0, to: example.bytes.count, by: max(1, example.bytes.count / 700)) {
            var scanner = AnswerScanner(answersHead: example.head)
            var progress = Self.feed(&scanner, example.bytes[..<cut])
            if progress == .incomplete { progress = Self.feed(&scanner, example.bytes[cut...]) }
            #expect(progress == example.progress, "cut at \(cut)")
        }
    }

    @Test("bytes that nobody asked for end the connection's use, not the answer")
    func excess() {
        var scanner = AnswerScanner(answersHead: false)
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP".utf8)
        #expect(Self.feed(&scanner, bytes[...]) == .complete(status: 200, reusable: false))
        #expect(Self.feed(&scanner, bytes[...]) == .malformed)
    }

    @Test("20 000 damaged answers never trap, and mean the same however they are cut")
    func fuzz() {
        var random = SeededGenerator(seed: 7)
        let examples = (Self.recorded + Self.corners).filter { $0.bytes.count < 1_000 }
        var complete = 0
        var malformed = 0
        for _ in 0..<20_000 {
            guard let example = examples.randomElement(using: &random) else { return }
            var bytes = example.bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<max(1, bytes.count), using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0 where !bytes.isEmpty: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1 where !bytes.isEmpty: bytes.remove(at: index)
                case 2: bytes.insert(Array("\r\n:;, 0fH".utf8).randomElement(using: &random) ?? 0, at: index)
                case 3 where !bytes.isEmpty: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                default: bytes.append(contentsOf: bytes.prefix(index))
                }
            }
            var whole = AnswerScanner(answersHead: example.head)
            let expected = Self.feed(&whole, bytes[...])
            var pieces = AnswerScanner(answersHead: example.head)
            var progress = AnswerScanner.Progress.incomplete
            var start = 0
            while start < bytes.count, progress == .incomplete {
                let end = min(bytes.count, start + Int.random(in: 1...40, using: &random))
                progress = Self.feed(&pieces, bytes[start..<end])
                start = end
            }
            // Whether more bytes follow is not known yet where a cut falls on the end of an answer.
            if Self.status(progress) != Self.status(expected) {
                Issue.record("\(progress), \(expected): \(bytes)")
            }
            if Self.status(expected) != nil { complete += 1 }
            if expected == .malformed { malformed += 1 }
        }
        #expect(complete > 1_000 && malformed > 1_000)
    }

    private static func status(_ progress: AnswerScanner.Progress) -> UInt16? {
        switch progress {
        case .complete(let status, _): status
        case .malformed: 0
        case .incomplete: nil
        }
    }

    private static func feed(_ scanner: inout AnswerScanner, _ bytes: ArraySlice<UInt8>)
        -> AnswerScanner.Progress
    {
        bytes.withUnsafeBytes { scanner.feed($0) }
    }
}
