import Glibc
import Processes
import Testing

@Suite("The table of processes")
struct ProcessTableTests {
    private func status(_ pid: Int32, parent: Int32, session: Int32, state: String = "S") throws
        -> ProcessStatus
    {
        try #require(
            ProcessStatus(
                parsing:
                    "\(pid) (x) \(state) \(parent) 1 \(session) 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 \(pid * 10) 0"
                    .utf8
            )
        )
    }

    @Test("a service is its session and all that descends from it, the dead left out")
    func family() throws {
        let table = ProcessTable([
            try status(10, parent: 1, session: 10),
            try status(11, parent: 10, session: 10),
            try status(12, parent: 11, session: 12),  // left the session, still a descendant
            try status(13, parent: 12, session: 12),
            try status(14, parent: 10, session: 10, state: "Z"),
            try status(15, parent: 14, session: 15),  // the parent is dead but not yet reaped
            try status(16, parent: 1, session: 10),  // its parent has ended
            try status(20, parent: 1, session: 20),
        ])
        #expect(Set(table.family(of: 10).map(\.identity.pid)) == [10, 11, 12, 13, 15, 16])
        #expect(Set(table.members(ofSession: 10).map(\.identity.pid)) == [10, 11, 16])
        #expect(Set(table.descendants(of: [11]).map(\.identity.pid)) == [12, 13])
        #expect(
            Set(table.family(of: 11).map(\.identity.pid)) == [11, 12, 13],
            "a process that leads no session"
        )
        #expect(table.family(of: 99).isEmpty)
    }

    @Test("a loop of parents ends")
    func loop() throws {
        let table = ProcessTable([try status(2, parent: 3, session: 2), try status(3, parent: 2, session: 2)])
        #expect(Set(table.descendants(of: [2]).map(\.identity.pid)) == [3])
    }

    @Test("this process is in it, with its parent, session and network namespace")
    func own() throws {
        let table = ProcessTable.current()
        let own = try #require(table.statuses.first { $0.identity.pid == getpid() })
        #expect(own.parent == getppid())
        #expect(own.session == getsid(0))
        #expect(own.isAlive)
        let namespace = try #require(ProcessTable.networkNamespace(path: "/proc/self/ns/net"))
        #expect(table.members(ofNetworkNamespace: namespace).contains { $0.identity == own.identity })
        #expect(table.members(ofNetworkNamespace: namespace &+ 1).isEmpty)
    }
}
