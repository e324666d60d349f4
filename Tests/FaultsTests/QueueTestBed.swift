import Glibc
import LinuxSystem
import Synchronization

/// Two network namespaces joined by a veth pair, with a UDP receiver in `far` and the means to send and to ping.
struct QueueTestBed: ~Copyable {
    private struct Owned: ~Copyable {
        let namespace: NetworkNamespace
        init(named name: String) throws { namespace = try NetworkNamespace.create(named: name) }
        deinit { _ = try? namespace.delete() }
    }

    struct Stream: Sendable {
        /// errno of each send that failed.
        let errors: [Int32]
        /// Numbers in the order of their arrival.
        let arrivals: [Int]
        let count: Int
        var lost: [Int] {
            let arrived = Set(arrivals)
            return (0..<count).filter { !arrived.contains($0) }
        }
    }

    static let nearAddress = "10.78.0.1"
    static let farAddress = "10.78.0.2"
    static let nearAddress6 = "fd78::1"
    static let farAddress6 = "fd78::2"
    private static let port: UInt16 = 7003
    private static let counter = Mutex(0)

    private let nearOwner: Owned
    private let farOwner: Owned
    var near: NetworkNamespace { nearOwner.namespace }
    var far: NetworkNamespace { farOwner.namespace }

    init() throws {
        let number = Self.counter.withLock { counter in
            counter += 1
            return counter
        }
        let near = try Owned(named: "fl-test-\(getpid())-q\(number)a")
        let far = try Owned(named: "fl-test-\(getpid())-q\(number)b")
        let (a, b) = (near.namespace.name, far.namespace.name)
        for command in [
            "ip -n \(a) link add v0 type veth peer name v0 netns \(b)",
            "ip -n \(a) address add \(Self.nearAddress)/24 dev v0",
            "ip -n \(b) address add \(Self.farAddress)/24 dev v0",
            "ip -n \(a) address add \(Self.nearAddress6)/64 dev v0 nodad",
            "ip -n \(b) address add \(Self.farAddress6)/64 dev v0 nodad",
            "ip -n \(a) link set lo up", "ip -n \(b) link set lo up",
            "ip -n \(a) link set v0 up", "ip -n \(b) link set v0 up",
            // The link works a little after it is up, and the neighbours must know each other: no test begins without.
            "ip netns exec \(a) ping -q -c 1 -w 10 -i 0.2 \(Self.farAddress)",
        ] {
            let (status, text) = Self.shell(command)
            guard status == 0 else { throw SystemError(command, refused: text) }
        }
        nearOwner = near
        farOwner = far
    }

    /// Round trip times in ms, of those that came back.
    func pings(count: Int, to address: String = QueueTestBed.farAddress) throws -> [Double] {
        let (_, text) = Self.shell(
            "ip netns exec \(near.name) ping -n -c \(count) -i 0.01 -W 2 \(address)"
        )
        return text.split(separator: "\n").compactMap { line in
            guard let start = line.firstRange(of: "time=")?.upperBound else { return nil }
            return Double(line[start...].prefix { $0 != " " })
        }
    }

    /// As nft lists it in `near`.
    func ruleset() -> String { Self.shell("ip netns exec \(near.name) nft list ruleset").text }

    /// Waits until neighbours have met over IPv6, which takes a second or two after the link is up.
    func warmUp6() {
        _ = Self.shell("ip netns exec \(near.name) ping -q -c 1 -w 10 -i 0.2 \(Self.farAddress6)")
    }

    /// Gives rules to nft in `near`; what it says to them.
    func load(_ rules: String) throws -> String {
        Self.shell("printf '%s\\n' '\(rules)' | ip netns exec \(near.name) nft -f -").text
    }

    func receiver() throws -> OwnedDescriptor {
        try Self.open(in: far, at: Self.farAddress)
    }

