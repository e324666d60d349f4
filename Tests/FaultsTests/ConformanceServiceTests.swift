import Glibc
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing
import Undoing

@testable import Faults

/// What holds of process faults besides: what is kept before they act, whom they hit, and what they leave running.
@Suite("Process faults", .serialized, .requiresRoot, .requires(.networkNamespaces))
struct ConformanceServiceTests {
    private static func withService(
        _ arguments: [String] = ServiceWorld.shell.command.arguments,
        _ body: (ServiceWorld, ServiceProcess, Services) throws -> Void
    ) async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let world = try ServiceWorld(in: hosts[0].namespace)
            let service = try world.start(ServiceCommand(name: "service", command: Command(arguments)))
            defer {
                _ = try? service.kill()
                _ = service.waitGone(for: .seconds(5))
            }
            let services = Services()
            services.add(service)
            #expect(eventuallyHolds { world.living.count >= 3 })
            try body(world, service, services)
        }
    }

    private static func inject(
        _ act: ServiceKind.Act,
        _ services: Services,
        _ keeper: TestKeeper
    ) throws -> SignalSweep {
        switch act {
        case .kill:
            let fault = try #require(KillFault(id: "f#1", service: "service", signal: "KILL", restarts: true))
            return try fault.inject(services, keeper)
        case .pause: return try PauseFault(id: "f#1", service: "service").inject(services, keeper)
        case .restart: return try RestartFault(id: "f#1", service: "service").inject(services, keeper)
        }
    }

    @Test(
        "what undoes it is kept before anything is signalled, and when that fails nothing is",
        arguments: [ServiceKind.Act.kill, .pause, .restart]
    )
    func keptFirst(act: ServiceKind.Act) async throws {
        try await Self.withService { world, service, services in
            let before = world.living.map(\.identity)
            #expect(throws: TestKeeper.Refusal.self) {
                try Self.inject(act, services, TestKeeper(refuses: true))
            }
            #expect(world.living.map(\.identity) == before)
            #expect(!world.living.contains { $0.isStopped })
            #expect(try services.named("service").identity == service.identity)

            let keeper = TestKeeper {
                #expect(world.living.map(\.identity) == before && !world.living.contains { $0.isStopped })
            }
            #expect(try Self.inject(act, services, keeper).isComplete)
            #expect(keeper.history.count == 1)
            if act == .pause { _ = try service.resume() }
        }
    }

    @Test("never touches a process outside the session, whatever becomes of those inside")
    func strangers() async throws {
        try await Self.withService { world, service, services in
            let running = try world.namespace.inside { try Spawner.spawn(Command(["sleep", "299"])) }
            let stopped = try world.namespace.inside { try Spawner.spawn(Command(["sleep", "298"])) }
            defer {
                for stranger in [running, stopped] {
                    _ = try? stranger.signal(SIGKILL)
                    _ = stranger.wait(for: .seconds(5))
                }
            }
            try stopped.signal(SIGSTOP)
            #expect(eventuallyHolds { stopped.isStopped })
            let keeper = TestKeeper()
            let pause = PauseFault(id: "p#1", service: "service")
            let sweep = try pause.inject(services, keeper)
            #expect(sweep.isComplete && sweep.processes.count == 3)
            // Somebody else ends a member meanwhile: the first process too, so that its number is free for others.
            for victim in sweep.processes.filter({ $0 != service.identity }).prefix(1) {
                try ProcessHandle.open(victim).signal(SIGKILL)
            }
            #expect(eventuallyHolds { service.members.current().count == 2 })
            _ = try pause.heal(services, keeper)
            #expect(!service.members.current().contains { $0.isStopped })
            #expect(running.isAlive && !running.isStopped)
            #expect(stopped.isStopped)

            let kill = try #require(KillFault(id: "k#1", service: "service", signal: "KILL", restarts: false))
            #expect(try kill.inject(services, keeper).isComplete)
            #expect(service.members.current().isEmpty)
            #expect(running.isAlive && !running.isStopped && stopped.isStopped)

            // A kept undo whose number another process has by now.
            let reused = ProcessIdentity(pid: stopped.pid, startTime: stopped.identity.startTime - 1)
            try UndoPerformer.perform(.continueProcesses([reused]))
            try UndoPerformer.perform(.endProcesses([reused]))
            #expect(stopped.isAlive && stopped.isStopped)
        }
    }

    @Test("a pause whose service was ended meanwhile heals without an error, and starts nothing")
    func endedWhilePaused() async throws {
        try await Self.withService { world, service, services in
            let keeper = TestKeeper()
            let pause = PauseFault(id: "p#1", service: "service")
            _ = try pause.inject(services, keeper)
            _ = try service.kill()
            for undo in keeper.kept { try UndoPerformer.perform(undo) }
            _ = try pause.heal(services, keeper)
            #expect(world.living.isEmpty)
            #expect(keeper.kept == [])
        }
    }

    @Test("a service that takes its time to end runs again after healing, and stays")
    func slowEnd() async throws {
        // What it waits for while it ends does not obey either.
        let slow = """
            trap '(trap "" TERM; exec sleep 0.5); exit' TERM; sleep 300 & sleep 300 & while :; do sleep 0.05; done
            """
        try await Self.withService(["sh", "-c", slow]) { world, service, services in
            // The trap stands once the loop turns.
            #expect(eventuallyHolds { world.living.count >= 4 })
            let keeper = TestKeeper()
            let old = service.identity
            let kill = try #require(KillFault(id: "k#1", service: "service", signal: "TERM", restarts: true))
            _ = try kill.inject(services, keeper)
            #expect(service.isRunning, "it was to end slowly")
            try world.namespace.inside { try kill.heal(services, keeper) }
            let new = service.identity
            #expect(new != old)
            try world.namespace.inside { try kill.heal(services, keeper) }
            #expect(service.identity == new, "healed twice, started twice")
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + Pace.milliseconds(700))
            #expect(service.isRunning)
            #expect(ServiceMembers(leader: old).current().isEmpty)
            #expect(keeper.kept == [])
        }
    }

    @Test("a child that an ending service has just forked is not taken for its successor")
    func forked() async throws {
        // It bears the service's command line, and runs nothing of its own.
        let busy = """
            trap '(trap "" TERM; i=0; while [ $i -lt 2000000 ]; do i=$((i+1)); done); exit' TERM
            sleep 300 & sleep 300 & wait
            """
        try await Self.withService(["sh", "-c", busy]) { world, service, services in
            let (keeper, old) = (TestKeeper(), service.identity)
            let kill = try #require(KillFault(id: "k#1", service: "service", signal: "TERM", restarts: true))
            _ = try kill.inject(services, keeper)
            let isForked = eventuallyHolds {
                service.members.current().contains { $0.name == "sh" && $0.identity != old }
            }
            #expect(isForked)
            try world.namespace.inside { try kill.heal(services, keeper) }
            #expect(service.identity != old && service.isRunning)
            #expect(eventuallyHolds { world.words == ["sh", "sleep", "sleep"] }, "\(world.living)")
            #expect(keeper.kept == [])
        }
    }

    @Test(
        "a signal that a service obeys without ending is no reason to start it again",
        arguments: ["HUP", "USR1"]
    )
    func obeyed(signal: String) async throws {
        let patient = "trap : \(signal); sleep 300 & sleep 300 & while :; do sleep 0.05; done"
        try await Self.withService(["sh", "-c", patient]) { world, service, services in
            #expect(eventuallyHolds { world.living.count >= 4 })
            let (keeper, old) = (TestKeeper(), service.identity)
            let kill = try #require(KillFault(id: "k#1", service: "service", signal: signal, restarts: true))
            _ = try kill.inject(services, keeper)
            try kill.heal(services, keeper)
            #expect(service.identity == old && service.isRunning)
        }
    }

    @Test("a kill without restart leaves the service down, and nothing to undo")
    func staysDown() async throws {
        try await Self.withService { world, _, services in
            let keeper = TestKeeper()
            let kill = try #require(KillFault(id: "k#1", service: "service", signal: "KILL", restarts: false))
            #expect(try kill.inject(services, keeper).isComplete)
            try kill.heal(services, keeper)
            #expect(world.living.isEmpty && keeper.history == [])
        }
    }

    @Test(
        "only signals that a fault may send make a kill",
        arguments: ["STOP", "CONT", "9", "SIGKILL", "kill", ""]
    )
    func signals(name: String) {
        #expect(KillFault(id: "k#1", service: "service", signal: name, restarts: true) == nil)
    }

    @Test("a service that is not there is named, with those that are")
    func unknown() async throws {
        try await Self.withService { _, _, services in
            let error = #expect(throws: FaultError.self) {
                try PauseFault(id: "p#1", service: "ngnix").inject(services, TestKeeper())
            }
            #expect(
                error?.message.contains("\"ngnix\"") == true && error?.message.contains("service") == true
            )
        }
    }

    @Test(
        "a running service is known by its command line or by the title that it wrote over it",
        arguments: [
            // What /proc/PID/cmdline holds (| for NUL), name, leads its session, the command, known.
            ("nginx|-c|a.conf|", "nginx", true, ["nginx", "-c", "a.conf"], true),
            ("nginx|-c|a.conf|", "nginx", false, ["nginx", "-c", "a.conf"], true),
            ("nginx|-c|b.conf|", "nginx", true, ["nginx", "-c", "a.conf"], false),
            ("nginx: master process nginx -c a.conf||||", "nginx", true, ["nginx", "-c", "a.conf"], true),
            ("nginx: master process nginx -c b.conf|", "nginx", true, ["nginx", "-c", "a.conf"], false),
            ("nginx: worker process|", "nginx", false, ["nginx", "-c", "a.conf"], false),
            ("nginx: master process /usr/sbin/nginx|", "nginx", true, ["/usr/sbin/nginx"], true),
            // A shell whose script ends like the command is not the command.
            ("sh|-c|exec sleep 300|", "sh", true, ["sleep", "300"], false),
            ("sudo|sleep|300|", "sudo", true, ["sleep", "300"], false),
            // An empty argument counts; one that ends in another is another.
            ("sleep|300||", "sleep", true, ["sleep", "300", ""], true),
            ("sleep|300|", "sleep", true, ["sleep", "300", ""], false),
            ("sleep|1300|", "sleep", true, ["sleep", "300"], false),
            ("", "sleep", true, ["sleep", "300"], false),
        ] as [(String, String, Bool, [String], Bool)]
    )
    func recognised(line: String, name: String, leads: Bool, arguments: [String], known: Bool) throws {
        let session = leads ? 50 : 49
        let stat = "50 (\(name)) S 1 50 \(session) 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0"
        let status = try #require(ProcessStatus(parsing: Array(stat.utf8)))
        let bytes = line.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }
        #expect(ServiceRestoration.isCommand(bytes, of: status, arguments) == known)
    }
}
