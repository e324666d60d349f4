import Glibc
import Processes
import Testing

@Suite("A handle on a process")
struct ProcessHandleTests {
    @Test("never reaches another process that has the same pid")
    func reusedPid() throws {
        let handle = try Spawner.spawn(Command(["sleep", "30"]))
        defer { end(handle) }
        let earlier = ProcessIdentity(pid: handle.pid, startTime: handle.identity.startTime - 1)
        let error = #expect(throws: ProcessError.self) { try ProcessHandle.open(earlier) }
        #expect(error?.kind == .gone)
        #expect(handle.isAlive)
        #expect(try ProcessHandle.open(handle.identity).identity == handle.identity)
    }

    @Test("counts a process as dead from its end on, reaped or not")
    func zombie() throws {
        let handle = try Spawner.spawn(Command(["true"]))
        #expect(eventually { !handle.isAlive })
        #expect(handle.status?.state == .zombie)
        #expect(handle.wait(for: .zero) == .exited(0))
        #expect(handle.status == nil)
        // The second question gives the same answer, although the child is reaped.
        #expect(handle.wait(for: .zero) == .exited(0))
        #expect(try handle.signal(SIGTERM) == false)
        #expect(throws: ProcessError.self) { try ProcessHandle.open(handle.identity) }
    }

    @Test("says how a child ended")
    func exits() throws {
        #expect(try Spawner.spawn(Command(["sh", "-c", "exit 7"])).wait(for: .seconds(20)) == .exited(7))
        let handle = try Spawner.spawn(Command(["sleep", "30"]))
        #expect(handle.wait(for: .milliseconds(20)) == nil)
        try handle.signal(SIGTERM)
        #expect(handle.wait(for: .seconds(20)) == .signalled(SIGTERM))
    }

    @Test("waits for a process that is no child of this one")
    func stranger() throws {
        try ScratchFolder.with { (folder) throws in
            let log = folder + "/log"
            let parent = try Spawner.spawn(Command(["sh", "-c", "sleep 30 & echo $!; wait"], log: log))
            defer { end(parent) }
            #expect(eventually { (try? ScratchFolder.text(log).hasSuffix("\n")) == true })
            let pid = try #require(Int32(try ScratchFolder.text(log).dropLast()))
            let stranger = try ProcessHandle.open(pid)
            #expect(stranger.wait(for: .milliseconds(20)) == nil)
            try stranger.signal(SIGKILL)
            #expect(stranger.wait(for: .seconds(20)) == .unknown)
        }
    }

    @Test("shows that a process is stopped only when it is")
    func stopped() throws {
        let handle = try Spawner.spawn(Command(["sleep", "30"]))
        defer { end(handle) }
        #expect(!handle.isStopped)
        try handle.signal(SIGSTOP)
        #expect(eventually { handle.isStopped })
        #expect(handle.isAlive)
        try handle.signal(SIGCONT)
        #expect(eventually { !handle.isStopped })
    }

    @Test("closes its descriptor when it is dropped")
    func descriptors() throws {
        let descriptor: Int32
        do {
            let handle = try ProcessHandle.open(getpid())
            descriptor = handle.descriptor
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
        // Another test may have been given the number by now, so what it shows is looked at, not whether it is open.
        var target = [CChar](repeating: 0, count: 256)
        let own = (0..<200).contains { _ in
            let count = readlink("/proc/self/fd/\(descriptor)", &target, 255)
            return count <= 0
                || !String(decoding: target.prefix(count).map(UInt8.init), as: UTF8.self).contains("pidfd")
        }
        #expect(own)
    }
}

/// True as soon as the condition holds; false after ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<5000 {
        if condition() { return true }
        usleep(2000)
    }
    return false
}

func end(_ handle: ProcessHandle) {
    _ = try? handle.signal(SIGKILL)
    _ = handle.wait(for: .seconds(10))
}
