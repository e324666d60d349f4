import AgentProtocol
import ClockSync
package import LinuxSystem
import SwiftProtobuf

/// Where the reference clock answers the agents' probes. It is kept in a run's folder while the run goes on, so that a
/// coordinator that is started again is the same reference.
package struct ReferenceClock: Sendable, Codable {
    package let port: UInt16
    /// Told with each answer: another one is another reference.
    package let epoch: UInt64
    /// By host.
    package let sessions: [String: Session]

    package struct Session: Sendable, Equatable, Codable {
        /// The reference's, as this host reaches it.
        package let address: String
        package let number: UInt64
        /// Authenticates both directions; no other host knows it.
        package let keyFirst: UInt64
        package let keySecond: UInt64
    }

    /// The clock while it answers.
    package struct Running: Sendable {
        package let clock: ReferenceClock
        private let reflector: ClockReflector

        package func stop() { reflector.stop() }

        /// Answers the sessions of a clock that is known. Errors: its port is taken, its address is none of ours.
        package init(
            _ clock: ReferenceClock,
            listening address: String,
            in namespace: NetworkNamespace? = nil
        ) throws {
            reflector = try ClockReflector(
                listening: Endpoint(address: address, port: clock.port),
                in: namespace,
                epoch: clock.epoch
            )
            for session in clock.sessions.values {
                reflector.admit(session: session.number, key: ProbeKey(session.keyFirst, session.keySecond))
            }
            self.clock = ReferenceClock(port: reflector.port, epoch: clock.epoch, sessions: clock.sessions)
        }
    }

    /// `addresses`: by host, the reference's own as that host reaches it. Port 0: any free one.
    package init(
        addresses: [String: String],
        port: UInt16,
        keys: inout some RandomNumberGenerator
    ) {
        self.port = port
        epoch = keys.next()
        var sessions: [String: Session] = [:]
        for (index, (host, address)) in addresses.sorted(by: { $0.key < $1.key }).enumerated() {
            sessions[host] = Session(
                address: address,
                number: UInt64(index + 1),
                keyFirst: keys.next(),
                keySecond: keys.next()
            )
        }
        self.sessions = sessions
    }

    private init(port: UInt16, epoch: UInt64, sessions: [String: Session]) {
        (self.port, self.epoch, self.sessions) = (port, epoch, sessions)
    }
}

extension ReferenceClock {
    /// As an agent is told of it.
    func reflector(for host: String) -> Faultline_Agent_V1_Reflector {
        .with {
            guard let session = sessions[host] else { return }
            $0.address = session.address
            $0.port = UInt32(port)
            $0.session = session.number
            $0.keyFirst = session.keyFirst
            $0.keySecond = session.keySecond
            $0.pace = ProbePace(hosts: sessions.count).message
        }
    }
}
