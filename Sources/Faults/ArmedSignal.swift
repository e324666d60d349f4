import LinuxSystem
package import Processes

/// A signal to a service with everything done that can be done ahead of its instant: its undo is kept and its processes
/// are held by pidfd, so that only the signals are left to send.
package struct ArmedSignal: Sendable {
    let service: ServiceProcess
    let signal: Int32
    let held: [ProcessHandle]
    /// Start the service again at once.
    let restarts: Bool
    /// Told just before the first signal.
    let willStrike: @Sendable () -> Void

    init(
        _ service: ServiceProcess,
        signal: Int32,
        restarts: Bool = false,
        willStrike: @escaping @Sendable () -> Void = {}
    ) throws {
        self.service = service
        self.signal = signal
        self.restarts = restarts
        self.willStrike = willStrike
        held = try service.members.hold()
    }

    package func strike() throws -> SignalSweep {
        willStrike()
        let sweep = try service.kill(signal, held: held)
        if restarts {
            // A child inherits its parent's scheduling: the service must not become real-time.
            try? CurrentThread.setRealtime(priority: 0)
            try service.restart()
        }
        return sweep
    }
}
