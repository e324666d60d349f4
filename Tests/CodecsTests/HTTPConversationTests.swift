import Measures
import Plan
import Recording
import Testing

@testable import Codecs

@Suite struct HTTPConversationTests {
    @Test("an answer means the same whatever was answered before it on the connection, however it is cut")
    func memory() throws {
        let cases = AnswerScannerTests.recorded + AnswerScannerTests.corners
        for isHead in [false, true] {
            let script = try HTTPScript(Self.plan(isHead ? "HEAD" : "GET"))
            let examples = cases.filter { $0.head == isHead }
            for (first, second) in examples.flatMap({ one in examples.map { (one, $0) } }) {
                let step = max(1, second.bytes.count / 12)
                for cut in stride(from: 0, through: second.bytes.count, by: step) {
                    var used = HTTPConversation(script)
                    _ = Self.ask(&used, [first.bytes])
                    // Twice, so that the second answer is remembered too.
                    _ = Self.ask(&used, [second.bytes])
                    let pieces = [Array(second.bytes[..<cut]), Array(second.bytes[cut...])]
                    var fresh = HTTPConversation(script)
                    #expect(
                        Self.ask(&used, pieces) == Self.ask(&fresh, pieces),
                        "\(first) then \(second) at \(cut)"
                    )
                }
            }
        }
    }

    @Test("a head that differs in one byte is not taken for the one before")
    func nearlyTheSame() throws {
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: abcdefgh\r\n\r\nok".utf8)
        let script = try HTTPScript(Self.plan("GET"))
        for index in 0..<(answer.count - 2) {
            var other = answer
            other[index] ^= 0x01
            var used = HTTPConversation(script)
            _ = Self.ask(&used, [answer])
            var fresh = HTTPConversation(script)
            #expect(Self.ask(&used, [other]) == Self.ask(&fresh, [other]), "byte \(index)")
        }
    }

    /// Progress after each piece.
    private static func ask(_ conversation: inout HTTPConversation, _ pieces: [[UInt8]]) -> [Progress] {
        var output = OutputBytes()
        var seen = [conversation.ask(0, into: &output)]
        for piece in pieces where !piece.isEmpty {
            piece.withUnsafeBytes { bytes in
                var position = 0
                seen.append(conversation.feed(bytes, from: &position, into: &output))
            }
        }
        return seen + [conversation.end()]
    }

    private static func plan(_ method: String) -> HTTPRequestPlan {
        HTTPRequestPlan(
            method: method,
            address: HTTPAddress(host: "127.0.0.1", port: 80, path: "/"),
            headers: [],
            body: "",
            timeout: .seconds(1)
        )
    }
}
