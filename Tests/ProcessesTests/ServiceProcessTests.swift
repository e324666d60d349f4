import Glibc
import Processes
import Testing

@Suite("A service")
struct ServiceProcessTests {
    private func service(_ script: String, log: String? = nil) throws -> ServiceProcess {
        try ServiceProcess.start(
            ServiceCommand(name: "test", command: Command(["sh", "-c", script], log: log))
        )
    }

    private func finish(_ service: ServiceProcess) {
        _ = try? service.kill()
        _ = service.waitGone(for: .seconds(10))
    }

    @Test("is killed with all its processes, and a stranger is left alone")
    func kill() throws {
        let stranger = try Spawner.spawn(Command(["sleep", "30"]))
        defer { end(stranger) }
        let service = try service("sleep 30 & sh -c 'sleep 30 & wait' & wait")
        #expect(eventually { service.members.current().count >= 4 })
        let sweep = try service.kill()
        #expect(sweep.isComplete && sweep.processes.count >= 4)
        #expect(sweep.processes.contains(service.identity))
        #expect(sweep.beganAt < sweep.endedAt)
        #expect(!service.isRunning)
        #expect(service.waitGone(for: .zero) == .signalled(SIGKILL))
        #expect(stranger.isAlive)
    }

    @Test("is killed while it starts processes as fast as it can")
    func storm() throws {
        let service = try service("while :; do sh -c 'sleep 5 & sleep 5' & done")
        #expect(eventually { service.members.current().count >= 20 })
        _ = try service.pause()
        let sweep = try service.kill()
        #expect(sweep.isComplete)
        #expect(service.members.current().isEmpty)
        #expect(service.waitGone(for: .seconds(5)) != nil)
    }

    @Test("whose first process has ended still consists of the others")
    func orphans() throws {
        let service = try service("sleep 30 & sleep 30 & exit 3")
        #expect(eventually { service.members.current().count == 2 })
        #expect(service.waitGone(for: .milliseconds(50)) == nil)
        #expect(try service.kill().processes.count == 2)
        #expect(service.waitGone(for: .seconds(10)) == .exited(3))
    }

    @Test("is paused as a whole, does nothing meanwhile, and goes on")
    func pause() throws {
        try ScratchFolder.with { (folder) throws in
            let log = folder + "/log"
            let service = try service("while :; do echo x; sleep 0.01; done & wait", log: log)
            defer { finish(service) }
            #expect(eventually { (try? ScratchFolder.text(log).count) ?? 0 > 6 })
            let sweep = try service.pause()
            #expect(sweep.isComplete && sweep.processes.count >= 2)
            #expect(service.members.current().allSatisfy { $0.isStopped })
            let size = try ScratchFolder.text(log).count
            usleep(100_000)
            #expect(try ScratchFolder.text(log).count == size)
            #expect(try service.resume().isComplete)
            #expect(eventually { (try? ScratchFolder.text(log).count) ?? 0 > size })
        }
    }

    @Test(
        "that cannot be stopped is not said to be paused",
        .enabled(if: VforkHeld.isAvailable, "needs python3, to call posix_spawn")
    )
    func unstoppable() throws {
        try ScratchFolder.with { (folder) throws in
            let held = try VforkHeld(in: folder)
            defer { finish(held.service) }
            #expect(held.isHeld)
            let sweep = try held.service.members.pause(within: .milliseconds(50))
            #expect(!sweep.isComplete)
            #expect(sweep.unaffected == [held.service.identity])
            _ = try held.service.resume()
        }
    }

    @Test(
        "that was about to start a program is stopped once that runs, although its child was stopped first",
        .enabled(if: VforkHeld.isAvailable, "needs python3, to call posix_spawn")
    )
    func betweenForkAndExec() throws {
        try ScratchFolder.with { (folder) throws in
            let held = try VforkHeld(in: folder)
            defer { finish(held.service) }
            #expect(held.isHeld)
            let opener = try Spawner.spawn(Command(["sh", "-c", "sleep 0.1; exec >\(held.fifo)"]))
            defer { end(opener) }
            let sweep = try held.service.pause()
            #expect(sweep.isComplete && sweep.processes.count == 2)
            #expect(try held.service.resume().isComplete)
            #expect(held.service.waitGone(for: .seconds(5)) == .exited(0))
        }
    }

    @Test("is resumed by what a journal holds, also if it was paused twice")
    func resumeByIdentity() throws {
        let service = try service("sleep 30 & wait")
        defer { finish(service) }
        _ = try service.pause()
        _ = try service.pause()
        let sweep = try ServiceMembers(leader: service.identity).resume()
        #expect(sweep.isComplete)
        #expect(!service.members.current().contains { $0.isStopped })
        #expect(try service.resume().isComplete)
    }

    @Test("that was held ahead is signalled at once, and those that came later all the same")
    func held() throws {
        let service = try service("sleep 30 & read x; sleep 30 & wait")
        defer { finish(service) }
        let held = try service.members.hold()
        let sweep = try service.pause(held: held)
        #expect(sweep.isComplete)
        #expect(sweep.processes.starts(with: held.map(\.identity)))
        #expect(Set(sweep.processes).isSuperset(of: service.members.current().map(\.identity)))
        #expect(sweep.beganAt <= sweep.lastSentAt && sweep.lastSentAt <= sweep.endedAt)
        #expect(try service.resume().isComplete)
    }

    @Test("is started again as another process with the same command")
    func restart() throws {
        let service = try service("sleep 30 & wait")
        defer { finish(service) }
        let before = service.identity
        try service.restart()
        #expect(service.identity != before)
        #expect(service.isRunning)
        #expect(ServiceMembers(leader: before).current().isEmpty)
    }

    @Test("whose number another process has got is empty: the stranger is not touched")
    func reusedSession() throws {
        let stranger = try Spawner.spawn(Command(["sleep", "30"]))
        defer { end(stranger) }
        let earlier = ProcessIdentity(pid: stranger.pid, startTime: stranger.identity.startTime - 1)
        let members = ServiceMembers(leader: earlier)
        #expect(members.current().isEmpty)
        #expect(try members.kill().processes.isEmpty)
        #expect(stranger.isAlive)
    }

    @Test("a signal that is not obeyed is sent all the same, and waiting ends in time")
    func ignored() throws {
        let service = try service("trap '' TERM; sleep 30 & wait; sleep 30")
        defer { finish(service) }
        #expect(eventually { service.members.current().count >= 2 })
        usleep(50_000)
        _ = try service.kill(SIGTERM)
        #expect(service.waitGone(for: .milliseconds(50)) == nil)
        #expect(try service.kill().isComplete)
    }
}
