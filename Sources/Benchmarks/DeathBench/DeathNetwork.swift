import AgentSupport
import Foundation
import LinuxSystem
import Measures
import Processes
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Two namespaces joined by a veth and a folder, gone with this value.
final class DeathNetwork: Sendable {
    private let host: NetworkNamespace
    private let peer: NetworkNamespace
    private let folder: String
    private static let hostAddress = "10.77.0.1"
    private static let peerAddress = "10.77.0.2"
    private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "faultline").path
    private static let numbers = Atomic(0)

    init() throws {
        let number = Self.numbers.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "fl-bench-\(getpid())-d\(number)"
        folder = "/tmp/\(name)"
        try Directory.make(folder)
        host = try NetworkNamespace.create(named: "\(name)a")
        peer = try NetworkNamespace.create(named: "\(name)b")
        let command = """
            ip -n \(host.name) link add v0 type veth peer name v0 netns \(peer.name) && \
            ip -n \(host.name) address add \(Self.hostAddress)/24 dev v0 && \
            ip -n \(peer.name) address add \(Self.peerAddress)/24 dev v0 && \
            ip -n \(host.name) link set v0 up && ip -n \(peer.name) link set v0 up && \
            ip netns exec \(host.name) ping -q -c 1 -w 10 -i 0.2 \(Self.peerAddress) >/dev/null
            """
        guard system(command) == 0 else { throw SystemError("make a network", refused: command) }
    }

    deinit {
        for namespace in [host, peer] { _ = try? namespace.delete() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Nanoseconds from SIGKILL to the sending of the first packet that arrives, and to the end of the process.
    func kill(_ fault: MeasuredFault) async throws -> (flow: Int64, end: Int64) {
        let agent = try await AgentUnderTest(
            in: host,
            program: Self.program,
            folder: folder,
            reference: (peer, Self.peerAddress),
            interface: "v0"
        )
        defer { agent.end() }
        let start = Clocks.monotonic() + 200_000_000
        let action: AgentUnderTest.Action =
            fault == .partition
            ? .partition(from: Self.peerAddress, direction: "ingress")
            : .delay(.seconds(60), to: Self.peerAddress)
        try await agent.arm(action, at: start, for: .seconds(60), lease: .seconds(20))
        // What is cut arrives at the agent's host; what is delayed leaves it.
        let (from, to, address) =
            fault == .partition ? (peer, host, Self.hostAddress) : (host, peer, Self.peerAddress)
        return try DeathTraffic(from: from, to: to, address: address).measure(after: start + 100_000_000) {
            let killed = Clocks.monotonic()
            _ = try agent.process.signal(SIGKILL)
            guard agent.process.wait(for: .seconds(10)) != nil else {
                throw SystemError("kill an agent", refused: "it does not end")
            }
            return (killed, Clocks.monotonic())
        }
    }
}
