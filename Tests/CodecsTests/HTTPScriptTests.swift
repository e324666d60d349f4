import Measures
import Plan
import Testing

@testable import Codecs

@Suite struct HTTPScriptTests {
    @Test("a request is these bytes")
    func golden() throws {
        let bytes = try request(port: 8080, path: "/a?b=c", headers: ["Accept": "*/*"])
        #expect(
            String(decoding: bytes.bytes, as: UTF8.self)
                == "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: faultline\r\nAccept: */*\r\n\r\n"
        )
        #expect(bytes.mayRepeat && !bytes.isHead)
    }

    @Test("what the plan names is not added again")
    func ownFields() throws {
        let headers = ["host": "shop", "USER-AGENT": "me", "content-length": "2"]
        let bytes = try request(port: 80, method: "PUT", path: "/", body: "ok", headers: headers)

        #expect(
            String(decoding: bytes.bytes, as: UTF8.self)
                == "PUT / HTTP/1.1\r\nUSER-AGENT: me\r\ncontent-length: 2\r\nhost: shop\r\n\r\nok"
        )
        #expect(!bytes.mayRepeat)
    }

    @Test("an empty POST says so, a GET does not")
    func emptyBody() throws {
        let post = try request(port: 80, method: "POST", path: "/")
        #expect(String(decoding: post.bytes, as: UTF8.self).contains("Content-Length: 0\r\n"))
        let get = try request(port: 80, path: "/")
        #expect(!String(decoding: get.bytes, as: UTF8.self).contains("Content-Length"))
    }

    @Test(
        "what would make another request of it is refused",
        arguments: [
            ("a space in the path", "GET", "/a b", [:]),
            ("a line end in the path", "GET", "/a\r\nX: y", [:]),
            ("a line end in a value", "GET", "/", ["X": "a\r\nY: b"]),
            ("a bare line feed in a value", "GET", "/", ["X": "a\nY: b"]),
            ("a colon in a name", "GET", "/", ["X: a\r\nY": "b"]),
            ("an empty name", "GET", "/", ["": "b"]),
            ("a space in the method", "GET /", "/", [:]),
            ("no method", "", "/", [:]),
        ] as [(String, String, String, [String: String])]
    )
    func refused(reason: String, method: String, path: String, headers: [String: String]) {
        let error = #expect(throws: CodecError.self) {
            try request(port: 80, method: method, path: path, headers: headers)
        }
        #expect(error?.code == "load.bad-request" && error?.exitCode == .badInput)
    }

    private func request(
        port: UInt16,
        method: String = "GET",
        path: String,
        body: String = "",
        headers: [String: String] = [:]
    ) throws -> HTTPScript {
        try HTTPScript(
            HTTPRequestPlan(
                method: method,
                address: HTTPAddress(host: "127.0.0.1", port: port, path: path),
                headers: headers.sorted { $0.key < $1.key }.map { HTTPField(name: $0.key, value: $0.value) },
                body: body,
                timeout: .seconds(1)
            )
        )
    }
}
