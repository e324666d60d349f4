import Glibc
import Measures
import Synchronization

/// A service that runs, or ran, as a session of its own. Its first process stays unreaped until the whole session has
/// ended, so that the session's number cannot pass to another.
package final class ServiceProcess: Sendable {
    package let service: ServiceCommand
    private let leader: Mutex<ProcessHandle>

    private init(service: ServiceCommand, leader: ProcessHandle) {
        self.service = service
        self.leader = Mutex(leader)
    }

    /// Errors: as `Spawner.spawn`.
    package static func start(_ service: ServiceCommand) throws(ProcessError) -> ServiceProcess {
        ServiceProcess(service: service, leader: try Spawner.spawn(service.command))
    }

    package var identity: ProcessIdentity { leader.withLock { $0.identity } }
    package var members: ServiceMembers { ServiceMembers(leader: identity) }

    /// True while any process of the session lives.
    package var isRunning: Bool { !members.current().isEmpty }

    /// SIGKILL ends them all and is waited for, bounded; SIGSTOP likewise; another signal is only sent.
    /// `held`: see `ServiceMembers.hold`.
    package func kill(
        _ signal: Int32 = SIGKILL,
        held: [ProcessHandle] = []
    ) throws -> SignalSweep {
        switch signal {
        case SIGKILL: try members.kill(held: held)
        case SIGSTOP: try members.pause(held: held)
        case SIGCONT: try members.resume()
        default: try members.send(signal)
        }
    }

    /// `held`: see `ServiceMembers.hold`.
    package func pause(held: [ProcessHandle] = []) throws -> SignalSweep {
        try members.pause(held: held)
    }

    package func resume() throws -> SignalSweep { try members.resume() }

    /// Blocks until no process of the session lives, at most this long; then the first process is reaped. Nil when
    /// some still live.
    package func waitGone(for timeout: Duration) -> ProcessExit? {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        let handle = leader.withLock { $0 }
        while true {
            if !handle.isAlive, members.current().isEmpty { return handle.wait(for: .zero) ?? .unknown }
            let left = deadline - clock.now
            if left <= .zero { return nil }
            // The leader's end is seen at once; members that outlive it are looked for every 2 ms.
            if handle.isAlive {
                _ = handle.hasEnded(within: min(left, .milliseconds(100)))
            } else {
                usleep(2000)
            }
        }
    }

    /// Starts the service again; what is left of the last session is ended first.
    /// Errors: as `Spawner.spawn`; `.system` when the old session does not end.
    package func restart() throws {
        try end()
        let fresh = try Spawner.spawn(service.command)
        leader.withLock { $0 = fresh }
    }

    /// Somebody else has started the service again: from now on that is it.
    /// Errors: `.gone`; `.system` when the old session does not end.
    package func adopt(_ runner: ProcessIdentity) throws {
        try end()
        let found = try ProcessHandle.open(runner)
        leader.withLock { $0 = found }
    }

    private func end() throws {
        if isRunning { _ = try kill() }
        guard waitGone(for: .seconds(5)) != nil else {
            let left = members.current().map { "\($0.identity.pid) (\($0.name), \($0.state.letter))" }
            throw ProcessError(
                .system,
                "Service \"\(service.name)\" cannot be started again: these processes do not end: "
                    + left.joined(separator: ", ")
            )
        }
    }
}
