import Glibc

/// Carries bytes between a connection and a server on 127.0.0.1, and notes the sealed TLS records of the one who connected.
struct RecordRelay {
    private let upstream: Int32

    /// nil: nobody listens.
    init?(to port: UInt16) {
        upstream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var on: Int32 = 1
        setsockopt(upstream, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        guard LoadNginx.withLoopback(port, { connect(upstream, $0, $1) }) == 0 else {
            close(upstream)
            return nil
        }
    }

    /// Until one side ends.
    ///
    /// - Parameter seen: gets the length of each record with application data (RFC 8446, section 5.1), sealed as it is, before
    ///   the server gets the record.
    func carry(_ downstream: Int32, seen: (Int) -> Void) {
        defer { close(upstream) }
        var unread: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            var entries = [downstream, upstream].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, 2, 10_000) > 0 else { return }
            for (from, to) in [(downstream, upstream), (upstream, downstream)]
            where entries.contains(where: { $0.fd == from && $0.revents != 0 }) {
                let count = recv(from, &chunk, chunk.count, 0)
                guard count > 0 else { return }
                if from == downstream {
                    unread += chunk[..<count]
                    while unread.count >= 5 {
                        let length = Int(unread[3]) << 8 | Int(unread[4])
                        guard unread.count >= 5 + length else { break }
                        if unread[0] == 23 { seen(length) }
                        unread.removeFirst(5 + length)
                    }
                }
                guard send(to, chunk, count, Int32(MSG_NOSIGNAL)) == count else { return }
            }
        }
    }
}
