import ClockSync
import Glibc
import LinuxSystem
import Measures
import Testing

@Suite("Latency probes over real sockets")
struct PathStationTests {
    private let key = ProbeKey(8, 9)

    private func station(_ address: String, port: UInt16, to peer: UInt16, asks: Bool, key: ProbeKey) throws
        -> PathStation
    {
        try PathStation(
            listening: Endpoint(address: address, port: port),
            peers: [
                PathStation.Peer(
                    name: "other",
                    endpoint: Endpoint(address: address, port: peer),
                    session: 3,
                    key: key,
                    asks: asks
                )
            ]
        ) { _, _ in 0...0 }
    }

    /// A port that was free a moment ago, of a socket that is closed already.
    private func freePort(isVersion6: Bool) throws -> UInt16 {
        let number = try SystemError.check("socket") {
            socket(isVersion6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        }
        defer { close(number) }
        // All zeros but for the family: any address, any port.
        var address = sockaddr_storage()
        address.ss_family = sa_family_t(isVersion6 ? AF_INET6 : AF_INET)
        var length = socklen_t(isVersion6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try SystemError.check("bind") { bind(number, address, length) }
                try SystemError.check("getsockname") { getsockname(number, address, &length) }
            }
            // sin_port and sin6_port lie at the same place.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }

    @Test("of one clock, both ways add up and neither is negative", arguments: ["127.0.0.1", "::1"])
    func bothWays(address: String) throws {
        let isVersion6 = address.contains(":")
        let ports = (try freePort(isVersion6: isVersion6), try freePort(isVersion6: isVersion6))
        let asking = try station(address, port: ports.0, to: ports.1, asks: true, key: key)
        let answering = try station(address, port: ports.1, to: ports.0, asks: false, key: key)
        defer {
            asking.stop()
            answering.stop()
        }
        usleep(600_000)
        #expect(asking.cut().isEmpty)
        let told = try #require(asking.cut(isLast: true).first)
        #expect(told.peer == "other")
        #expect(told.stretch.sent >= 5 && told.stretch.answered >= told.stretch.sent - 1)
        let (out, back) = (try #require(told.stretch.out), try #require(told.stretch.back))
        #expect(out.least >= 0 && back.least >= 0)
        #expect(out.least <= out.median && out.median <= out.p99)
        #expect(told.stretch.offset == 0...0)
        #expect(answering.cut().isEmpty)
    }

    @Test("with another key nothing is answered, and nothing is believed")
    func forged() throws {
        let (address, isVersion6) = ("127.0.0.1", false)
        let ports = (try freePort(isVersion6: isVersion6), try freePort(isVersion6: isVersion6))
        let asking = try station(address, port: ports.0, to: ports.1, asks: true, key: key)
        let answering = try station(address, port: ports.1, to: ports.0, asks: false, key: ProbeKey(8, 10))
        defer {
            asking.stop()
            answering.stop()
        }
        usleep(400_000)
        let told = try #require(asking.cut(isLast: true).first)
        #expect(told.stretch.sent >= 3 && told.stretch.answered == 0)
        #expect(answering.refused >= told.stretch.sent - 1)
    }
}
