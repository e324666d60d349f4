import Glibc
import Measures

/// One question to a service: does it answer? Blocks, for use before a run only.
package enum ReadinessProbe {
    /// Opens a TCP connection and closes it. Errors: refused, timed out, unresolved.
    package static func connect(host: String, port: UInt16, timeout: Duration) throws {
        close(try open(host, port, timeout))
    }

    /// The HTTP status of a GET.
    package static func status(host: String, port: UInt16, path: String, timeout: Duration) throws -> Int {
        let number = try open(host, port, timeout)
        defer { close(number) }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
        guard write(number, request, request.count) == request.count else {
            throw failure("\(host):\(port) took no request")
        }
        var head: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 256)
        // "HTTP/1.1 200" is twelve bytes.
        while head.count < 12 {
            let count = read(number, &chunk, chunk.count)
            guard count > 0 else { throw failure("\(host):\(port) gave no answer") }
            head += chunk[..<count]
        }
        let words = String(decoding: head, as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard words.count > 1, words[0].hasPrefix("HTTP/"), let status = Int(words[1].prefix(3)) else {
            throw failure("\(host):\(port) answered no HTTP")
        }
        return status
    }

    private static func open(_ host: String, _ port: UInt16, _ timeout: Duration) throws -> Int32 {
        let address = try HostAddress.resolve(host, port: port)
        let number = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw failure("no socket for \(address)") }
        let ns = timeout.nanoseconds
        // struct timeval, which cannot be named here: two modules of C headers in this target have it.
        var limit = (seconds: Int(ns / 1_000_000_000), microseconds: Int(ns % 1_000_000_000 / 1000))
        let size = socklen_t(MemoryLayout.size(ofValue: limit))
        // SO_SNDTIMEO bounds connect as well (socket(7)).
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        let result = address.bytes.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { pointer in
                Glibc.connect(number, pointer.baseAddress, socklen_t(bytes.count))
            }
        }
        guard result == 0 else {
            let reason = String(cString: strerror(errno))
            close(number)
            throw failure("\(address): \(reason)")
        }
        guard !Socket.isItsOwnPeer(number) else {
            Socket.reset(number)
            throw failure("\(address): \(String(cString: strerror(ECONNREFUSED)))")
        }
        return number
    }

    private static func failure(_ text: String) -> LoadError {
        LoadError("load.not-ready", text)
    }
}
