import Foundation
import Measures
import Telemetry
import TestSupport
import Testing

@testable import Console

/// A request as bytes, and all that came back.
struct Conversation {
    /// - Parameter seconds: until the far end closed, or it is given up.
    static func hold(_ bytes: [UInt8], with port: UInt16, seconds: Int = 5) throws -> String {
        let client = try ClientSocket(port: port, seconds: seconds)
        client.send(bytes)
        return String(decoding: client.readAll(), as: UTF8.self)
    }

    static func get(_ path: String, from port: UInt16, headers: [String] = []) throws -> String {
        let lines = ["GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
        return try hold(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), with: port)
    }
}

@Suite("A port with pages")
struct WebPortTests {
    private static let pages: [String: WebPage] = [
        "/metrics": { accept in WebAnswer(contentType: "text/plain", body: "asked \(accept ?? "nothing")") }
    ]

    @Test("a page is answered, other paths and methods are not, and names of other sites are sent away")
    func pages() async throws {
        let port = try await WebPort.open(try ListenAddress("0"), pages: Self.pages)
        let number = port.address.port
        let answer = try Conversation.get("/metrics", from: number, headers: ["Accept: text/x"])
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix("asked text/x"))
        #expect(answer.lowercased().contains("x-content-type-options: nosniff"))
        #expect(try Conversation.get("/", from: number).hasPrefix("HTTP/1.1 404"))
        #expect(try Conversation.get("/metrics/../metrics", from: number).hasPrefix("HTTP/1.1 404"))
        let post =
            "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
        #expect(try !Conversation.hold(Array(post.utf8), with: number).hasPrefix("HTTP/1.1 200"))
        let rebound = "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        let sent = try Conversation.hold(Array(rebound.utf8), with: number)
        #expect(sent.hasPrefix("HTTP/1.1 421"))
        #expect(!sent.contains("asked"))
        await port.close()
        #expect(throws: (any Error).self) { try Conversation.get("/metrics", from: number) }
    }

    @Test("a port that is taken is an error that names it")
    func taken() async throws {
        let port = try await WebPort.open(try ListenAddress("0"), pages: Self.pages)
        let error = await #expect(throws: ListenError.self) {
            try await WebPort.open(try ListenAddress("\(port.address.port)"), pages: Self.pages)
        }
        #expect(error?.message.contains("127.0.0.1:\(port.address.port)") == true)
        await port.close()
    }

    @Test("after malformed, endless and unfinished requests it still answers", .timeLimit(.minutes(2)))
    func fuzz() async throws {
        let port = try await WebPort.open(try ListenAddress("0"), pages: Self.pages)
        let number = port.address.port
        var generator = SystemRandomNumberGenerator()
        let request = Array("GET /metrics?x=%zz HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n".utf8)
        for round in 0..<400 {
            var bytes = request
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch round % 4 {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                default: bytes = Array(bytes.prefix(max(2, index)))
                }
            }
            let client = try ClientSocket(port: number, seconds: 5)
            client.send(bytes)
            // The far end is told that no more comes, so that it need not wait.
            client.endSending()
            _ = client.readAll()
        }
        let long =
            Array("GET /".utf8) + [UInt8](repeating: 97, count: 1 << 20) + Array(" HTTP/1.1\r\n\r\n".utf8)
        _ = try Conversation.hold(long, with: number)
        // Half a request each; none is finished.
        let waiting = try (0..<40).map { _ in try ClientSocket(port: number, seconds: 5) }
        for client in waiting { client.send(Array("GET /metrics HTTP/1.1\r\nHos".utf8)) }
        #expect(try Conversation.get("/metrics", from: number).hasPrefix("HTTP/1.1 200"))
        for client in waiting { client.close() }
        await port.close()
    }
}
