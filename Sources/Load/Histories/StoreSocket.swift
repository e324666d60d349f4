import Codecs
import Glibc
import LinuxSystem

/// One connection of a client that waits for each answer; on one thread. Deadlines are instants of CLOCK_MONOTONIC.
final class StoreSocket {
    private let fd: Int32

    private init(_ fd: Int32) {
        self.fd = fd
    }

    deinit { Socket.close(fd) }

    enum Opening {
        case opened(StoreSocket)
        case failed(String)
    }

    static func open(_ address: HostAddress, until deadline: Int64) -> Opening {
        switch Socket.open(address) {
        case .connected(let fd): return .opened(StoreSocket(fd))
        case .failed(let number): return .failed("\(address): \(words(number))")
        case .underWay(let fd):
            let socket = StoreSocket(fd)
            guard wait(for: Int32(POLLOUT), fd, until: deadline) else {
                return .failed("\(address): no connection in time")
            }
            let number = Socket.error(of: fd)
            guard number == 0 else { return .failed("\(address): \(words(number))") }
            guard !Socket.isItsOwnPeer(fd) else { return .failed("\(address): \(words(ECONNREFUSED))") }
            return .opened(socket)
        }
    }

    enum Sending {
        case sent
        /// The kernel took none of it: nobody will ever see it.
        case notSent(String)
        case partly(String)
    }

    func send(_ bytes: [UInt8], until deadline: Int64) -> Sending {
        var sent = 0
        while sent < bytes.count {
            let step = bytes.withUnsafeBytes {
                Socket.send(fd, UnsafeRawBufferPointer(rebasing: $0[sent...]))
            }
            let trouble: String
            switch step {
            case .moved(let count):
                sent += count
                continue
            case .wouldBlock:
                if Self.wait(for: Int32(POLLOUT), fd, until: deadline) { continue }
                trouble = "not sent in time"
            case .ended: trouble = "closed"
            case .failed(let number): trouble = Self.words(number)
            }
            return sent == 0 ? .notSent(trouble) : .partly(trouble)
        }
        return .sent
    }

    enum Receiving {
        case bytes([UInt8])
        case ended
        case failed(String)
    }

    func receive(until deadline: Int64) -> Receiving {
        while true {
            guard Self.wait(for: Int32(POLLIN), fd, until: deadline) else {
                return .failed("no answer in time")
            }
            var moved = Socket.Transfer.wouldBlock
            let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                moved = Socket.receive(fd, into: UnsafeMutableRawBufferPointer(buffer))
                if case .moved(let length) = moved { count = length }
            }
            switch moved {
            case .moved: return .bytes(bytes)
            case .wouldBlock: continue
            case .ended: return .ended
            case .failed(let number): return .failed(Self.words(number))
            }
        }
    }

    /// Sleeps until the deadline, or until the descriptor can be read; whether it can.
    static func sleep(until deadline: Int64, orReadable fd: Int32) -> Bool {
        wait(for: Int32(POLLIN), fd, until: deadline)
    }

    /// C: `poll`, whose milliseconds are rounded up.
    private static func wait(for events: Int32, _ fd: Int32, until deadline: Int64) -> Bool {
        while true {
            let left = max(0, deadline - Clocks.monotonic())
            var entry = pollfd(fd: fd, events: Int16(events), revents: 0)
            let ready = poll(&entry, 1, Int32(clamping: (left + 999_999) / 1_000_000))
            if ready > 0 { return true }
            if ready == 0 || errno != EINTR || left == 0 { return false }
        }
    }

    private static func words(_ number: Int32) -> String { String(cString: strerror(number)) }
}
