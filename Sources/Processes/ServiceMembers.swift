/// The processes of one service, by the first of them: its session and all that descend from that. Signals reach them by
/// descriptor, so none of them is ever hit in place of another.
package struct ServiceMembers: SignalTarget {
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
}
