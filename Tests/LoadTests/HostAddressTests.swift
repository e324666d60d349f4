import Load
import Testing

@Suite struct HostAddressTests {
    @Test("addresses in text need no name server")
    func numeric() throws {
        #expect(try HostAddress.resolve("127.0.0.1", port: 80).description == "127.0.0.1:80")
        #expect(try HostAddress.resolve("::1", port: 8080).description == "[::1]:8080")
    }

    @Test("a name that nobody knows is an error with a remedy")
    func unknown() {
        let error = #expect(throws: LoadError.self) { try HostAddress.resolve("no such host", port: 80) }
        #expect(error?.code == "load.unresolved")
        #expect(error?.message.contains("/etc/hosts") == true)
    }
}
