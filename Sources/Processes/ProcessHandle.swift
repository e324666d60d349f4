import CLinux
import Glibc
import Measures
import Synchronization

/// One process, held by a descriptor (pidfd, Linux 5.3): what is sent through it reaches this process or none, also
/// when the kernel has given its pid to another. Closed when the last reference is dropped.
package final class ProcessHandle: Sendable {
    package let identity: ProcessIdentity
    /// For a poller: readable once the process has ended.
    package let descriptor: Int32
    private let exit = Mutex<ProcessExit?>(nil)

    private init(identity: ProcessIdentity, descriptor: Int32) {
        self.identity = identity
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    package var pid: Int32 { identity.pid }

    /// C: `pidfd_open`. The start time is read before and after: when both agree, the descriptor is that process's.
    /// Errors: `.gone`, `.notSupported`, `.system`.
    package static func open(_ pid: Int32) throws(ProcessError) -> ProcessHandle {
        // A pid that changes hands between two reads is rare; five times in a row does not happen.
        for _ in 0..<5 {
            guard let before = ProcessTable.status(of: pid) else { break }
            let descriptor = clinux_pidfd_open(pid)
            guard descriptor >= 0 else { throw .failed("Watch process \(pid)") }
            guard ProcessTable.status(of: pid)?.identity == before.identity else {
                close(descriptor)
                continue
            }
            return ProcessHandle(identity: before.identity, descriptor: descriptor)
        }
        throw ProcessError(.gone, "Process \(pid) has ended.", errorNumber: ESRCH)
    }

    /// The same process as was seen earlier, or `.gone`; never another with its pid.
    package static func open(_ identity: ProcessIdentity) throws(ProcessError) -> ProcessHandle {
        let handle = try open(identity.pid)
        guard handle.identity == identity else {
            throw ProcessError(
                .gone,
                "Process \(identity.pid) has ended; its number now belongs to another process, which was not touched.",
                errorNumber: ESRCH
            )
        }
        return handle
    }

    /// C: `pidfd_send_signal`. False when the process has ended. Errors: `.notAllowed`, `.system`.
    @discardableResult
    package func signal(_ signal: Int32) throws(ProcessError) -> Bool {
        guard clinux_pidfd_send_signal(descriptor, signal) != 0 else { return true }
        guard errno != ESRCH else { return false }
        throw .failed("Send signal \(signal) to process \(pid)")
    }

    /// False from the moment the process ends, also while its parent has not reaped it.
    package var isAlive: Bool { !hasEnded(within: .zero) }

    /// Nil when the process is gone (or reaped).
    package var status: ProcessStatus? {
        guard let status = ProcessTable.status(of: pid), status.identity == identity else { return nil }
        return status
    }

    /// True when each of its threads is stopped (T): none of them runs any more.
    package var isStopped: Bool {
        guard let status, status.isStopped else { return false }
        return ProcessTable.threads(of: pid).allSatisfy(\.isStopped)
    }

    /// Blocks until the process ends, at most this long; nil when it has not ended by then. A child is reaped.
    /// C: `poll`, then `waitid(P_PIDFD)`.
    package func wait(for timeout: Duration) -> ProcessExit? {
        guard hasEnded(within: timeout) else { return nil }
        return exit.withLock { exit in
            if let exit { return exit }
            let found = reap()
            exit = found
            return found
        }
    }

    private func reap() -> ProcessExit? {
        var code: Int32 = 0
        var status: Int32 = 0
        guard clinux_pidfd_wait(descriptor, 1, &code, &status) == 0 else { return .unknown }
        return switch code {
        // Nothing to reap yet: a debugger holds it, or a thread of it still ends.
        case 0: nil
        case Int32(CLD_EXITED): .exited(status)
        default: .signalled(status)
        }
    }

    /// Blocks at most this long; a child is not reaped.
    func hasEnded(within timeout: Duration) -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        while true {
            let left = max(.zero, deadline - clock.now)
            // poll counts in milliseconds: rounded up, so that it does not spin at the end.
            let milliseconds = min(left.nanoseconds / 1_000_000 + (left > .zero ? 1 : 0), 60_000)
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&request, 1, Int32(milliseconds))
            if ready > 0 { return true }
            if clock.now >= deadline { return false }
        }
    }
}

/// How a process ended.
package enum ProcessExit: Hashable, Sendable, Codable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)
    /// It was no child of this process, or another part has reaped it: that it ended is all that is known.
    case unknown

    package var description: String {
        switch self {
        case .exited(let status): "exited with status \(status)"
        case .signalled(let signal): "ended by signal \(signal)"
        case .unknown: "ended"
        }
    }
}
