import LinuxSystem
package import Processes

#if canImport(Glibc)
import Glibc
#endif

/// A signal to a target with everything done that can be done ahead of its instant: its undo is kept and its processes
/// are held by pidfd, so that only the signals are left to send.
package struct ArmedSignal: Sendable {
    let target: ResolvedTarget
    let signal: Int32
    let held: [ProcessHandle]
    /// Told some milliseconds before the instant: from now on the target may be struck.
    let nears: @Sendable () -> Void
    /// Told just before the first signal.
    let willStrike: @Sendable () -> Void
    /// Told of processes that were not held, before they get the signal.
    let willSignal: @Sendable ([ProcessIdentity]) throws -> Void
    /// Start it again, at once.
    let restart: (@Sendable () throws -> Void)?

    init(
        _ target: ResolvedTarget,
        signal: Int32,
        held: [ProcessHandle],
        nears: @escaping @Sendable () -> Void = {},
        willStrike: @escaping @Sendable () -> Void = {},
        willSignal: @escaping @Sendable ([ProcessIdentity]) throws -> Void = { _ in },
        restart: (@Sendable () throws -> Void)? = nil
    ) {
        self.target = target
        self.signal = signal
        self.held = held
        self.nears = nears
        self.willStrike = willStrike
        self.willSignal = willSignal
        self.restart = restart
    }

    /// To be called before `strike`, early enough for a word with the guardian.
    package func announce() { nears() }

    package func strike() throws -> SignalSweep {
        willStrike()
        let sweep = try send()
        if let restart {
            // A child inherits its parent's scheduling: what is started must not become real-time.
            try? CurrentThread.setRealtime(priority: 0)
            try restart()
        }
        return sweep
    }

    private func send() throws -> SignalSweep {
        if let service = target.service { return try service.kill(signal, held: held) }
        let struck = StruckTarget(target, held: held)
        return switch signal {
        case SIGKILL: try struck.kill(held: held)
        case SIGSTOP: try struck.pause(held: held, willSignal: willSignal)
        default: try struck.send(signal, held: held)
        }
    }
}
