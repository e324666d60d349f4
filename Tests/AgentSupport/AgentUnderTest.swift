package import AgentProtocol
import ClockSync
import Coordinator
import Foundation
package import LinuxSystem
import Measures
package import Processes
package import Recording
import SwiftProtobuf
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// `faultline agent` in a namespace, and the only coordinator that it has: to arm one fault and see what becomes of it.
package final class AgentUnderTest: Sendable {
    package typealias Action = Faultline_Agent_V1_Fault.OneOf_Action

    package let process: ProcessHandle
    private let connection: AgentConnection
    private let connected: Task<Void, Never>
    private let reflector: ClockReflector
    private let run = "under-test"
    private let heard = Mutex<[Arming]>([])
    private let watching = Mutex<Task<Void, Never>?>(nil)
    private let folder: String

    /// Listens when it returns. `program`: the built faultline. `folder`: for its journal, its socket and its logs, the
    /// caller's to remove. `reference`: a namespace with an address that the agent reaches, where the clock answers.
    /// `clockAhead`: whole seconds that its CLOCK_MONOTONIC shows more than ours, in a time namespace of its own (util-linux'
    /// unshare, Linux 6.1). Errors: it does not listen within 30 s.
    package init(
        in namespace: NetworkNamespace,
        program: String,
        folder: String,
        reference: (namespace: NetworkNamespace, address: String),
        interface: String,
        clockAhead: Int = 0
    ) async throws {
        self.folder = folder
        let clock = clockAhead == 0 ? [] : ["unshare", "--time", "--monotonic", "\(clockAhead)"]
        let socket = "\(folder)/agent.sock"
        process = try namespace.inside {
            try Spawner.spawn(
                Command(
                    clock + [program, "agent", "--host", "host", "--listen", socket, "--state", folder],
                    environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                    directory: "/",
                    log: "\(folder)/agent.log"
                )
            )
        }
        reflector = try ClockReflector(
            listening: ClockSync.Endpoint(address: reference.address, port: 0),
            in: reference.namespace,
            epoch: 1
        )
        reflector.admit(session: 1, key: ProbeKey(2, 3))
        let patience = Clocks.monotonic() + 30_000_000_000
        while !UnixSocket.isListening(socket) {
            guard process.isAlive, Clocks.monotonic() < patience else {
                throw SystemError("start an agent", refused: try FileContents.text("\(folder)/agent.log"))
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 2_000_000)
        }
        let connection = try AgentConnection(
            HostEndpoint(
                name: "host",
                agent: .unix(path: socket),
                addresses: [],
                interface: interface,
                directory: "/"
            )
        )
        self.connection = connection
        connected = Task { try? await connection.run() }
        self.interface = interface
        referenceAddress = reference.address
    }

    private let interface: String
    private let referenceAddress: String

    /// Opens a run and arms the fault, from `start` on this host's CLOCK_MONOTONIC for `length`. Errors: it refuses.
    package func arm(
        _ action: Action,
        at start: Int64,
        for length: Duration,
        lease: Duration
    ) async throws {
        let (reflector, name, interface, address) = (reflector, run, interface, referenceAddress)
        _ = try await connection.openRun(
            .with {
                $0.run = name
                $0.seed = 1
                $0.leaseNs = lease.nanoseconds
                $0.interface = interface
                $0.reflector.address = address
                $0.reflector.port = UInt32(reflector.port)
                $0.reflector.session = 1
                $0.reflector.keyFirst = 2
                $0.reflector.keySecond = 3
            }
        )
        heard.withLock { $0 = [] }
        let watch = Task<Void, Never> { [connection, run] in
            _ = try? await connection.watch(run: run) { self.hear($0) }
        }
        watching.withLock { $0 = watch }
        // The reference clock is this host's own: the axis may begin at its zero.
        _ = try await connection.begin(
            .with {
                $0.run = name
                $0.zeroReferenceNs = 0
                $0.endNs = start + length.nanoseconds
                $0.faults = [
                    .with {
                        $0.id = "fault#1"
                        $0.startNs = start
                        $0.endNs = start + length.nanoseconds
                        $0.action = action
                    }
                ]
            }
        )
    }

    /// What the agent has said of the armed fault's edges, in its order.
    package var armings: [Arming] { heard.withLock { $0 } }

    private func hear(_ happening: Faultline_Agent_V1_Happening) {
        guard case .event(let line) = happening.body,
            let event = try? JSONDecoder().decode(RunEvent.self, from: Data(line.utf8)),
            case .arming(let arming) = event.body
        else { return }
        heard.withLock { $0.append(arming) }
    }

    package func renew() async throws { _ = try await connection.renew(run: run) }

    /// Closes the run. What differs from the state before it.
    package func close() async throws -> [String] {
        defer { watching.withLock { $0?.cancel() } }
        return try await connection.closeRun(run: run, reason: "done").differences
    }

    /// The agent ends, if it lives, and is waited for, as is its guardian: that one still writes to the folder.
    package func end() {
        let guardians = ProcessTable.current().descendants(of: [process.pid])
            .compactMap { try? ProcessHandle.open($0.identity) }
        _ = try? process.signal(SIGKILL)
        for handle in [process] + guardians { _ = handle.wait(for: .seconds(10)) }
        connection.close()
        connected.cancel()
        reflector.stop()
    }

    package var guardianLog: String { (try? FileContents.text("\(folder)/guardian.log")) ?? "" }
}

/// Faults as they go over the wire.
extension Faultline_Agent_V1_Fault.OneOf_Action {
    /// What is exchanged with this address, in these directions ("ingress", "egress", "both"), vanishes.
    package static func partition(from address: String, direction: String) -> Self {
        .drop(.with { $0.traffic = .between(address, direction) })
    }

    /// What is sent to this address takes so much longer.
    package static func delay(_ latency: Duration, to address: String) -> Self {
        .impair(
            .with {
                $0.traffic = .between(address, "egress")
                $0.latencyNs = latency.nanoseconds
                $0.distribution = "uniform"
            }
        )
    }
}

extension Faultline_Agent_V1_Traffic {
    fileprivate static func between(_ address: String, _ direction: String) -> Self {
        .with {
            $0.peers = [
                .with {
                    $0.name = "peer"
                    $0.address = address
                }
            ]
            $0.direction = direction
            $0.flowsAttos = Share.one.attos
        }
    }
}
