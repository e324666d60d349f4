import Glibc
import LinuxSystem
import Packetfilter
import Synchronization

/// Two network namespaces joined by a veth pair: 10.77.0.1 and fd77::1 in `near`, 10.77.0.2 and fd77::2 in `far`.
struct FilterTestBed: ~Copyable {
    private struct Owned: ~Copyable {
        let namespace: NetworkNamespace
        init(named name: String) throws { namespace = try NetworkNamespace.create(named: name) }
        deinit { _ = try? namespace.delete() }
    }

    private let nearOwner: Owned
    private let farOwner: Owned
    var near: NetworkNamespace { nearOwner.namespace }
    var far: NetworkNamespace { farOwner.namespace }

    static let nearAddress = "10.77.0.1"
    static let farAddress = "10.77.0.2"
    private static let counter = Mutex(0)

    init() throws {
        let number = Self.counter.withLock { counter in
            counter += 1
            return counter
        }
        let prefix = "fl-test-\(getpid())-pf\(number)"
        let near = try Owned(named: "\(prefix)a")
        let far = try Owned(named: "\(prefix)b")
        let commands = [
            "ip -n \(near.namespace.name) link add v0 type veth peer name v0 netns \(far.namespace.name)",
            "ip -n \(near.namespace.name) address add 10.77.0.1/24 dev v0",
            "ip -n \(far.namespace.name) address add 10.77.0.2/24 dev v0",
            "ip -n \(near.namespace.name) address add fd77::1/64 dev v0 nodad",
            "ip -n \(far.namespace.name) address add fd77::2/64 dev v0 nodad",
            "ip -n \(near.namespace.name) link set lo up", "ip -n \(far.namespace.name) link set lo up",
            "ip -n \(near.namespace.name) link set v0 up", "ip -n \(far.namespace.name) link set v0 up",
            // The link works a little after it is up, and the neighbours must know each other: no test begins without.
            "ip netns exec \(near.namespace.name) ping -q -c 1 -w 10 -i 0.2 \(Self.farAddress)",
        ]
        for command in commands {
            let (status, text) = Self.shell(command)
            guard status == 0 else { throw SystemError(command, refused: text) }
        }
        nearOwner = near
        farOwner = far
    }

    /// Drops what comes from `near`, where it arrives.
    static func cut(_ window: TimeWindow?, from address: String = Self.nearAddress)
        -> FilterTable
    {
        let rule = PacketRule(
            match: PacketMatch(source: AddressPrefix(address)),
            window: window,
            verdict: .drop,
            comment: "cut"
        )
        return FilterTable(
            name: "faultline",
            family: .inet,
            chains: [FilterChain(name: "arriving", hook: .prerouting, rules: [rule])]
        )
    }

    /// Runs a command line; exit status and output, both streams.
    static func shell(_ command: String) -> (status: Int32, text: String) {
        guard let pipe = popen("{ \(command)\n} 2>&1", "r") else { return (-1, "popen") }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&chunk, 1, chunk.count, pipe)
            if count == 0 { break }
            text += chunk[..<count]
        }
        let status = pclose(pipe)
        return (status >> 8, String(decoding: text, as: UTF8.self))
    }

    static func nft(_ arguments: String, in namespace: NetworkNamespace) -> String {
        shell("ip netns exec \(namespace.name) nft \(arguments)").text
    }
}

/// A socket with blocking calls bounded by five seconds.
struct TestSocket: ~Copyable, Sendable {
    let descriptor: OwnedDescriptor

    /// Bound to an IPv4 address and port in the namespace.
    static func open(
        _ kind: __socket_type,
        in namespace: NetworkNamespace,
        at address: String,
        port: UInt16
    ) throws -> TestSocket {
        try namespace.inside {
            // A child of another test that inherited it would go on receiving.
            let fd = try SystemError.check("socket") {
                socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            }
            let result = TestSocket(descriptor: OwnedDescriptor(owning: fd))
            var timeout: [Int] = [5, 0]  // a timeval, whose initializer is not always found
            setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
            var large: Int32 = 64 << 20
            setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &large, 4)
            setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &large, 4)
            var one: Int32 = 1
            setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, 4)
            try Self.call("bind", address, port) { bind(fd, $0, $1) }
            return result
        }
    }

    func connect(to address: String, port: UInt16) throws {
        let fd = descriptor.number
        try Self.call("connect", address, port) { Glibc.connect(fd, $0, $1) }
    }

    private static func call(
        _ name: String,
        _ address: String,
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws {
        var name4 = sockaddr_in()
        name4.sin_family = sa_family_t(AF_INET)
        name4.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name4.sin_addr)
        let result = withUnsafePointer(to: &name4) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { throw SystemError("\(name) \(address):\(port)", errno: errno) }
    }
}
