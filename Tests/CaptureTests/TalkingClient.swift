import Glibc
import LinuxSystem
import Measures
import Recording

/// One connection, one request in flight, with the stamps that a load has.
struct TalkingClient {
    let server: TalkingServer
    let address: String

    /// Every request `times` times; on the axis of CLOCK_MONOTONIC itself.
    func talk(_ times: Int) throws -> [(request: TalkingServer.Request, exchange: Exchange)] {
        let connection = try greet()
        let number = connection.number
        var name = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &size) }
        }
        let port = UInt16(bigEndian: name.sin_port)
        return try (0..<times).flatMap { _ in
            try server.requests.map { request in
                let intended = Clocks.monotonic()
                let stamps = try ask(request.bytes, number)
                let exchange = Exchange(
                    intended: Instant(nanoseconds: intended),
                    sent: Instant(nanoseconds: stamps.sent),
                    firstByte: Instant(nanoseconds: stamps.done),
                    done: Instant(nanoseconds: stamps.done),
                    outcome: .answered(status: 200),
                    onWire: .init(written: Instant(nanoseconds: stamps.written), port: port)
                )
                return (request, exchange)
            }
        }
    }

    /// PostgreSQL listens before it is up, and turns everybody away until then; at most 20 s.
    private func greet() throws -> OwnedDescriptor {
        let deadline = Clocks.monotonic() + 20_000_000_000
        while true {
            let connection = try connect()
            guard let greeting = server.greeting else { return connection }
            do {
                _ = try ask(greeting, connection.number)
                return connection
            } catch {
                guard Clocks.monotonic() < deadline else { throw error }
                usleep(50_000)
            }
        }
    }

    /// Until it listens, at most 20 s.
    private func connect() throws -> OwnedDescriptor {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = server.port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        let deadline = Clocks.monotonic() + 20_000_000_000
        while true {
            let owned = OwnedDescriptor(
                owning: try SystemError.check("socket") { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
            )
            let result = withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(owned.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 {
                var limit: [Int] = [10, 0]  // a timeval, whose initializer is not always found
                setsockopt(
                    owned.number,
                    SOL_SOCKET,
                    SO_RCVTIMEO,
                    &limit,
                    socklen_t(MemoryLayout<timeval>.size)
                )
                return owned
            }
            let error = errno
            guard Clocks.monotonic() < deadline else { throw SystemError("connect", errno: error) }
            usleep(50_000)
        }
    }

    private func ask(_ bytes: [UInt8], _ number: Int32) throws -> (sent: Int64, written: Int64, done: Int64) {
        let sent = Clocks.monotonic()
        guard send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw SystemError("send", errno: errno)
        }
        let written = Clocks.monotonic()
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        repeat {
            let count = recv(number, &buffer, buffer.count, 0)
            guard count > 0 else { throw SystemError("recv", errno: errno) }
            answer += buffer[..<count]
        } while !server.isWhole(answer)
        return (sent, written, Clocks.monotonic())
    }
}
