import LinuxSystem

#if canImport(Glibc)
import Glibc
#endif

/// Standard input, line by line, with the end of a lease in between.
struct GuardianInput {
    enum Event {
        case line([UInt8])
        case leaseOver
        case end
    }

    private var unread: [UInt8] = []

    /// Blocks until there is a line, the input ends, or it is later than `lease` (CLOCK_MONOTONIC, nanoseconds).
    mutating func next(until lease: Int64?) -> Event {
        while true {
            if let newline = unread.firstIndex(of: 0x0a) {
                let line = Array(unread[..<newline])
                unread.removeSubrange(...newline)
                return .line(line)
            }
            var timeout: Int32 = -1
            if let lease {
                let left = lease - Clocks.monotonic()
                if left <= 0 { return .leaseOver }
                timeout = Int32(clamping: left / 1_000_000 + 1)
            }
            var poll = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = Glibc.poll(&poll, 1, timeout)
            if ready < 0, errno != EINTR { return .end }
            guard ready > 0 else { continue }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            // Nothing that an agent keeps is that long.
            guard count > 0, unread.count < 16 << 20 else { return .end }
            unread += chunk[..<count]
        }
    }
}
