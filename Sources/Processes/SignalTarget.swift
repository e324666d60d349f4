import Glibc
import LinuxSystem
import Measures

/// Processes that are signalled together, whoever belongs to them at a moment. Signals reach them by descriptor, so none
/// of them is ever hit in place of another.
package protocol SignalTarget: Sendable {
    /// The living members now.
    func current() -> [ProcessStatus]
}

extension SignalTarget {
    /// The living members, held: ahead of an instant at which they are to be signalled, so that only the signals
    /// themselves are left to be done then. Errors: `.notAllowed`, `.system`.
    package func hold() throws(ProcessError) -> [ProcessHandle] {
        var handles: [ProcessHandle] = []
        for status in current() {
            if let handle = try hold(status.identity) { handles.append(handle) }
        }
        return handles
    }

    /// Sends a signal to every member, and again to those that appear meanwhile, until `isAffected` holds for all of
    /// them and no new one shows up. Gives up when the time is over, but not before eight rounds: members that start
    /// others leave a new generation in each round, and on a slow host a round alone may take the time.
    ///
    /// `held`: what `hold` gave earlier; these get their signal first. `willSignal` is told of those that were found later,
    /// before they get it. C: `pidfd_send_signal`.
    /// Errors: `.notAllowed`, `.system`, and what `willSignal` throws.
    package func sweep(
        _ signal: Int32,
        within limit: Duration,
        held: [ProcessHandle] = [],
        willSignal: ([ProcessIdentity]) throws -> Void = { _ in },
        until isAffected: (ProcessHandle) -> Bool
    ) throws -> SignalSweep {
        var fresh = held.isEmpty ? try hold() : held
        var reached: [ProcessIdentity: ProcessHandle] = [:]
        var sweep = SignalSweep(signal: signal, beganAt: Clocks.monotonic())
        let deadline = sweep.beganAt + limit.nanoseconds
        var rounds = 0
        while true {
            for handle in fresh where try handle.signal(signal) {
                reached[handle.identity] = handle
                sweep.processes.append(handle.identity)
            }
            if !fresh.isEmpty { sweep.lastSentAt = Clocks.monotonic() }
            rounds += 1
            let isOver = rounds >= 8 && Clocks.monotonic() >= deadline
            fresh = []
            for status in current() where reached[status.identity] == nil {
                if let handle = try hold(status.identity) { fresh.append(handle) }
            }
            if !fresh.isEmpty, !isOver {
                try willSignal(fresh.map(\.identity))
                continue
            }
            sweep.unaffected =
                sweep.processes.filter { identity in
                    reached[identity].map { $0.isAlive && !isAffected($0) } ?? false
                } + fresh.map(\.identity)
            if sweep.unaffected.isEmpty || isOver { break }
            if signal == SIGSTOP { try freeVforkParents(sweep.unaffected, by: reached, round: rounds) }
            usleep(200)
        }
        sweep.endedAt = Clocks.monotonic()
        return sweep
    }

    /// A vfork(2) caller (dash and posix_spawn call it for each program) sleeps in the kernel, deaf to SIGSTOP, until its
    /// child runs the new program; a child that was stopped before that would hold it so for ever. Such children run on for
    /// a moment, and are stopped again: longer in each round, since on a busy host a moment may pass without a processor.
    private func freeVforkParents(
        _ unaffected: [ProcessIdentity],
        by reached: [ProcessIdentity: ProcessHandle],
        round: Int
    ) throws(ProcessError) {
        let asleep = Set(
            unaffected.lazy.filter { reached[$0]?.status?.state == .waitingForDisk }.map(\.pid)
        )
        if asleep.isEmpty { return }
        let children = current().filter { asleep.contains($0.parent) && $0.isStopped }
            .compactMap { reached[$0.identity] }
        for child in children { try child.signal(SIGCONT) }
        usleep(UInt32(min(round, 100)) * 200)
        for child in children { try child.signal(SIGSTOP) }
    }

    /// Nil for one that ended since it was listed: it needs no signal.
    private func hold(_ identity: ProcessIdentity) throws(ProcessError) -> ProcessHandle? {
        do {
            return try ProcessHandle.open(identity)
        } catch {
            if error.kind == .gone { return nil }
            throw error
        }
    }

    /// Ends them all. C: SIGKILL.
    package func kill(
        within limit: Duration = .seconds(5),
        held: [ProcessHandle] = []
    ) throws -> SignalSweep {
        try sweep(SIGKILL, within: limit, held: held) { _ in false }
    }

    /// Stops them all, until no thread of any of them runs. C: SIGSTOP.
    package func pause(
        within limit: Duration = .seconds(5),
        held: [ProcessHandle] = [],
        willSignal: ([ProcessIdentity]) throws -> Void = { _ in }
    ) throws -> SignalSweep {
        try sweep(SIGSTOP, within: limit, held: held, willSignal: willSignal, until: \.isStopped)
    }

    /// Lets them run again. Without effect on those that run. C: SIGCONT.
    package func resume(within limit: Duration = .seconds(5)) throws -> SignalSweep {
        try sweep(SIGCONT, within: limit) { !$0.isStopped }
    }

    /// Any other signal (TERM, HUP …): sent once to each; what it does is their own affair.
    package func send(_ signal: Int32, held: [ProcessHandle] = []) throws -> SignalSweep {
        try sweep(signal, within: .seconds(1), held: held) { _ in true }
    }
}
