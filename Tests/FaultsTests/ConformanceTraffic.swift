import Glibc
import LinuxSystem
import TestSupport

/// A blocking IPv4 socket whose calls are bounded by ten seconds, in the namespace of the thread that opens it.
struct TrafficSocket: ~Copyable, Sendable {
    let descriptor: OwnedDescriptor
    private var number: Int32 { descriptor.number }

    init(_ kind: __socket_type, boundTo address: String = "0.0.0.0", port: UInt16 = 0) throws {
        let number = try SystemError.check("socket") { socket(AF_INET, Int32(kind.rawValue) | O_CLOEXEC, 0) }
        let descriptor = OwnedDescriptor(owning: number)
        var one: Int32 = 1
        setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        // A timeval: depending on what else is compiled, Swift does not find it in the module that has it.
        var timeout: [Int] = [10, 0]
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(number, SOL_SOCKET, option, &timeout, socklen_t(2 * MemoryLayout<Int>.size))
        }
        if kind == SOCK_STREAM { setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4) }
        try Self.call(bind, number, address, port, "bind")
        self.descriptor = descriptor
    }

    private init(owning number: Int32) {
        descriptor = OwnedDescriptor(owning: number)
    }

    func connect(to address: String, port: UInt16) throws {
        try Self.call(Glibc.connect, number, address, port, "connect")
    }

    func listen() throws {
        try SystemError.check("listen") { Glibc.listen(number, 4) }
    }

    func accept() throws -> TrafficSocket {
        TrafficSocket(owning: try SystemError.check("accept") { Glibc.accept(number, nil, nil) })
    }

    /// The errno, 0 when it was sent.
    func send(_ value: Int64) -> Int32 {
        var value = value
        return Glibc.send(number, &value, 8, Int32(MSG_NOSIGNAL)) == 8 ? 0 : errno
    }

    /// The next eight bytes; nil when none are there, or, if it is to wait, none come within ten seconds.
    func receive(waits: Bool) -> Int64? {
        var value: Int64 = 0
        let flags = Int32(waits ? MSG_WAITALL : MSG_DONTWAIT)
        return recv(number, &value, 8, flags) == 8 ? value : nil
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32,
        _ number: Int32,
        _ address: String,
        _ port: UInt16,
        _ operation: String
    ) throws {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        try SystemError.check("\(operation) \(address):\(port)") {
            withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    function(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }
}

/// Numbered datagrams from one host to another.
struct Datagrams: Sendable {
    /// errno of each send that failed.
    let errors: [Int32]
    let sent: Int
    let arrived: Set<Int64>

    static func run(
        from sender: TestHost,
        to receiver: TestHost,
        at start: Int64,
        count: Int,
        spacing: Int64
    ) throws -> Aside<Datagrams> {
        let inbox = try receiver.namespace.inside { try TrafficSocket(SOCK_DGRAM, port: 7011) }
        let keeping = Inbox(inbox)
        let address = receiver.address
        return try Aside(in: sender.namespace) {
            let socket = try TrafficSocket(SOCK_DGRAM)
            try socket.connect(to: address, port: 7011)
            var errors: [Int32] = []
            for index in 0..<count {
                Clocks.sleepUntil(monotonic: start + Int64(index) * spacing)
                let code = socket.send(Int64(index))
                if code != 0 { errors.append(code) }
            }
            // Longer than any delay of the suite.
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + Pace.milliseconds(250))
            return Datagrams(errors: errors, sent: count, arrived: keeping.drain())
        }
    }

    /// Keeps the socket for the thread.
    private final class Inbox: Sendable {
        private let socket: TrafficSocket
        init(_ socket: consuming TrafficSocket) { self.socket = socket }

        func drain() -> Set<Int64> {
            var numbers: Set<Int64> = []
            while let number = socket.receive(waits: false) { numbers.insert(number) }
            return numbers
        }
    }
}

/// An established TCP connection on which one host writes a number every few milliseconds and the other reads.
enum Conversation {
    struct Arrival: Sendable {
        let number: Int64
        /// CLOCK_MONOTONIC.
        let at: Int64
    }

    private final class End: Sendable {
        let socket: TrafficSocket
        init(_ socket: consuming TrafficSocket) { self.socket = socket }
    }

    /// Connects before it returns; writes at start, start + spacing and so on. `writing` gives the errno of each write
    /// that failed, `reading` what came, in the order of reading.
    static func run(
        from writer: TestHost,
        to reader: TestHost,
        at start: Int64,
        count: Int,
        spacing: Int64
    ) throws -> (writing: Aside<[Int32]>, reading: Aside<[Arrival]>) {
        let listener = try reader.namespace.inside {
            let socket = try TrafficSocket(SOCK_STREAM, port: 7012)
            try socket.listen()
            return socket
        }
        let address = reader.address
        let near = End(
            try writer.namespace.inside {
                let socket = try TrafficSocket(SOCK_STREAM)
                try socket.connect(to: address, port: 7012)
                return socket
            }
        )
        let far = End(try listener.accept())
        let writing = try Aside(in: writer.namespace) {
            var errors: [Int32] = []
            for index in 0..<count {
                Clocks.sleepUntil(monotonic: start + Int64(index) * spacing)
                let code = near.socket.send(Int64(index))
                if code != 0 { errors.append(code) }
            }
            return errors
        }
        let reading = try Aside(in: reader.namespace) {
            var arrivals: [Arrival] = []
            while arrivals.count < count, let number = far.socket.receive(waits: true) {
                arrivals.append(Arrival(number: number, at: Clocks.monotonic()))
            }
            // Both ends stay open until all has been read.
            withExtendedLifetime(near) {}
            return arrivals
        }
        return (writing, reading)
    }
}
