import Glibc
import LinuxSystem
import Measures

/// The processes of one service, by the first of them: its session and all that descend from that. Signals reach them by
/// descriptor, so none of them is ever hit in place of another.
package struct ServiceMembers: Sendable {
    /// The session's leader: the process that was started.
    package let leader: ProcessIdentity

    package init(leader: ProcessIdentity) {
        self.leader = leader
    }

    /// The living members now. Empty when the leader's number belongs to another process by now: whatever carries the
    /// session's number then is a stranger's.
    package func current() -> [ProcessStatus] {
        let table = ProcessTable.current()
        if let holder = table.statuses.first(where: { $0.identity.pid == leader.pid }),
            holder.identity != leader
        {
            return []
        }
        return table.family(of: leader.pid).filter { $0.identity.startTime >= leader.startTime }
    }

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
    /// `held`: what `hold` gave earlier; these get their signal first. C: `pidfd_send_signal`.
    /// Errors: `.notAllowed`, `.system`.
    package func sweep(
        _ signal: Int32,
        within limit: Duration,
        held: [ProcessHandle] = [],
        until isAffected: (ProcessHandle) -> Bool
    ) throws(ProcessError) -> SignalSweep {
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
            if !fresh.isEmpty, !isOver { continue }
            sweep.unaffected =
                sweep.processes.filter { identity in
                    reached[identity].map { $0.isAlive && !isAffected($0) } ?? false
                } + fresh.map(\.identity)
            if sweep.unaffected.isEmpty || isOver { break }
            usleep(200)
        }
        sweep.endedAt = Clocks.monotonic()
        return sweep
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
    ) throws(ProcessError) -> SignalSweep {
        try sweep(SIGKILL, within: limit, held: held) { _ in false }
    }

    /// Stops them all, until no thread of any of them runs. C: SIGSTOP.
    package func pause(
        within limit: Duration = .seconds(5),
        held: [ProcessHandle] = []
    ) throws(ProcessError) -> SignalSweep {
        try sweep(SIGSTOP, within: limit, held: held, until: \.isStopped)
    }

    /// Lets them run again. Without effect on those that run. C: SIGCONT.
    package func resume(within limit: Duration = .seconds(5)) throws(ProcessError) -> SignalSweep {
        try sweep(SIGCONT, within: limit) { !$0.isStopped }
    }

    /// Any other signal (TERM, HUP …): sent once to each; what it does is the service's own affair.
    package func send(_ signal: Int32) throws(ProcessError) -> SignalSweep {
        try sweep(signal, within: .seconds(1)) { _ in true }
    }
}
