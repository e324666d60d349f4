import AsyncHTTPClient
import Containers
import NIOCore
import NIOHTTP1

/// HTTP on an engine's Unix socket, one answer at a time: bounded in size and in time, since whoever listens there may be
/// anybody. Blocks; not for an event loop.
struct EngineSocket: Sendable {
    let path: String

    /// A host with some thousand containers has lists of this size.
    private static let mostBytes = 16 << 20

    struct Answer {
        let status: UInt
        let bytes: [UInt8]

        /// Why it is no other, in the engine's own words where it has some.
        var complaint: String { EngineAnswers.complaint(bytes) ?? "status \(status)" }
    }

    /// `path` with its query: "/containers/json?all=true". Errors: nobody listens, no answer in time, one too long.
    /// `body`: JSON.
    func ask(
        _ method: HTTPMethod,
        _ path: String,
        body: [UInt8]? = nil,
        patience: TimeAmount = .seconds(5)
    ) throws -> Answer {
        guard let url = URLText.url(socket: self.path, path) else {
            throw EngineError("engine.socket", "\(self.path) is no path of a socket")
        }
        // A socket's path is no host, and engines refuse it where one is named.
        var request = try HTTPClient.Request(url: url, method: method, headers: ["Host": "localhost"])
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        return try HTTPClient.shared.answer(to: request, mostBytes: Self.mostBytes, patience: patience)
    }
}

extension HTTPClient {
    /// Blocks. Errors: no answer in time, one that is longer.
    func answer(to request: Request, mostBytes: Int, patience: TimeAmount) throws -> EngineSocket.Answer {
        let response = try execute(
            request: request,
            delegate: ResponseAccumulator(request: request, maxBodySize: mostBytes),
            deadline: .now() + patience
        ).wait()
        return EngineSocket.Answer(
            status: response.status.code,
            bytes: response.body.map { Array($0.readableBytesView) } ?? []
        )
    }
}

/// "http+unix://%2Frun%2Fdocker.sock/containers/json".
enum URLText {
    static func url(socket: String, _ path: String) -> String? {
        guard socket.hasPrefix("/"), socket.utf8.count < 108 else { return nil }
        let hexadecimal = Array("0123456789ABCDEF")
        let host = socket.utf8.map { byte -> String in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            default: "%\(hexadecimal[Int(byte >> 4)])\(hexadecimal[Int(byte & 15)])"
            }
        }
        return "http+unix://\(host.joined())\(path)"
    }
}