    /// Sends numbered datagrams; the instants (CLOCK_MONOTONIC) and the errno of each that failed. Bounded by the count.
    func send(
        count: Int,
        spacing: Int64,
        sendBuffer: Int32 = 64 << 20,
        nonBlocking: Bool = false
    ) throws -> (sent: [Int64], errors: [Int32]) {
        let sender = try Self.open(in: near, at: Self.nearAddress, port: 0)
        let fd = sender.number
        var size = sendBuffer
        setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, 4)
        if nonBlocking { try sender.setNonBlocking() }
        try Self.connect(fd, to: Self.farAddress)
        return try PinnedThread.run(name: "sender") {
            try CurrentThread.setTimerSlack(nanoseconds: 1)
            var errors: [Int32] = []
            var sent: [Int64] = []
            let start = Clocks.monotonic()
            for index in 0..<count {
                Clocks.sleepUntil(monotonic: start + Int64(index) * spacing)
                var number = UInt64(index)
                sent.append(Clocks.monotonic())
                if Glibc.send(fd, &number, 8, 0) != 8 { errors.append(errno) }
            }
            return (sent, errors)
        }
    }

    /// Sends, and looks what came: until all are there, or none came for 300 ms, since a busy machine delivers late.
    func stream(count: Int, spacing: Int64) throws -> Stream {
        let receiver = try receiver()
        let (_, errors) = try send(count: count, spacing: spacing)
        var arrivals: [Int] = []
        var lastNews = Clocks.monotonic()
        while arrivals.count < count, Clocks.monotonic() - lastNews < 300_000_000 {
            let news = Self.drain(receiver)
            if !news.isEmpty { lastNews = Clocks.monotonic() }
            arrivals += news
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 2_000_000)
        }
        return Stream(errors: errors, arrivals: arrivals, count: count)
    }

    /// The numbers that wait at the receiver.
    static func drain(_ receiver: borrowing OwnedDescriptor) -> [Int] {
        var numbers: [Int] = []
        var number: UInt64 = 0
        while recv(receiver.number, &number, 8, Int32(MSG_DONTWAIT)) == 8 {
            numbers.append(Int(truncatingIfNeeded: number))
        }
        return numbers
    }

    /// Sends over a TCP connection from `near` to `far`; nanoseconds from the call of `connect` to the last byte, at most
    /// ten seconds for each step.
    func transfer(bytes: Int) throws -> Int64 {
        let listener = try Self.open(in: far, at: Self.farAddress, SOCK_STREAM)
        let server = listener.number
        try SystemError.check("listen") { listen(server, 1) }
        let client = try Self.open(in: near, at: Self.nearAddress, SOCK_STREAM, port: 0)
        let writer = client.number
        let begin = Clocks.monotonic()
        try Self.connect(writer, to: Self.farAddress)
        let accepted = OwnedDescriptor(owning: try SystemError.check("accept") { accept(server, nil, nil) })
        let thread = try PinnedThread(name: "tcp-sender") {
            let data = [UInt8](repeating: 7, count: bytes)
            var done = 0
            while done < bytes {
                let count = data.withUnsafeBytes {
                    Glibc.send(writer, $0.baseAddress?.advanced(by: done), bytes - done, 0)
                }
                if count <= 0 { return }
                done += count
            }
        }
        let outcome = Result { try Self.receive(bytes, from: accepted) }
        thread.join()
        try outcome.get()
        return Clocks.monotonic() - begin
    }

    private static func receive(_ bytes: Int, from connection: borrowing OwnedDescriptor) throws {
        let reader = connection.number
        var chunk = [UInt8](repeating: 0, count: 65536)
        var left = bytes
        while left > 0 {
            let count = try SystemError.check("recv") { recv(reader, &chunk, chunk.count, 0) }
            guard count > 0 else {
                throw SystemError("recv", refused: "the connection ended \(left) bytes early")
            }
            left -= count
        }
    }

    private static func connect(_ fd: Int32, to address: String) throws {
        var name = Self.name(address, port)
        try SystemError.check("connect") {
            withUnsafePointer(to: &name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    private static func open(
        in namespace: NetworkNamespace,
        at address: String,
        _ kind: __socket_type = SOCK_DGRAM,
        port: UInt16 = QueueTestBed.port
    ) throws -> OwnedDescriptor {
        try namespace.inside {
            // A child of another test that inherited it would go on receiving.
            let fd = try SystemError.check("socket") {
                socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            }
            var timeout: [Int] = [10, 0]  // a timeval, whose initializer is not always found
            setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
            let owned = OwnedDescriptor(owning: fd)
            var large: Int32 = 64 << 20
            setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &large, 4)
            var name = Self.name(address, port)
            try SystemError.check("bind \(address)") {
                withUnsafePointer(to: &name) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
            return owned
        }
    }

    private static func name(_ address: String, _ port: UInt16) -> sockaddr_in {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        return name
    }

    private static func shell(_ command: String) -> (status: Int32, text: String) {
        guard let pipe = popen("{ \(command)\n} 2>&1", "r") else { return (-1, "popen") }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&chunk, 1, chunk.count, pipe)
            if count == 0 { break }
            text += chunk[..<count]
        }
        return (pclose(pipe) >> 8, String(decoding: text, as: UTF8.self))
    }
}
