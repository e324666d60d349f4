import Testing

@testable import Console

@Suite("Where to listen")
struct ListenAddressTests {
    @Test(
        "a port alone is the loopback's; an address is taken as it is",
        arguments: [
            ("9100", "127.0.0.1:9100", true), ("0", "127.0.0.1:0", true),
            ("127.8.9.1:9100", "127.8.9.1:9100", true), ("localhost:80", "localhost:80", true),
            ("[::1]:9100", "[::1]:9100", true), ("0.0.0.0:9100", "0.0.0.0:9100", false),
            ("[::]:9100", "[::]:9100", false), ("web1.example:80", "web1.example:80", false),
            // A name may look like an address of the loopback.
            ("127.example.com:80", "127.example.com:80", false),
        ]
    )
    func addresses(_ text: String, _ words: String, _ isLoopback: Bool) throws {
        let address = try ListenAddress(text)
        #expect(address.description == words)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(
        "anything else is refused, and what is expected is said",
        arguments: [
            "", ":", "9100x", "-1", "65536", "127.0.0.1", "127.0.0.1:", ":9100", "[::1", "[]:1", "[::1]9100",
            "a b:1", "a/b:1", "http://localhost:9100", "é:1", "[a:1]x:1",
            String(repeating: "a", count: 300) + ":1",
        ]
    )
    func refused(_ text: String) {
        let error = #expect(throws: ListenError.self) { try ListenAddress(text) }
        #expect(error?.message.contains("expected a port") == true)
    }

    @Test("any text is an address or refused, and an address reads back as itself")
    func fuzz() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "[", "]", ":", "::", ".", "1", "127", "0", "localhost", "a", "-", "é", "\u{0}", " ", "65535",
        ]
        var taken = 0
        for _ in 0..<100_000 {
            let text = (0..<Int.random(in: 0...8, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            guard let address = try? ListenAddress(text) else { continue }
            taken += 1
            #expect((try? ListenAddress(address.description)) == address)
        }
        #expect(taken > 100)
    }
}

@Suite("Which Host a loopback port answers")
struct HostCheckTests {
    @Test(
        "this machine's names and addresses, and no site's name that points here",
        arguments: [
            ("localhost", true), ("localhost:9100", true), ("LOCALHOST:1", true), ("127.0.0.1:9100", true),
            ("127.1.2.3", true), ("[::1]:9100", true), ("[::1]", true), ("evil.example:9100", false),
            ("127.0.0.1.evil.example", false), ("localhost.evil.example", false), ("", false), ("[", false),
            ("[::1]evil.example", false), ("[::2]", false), ("10.0.0.1", false), (":9100", false),
        ]
    )
    func names(_ authority: String, _ isAllowed: Bool) {
        #expect(HostCheck(isLoopback: true).allows(authority) == isAllowed)
        #expect(HostCheck(isLoopback: false).allows(authority))
    }
}
