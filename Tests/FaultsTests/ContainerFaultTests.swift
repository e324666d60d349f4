import Cgroups
import Containers
import Engines
import Glibc
import LinuxSystem
import Measures
import Processes
import Recording
import TestSupport
import Testing
import Undoing

@testable import Faults

/// Process faults on containers of real engines.
@Suite(
    "Faults on containers",
    .serialized,
    .requiresRoot,
    .requires(.networkNamespaces),
    .requiresEngines,
    .timeLimit(.minutes(3))
)
struct ContainerFaultTests {
    private static func resolver(_ bed: EngineBed) -> TargetResolver {
        TargetResolver(services: Services(), scope: .host(), engines: bed.engines)
    }

    private static let web = ProcessTarget.container(ContainerSelector(name: "web1"))

    private static func error(_ body: () throws -> Void) -> EngineError? {
        do {
            try body()
            return nil
        } catch {
            return error as? EngineError
        }
    }

    @Test(
        "a container is found by name, image and label; several and none are told by name",
        arguments: EngineBed.kinds
    )
    func found(kind: EngineKind) async throws {
        try await EngineBed.with(kind) { bed in
            try bed.run("web1", labels: ["tier=web", "rack=a"])
            try bed.run("web2", labels: ["tier=web"])
            let resolver = Self.resolver(bed)
            let names = { (selector: ContainerSelector) in
                try resolver.containers(selector).map(\.container.name).sorted()
            }
            #expect(try names(ContainerSelector(name: "web1")) == ["web1"])
            #expect(try names(ContainerSelector(labels: ["rack"])) == ["web1"])
            #expect(try names(ContainerSelector(labels: ["tier=web", "rack=a"])) == ["web1"])
            // LXC's own containers are folders, and of no image.
            if kind != .lxc {
                #expect(try names(ContainerSelector(image: "faultline-test", all: true)) == ["web1", "web2"])
                #expect(try names(ContainerSelector(name: "web2", image: "faultline-test:1")) == ["web2"])
            }
            let many = Self.error { _ = try names(ContainerSelector(labels: ["tier=web"])) }
            #expect(many?.code == "container.many" && many?.message.contains("web2") == true)
            let none = Self.error { _ = try names(ContainerSelector(name: "wbe1")) }
            #expect(none?.code == "container.none" && none?.message.contains("web1") == true)
            #expect(Self.error { _ = try names(ContainerSelector(image: "faultline-test:2")) } != nil)
            // By the kernel's own word it is that container's process, and its group is its alone.
            let web1 = try #require(try resolver.containers(ContainerSelector(name: "web1")).first)
            #expect(web1.leader.pid == (try bed.pid(of: "web1")))
            let members = try resolver.resolve(Self.web).current()
            #expect(members.count == 3 && members.contains { $0.identity == web1.leader })
            try bed.stop("web2")
            let stopped = Self.error { _ = try names(ContainerSelector(name: "web2")) }
            #expect(stopped?.code == "container.not-running", "\(stopped?.message ?? "")")
        }
    }

    @Test(
        "a killed container is gone, and runs again where that was asked; its neighbour is not touched",
        arguments: EngineBed.kinds
    )
    func killed(kind: EngineKind) async throws {
        try await EngineBed.with(kind) { bed in
            try bed.run("web1")
            try bed.run("web2")
            let neighbour = try bed.pid(of: "web2")
            let before = try bed.pid(of: "web1")
            let resolver = Self.resolver(bed)
            let keeper = TestKeeper()
            let fault = try #require(KillFault(id: "k#1", target: Self.web, signal: "KILL", restarts: true))
            #expect(try fault.inject(resolver, keeper).isComplete)
            #expect(eventuallyHolds { (try? bed.state(of: "web1")) == "exited" })
            try fault.heal(resolver, keeper)
            let after = try bed.pid(of: "web1")
            #expect(after != before && ProcessTable.status(of: after)?.isAlive == true)
            #expect(keeper.kept.isEmpty)
            try fault.heal(resolver, keeper)
            #expect(try bed.pid(of: "web1") == after)

            // Nobody asked for its return.
            let gone = try #require(KillFault(id: "k#2", target: Self.web, signal: "KILL", restarts: false))
            #expect(try gone.inject(resolver, keeper).isComplete)
            #expect(keeper.kept.isEmpty && eventuallyHolds { (try? bed.state(of: "web1")) == "exited" })
            #expect(try bed.pid(of: "web2") == neighbour)
        }
    }

    @Test(
        "what the journal kept starts a container after its agent died, at once after the kill and twice",
        arguments: EngineBed.kinds
    )
    func undone(kind: EngineKind) async throws {
        try await EngineBed.with(kind) { bed in
            try bed.run("web1")
            let before = try bed.pid(of: "web1")
            let keeper = TestKeeper()
            let fault = try #require(KillFault(id: "k#1", target: Self.web, signal: "KILL", restarts: true))
            _ = try fault.inject(Self.resolver(bed), keeper)
            // The agent is gone here: another process has nothing but what was kept, and the engine may say that it runs still.
            let undo = try #require(keeper.kept.first)
            try UndoPerformer.perform(undo)
            let after = try bed.pid(of: "web1")
            #expect(after != before && ProcessTable.status(of: after)?.isAlive == true)
            try UndoPerformer.perform(undo)
            #expect(try bed.pid(of: "web1") == after)
            // Whoever removed it meanwhile meant it.
            try bed.remove("web1")
            try UndoPerformer.perform(undo)
        }
    }

    @Test(
        "a paused container stands still until it is healed, by signals and by the freezer",
        arguments: EngineBed.kinds
    )
    func paused(kind: EngineKind) async throws {
        try await EngineBed.with(kind) { bed in
            try bed.run("web1")
            let resolver = Self.resolver(bed)
            let keeper = TestKeeper()
            let members = { try resolver.resolve(Self.web).current() }
            let fault = PauseFault(id: "p#1", target: Self.web)
            #expect(try fault.inject(resolver, keeper).isComplete)
            #expect(try members().count == 3 && members().allSatisfy(\.isStopped))
            _ = try fault.heal(resolver, keeper)
            #expect(try !members().contains(where: \.isStopped))

            let faults = ProcessFaults(resolver: resolver, keeper: keeper, executable: "/proc/self/exe")
            let now = Clocks.monotonic()
            let freeze = try faults.freeze(
                id: "f#1",
                Self.web,
                window: ActingWindow(start: now, end: now + 60_000_000_000),
                leaseUntil: now + 60_000_000_000
            )
            let container = try #require(try resolver.containers(ContainerSelector(name: "web1")).first)
            #expect(eventuallyHolds { container.isFrozen })
            _ = try freeze.heal()
            #expect(!container.isFrozen)
            #expect(keeper.kept.isEmpty)
        }
    }

    @Test(
        "a limit stands in the container's own group and is gone when healed; a restart gives it another leader",
        arguments: EngineBed.kinds
    )
    func limited(kind: EngineKind) async throws {
        try await EngineBed.with(kind) { bed in
            try bed.run("web1", labels: ["tier=web"])
            let resolver = Self.resolver(bed)
            let keeper = TestKeeper()
            let container = try #require(try resolver.containers(ContainerSelector(name: "web1")).first)
            let before = try container.memoryLimit()
            var settings = LimitSettings()
            settings.memory = 64 << 20
            let now = Clocks.monotonic()
            let limit = try ProcessFaults(resolver: resolver, keeper: keeper, executable: "/proc/self/exe")
                .limit(
                    id: "l#1",
                    settings,
                    on: Self.web,
                    window: ActingWindow(start: now, end: now + 60_000_000_000),
                    leaseUntil: now + 60_000_000_000
                )
            #expect(eventuallyHolds { (try? container.memoryLimit()) == "\(64 << 20)" })
            _ = try limit.heal()
            #expect(try container.memoryLimit() == before)

            // Of several each has it for itself.
            try bed.run("web2", labels: ["tier=web"])
            let all = ContainerSelector(labels: ["tier=web"], all: true)
            let both = try resolver.containers(all)
            let limits = try ProcessFaults(resolver: resolver, keeper: keeper, executable: "/proc/self/exe")
                .limit(
                    id: "l#2",
                    settings,
                    on: .container(all),
                    window: ActingWindow(start: now, end: now + 60_000_000_000),
                    leaseUntil: now + 60_000_000_000
                )
            #expect(
                eventuallyHolds { both.allSatisfy { (try? $0.memoryLimit()) == "\(64 << 20)" } }
            )
            #expect(both.count == 2 && eventuallyHolds { limits.began != nil })
            #expect(try limits.readBack().isInstalled)
            #expect(limits.observations().map(\.fault) == ["l#2", "l#2"])
            _ = try limits.heal()
            #expect(try both.allSatisfy { try $0.memoryLimit() == before })

            let restart = RestartFault(id: "r#1", target: Self.web)
            let leader = try bed.pid(of: "web1")
            _ = try restart.inject(resolver, keeper)
            let after = try bed.pid(of: "web1")
            #expect(after != leader && ProcessTable.status(of: after)?.isAlive == true)
            #expect(keeper.kept.isEmpty)
        }
    }

    @Test(
        "what is removed when it ends is not ended with a promise to start it",
        arguments: EngineBed.kinds
    )
    func removed(kind: EngineKind) async throws {
        try await EngineBed.with(kind) { bed in
            try bed.run("web1", isRemoved: true)
            let pid = try bed.pid(of: "web1")
            let keeper = TestKeeper()
            let fault = try #require(KillFault(id: "k#1", target: Self.web, signal: "KILL", restarts: true))
            let error = #expect(throws: FaultError.self) { try fault.inject(Self.resolver(bed), keeper) }
            #expect(error?.message.contains("is removed when it ends") == true)
            #expect(keeper.history.isEmpty && ProcessTable.status(of: pid)?.isAlive == true)
        }
    }

    @Test("a group is a container's own up to the part that bears its id, and no other is")
    func ownGroup() {
        let id = String(repeating: "0123456789abcdef", count: 4)
        let own = { (path: String, engine: EngineKind, id: String) in
            Container(engine: engine, id: id, name: "x", image: "", state: "running").ownGroup(in: path)
        }
        #expect(own("/docker/\(id)/below", .docker, id) == "/docker/\(id)")
        let scope = "/machine.slice/libpod-\(id).scope"
        #expect(own("\(scope)/container", .podman, id) == scope)
        #expect(own("/lxc.payload.web1/init.scope", .lxd, "web1") == "/lxc.payload.web1")
        for path in ["/", "/docker", "/docker/\(id.dropLast())", "/system.slice/x.service"] {
            #expect(own(path, .docker, id) == nil)
        }
        #expect(own("/a", .docker, "a") == nil)
        #expect(
            own("/lxc.payload.web12", .lxd, "web1") == nil && own("/lxc.monitor.web1", .lxd, "web1") == nil
        )
    }
}

extension FoundContainer {
    fileprivate func group(of controller: CgroupController) throws -> Cgroup {
        try #require(group(in: try CgroupMounts.current().holding(controller)))
    }

    fileprivate func memoryLimit() throws -> String {
        let group = try group(of: .memory)
        let file = group.mount.version == .two ? "memory.max" : "memory.limit_in_bytes"
        return String(try FileContents.text("\(group.folder)/\(file)").split(separator: "\n").first ?? "")
    }

    fileprivate var isFrozen: Bool {
        guard let group = try? group(of: .freezer) else { return false }
        let text =
            group.mount.version == .two
            ? try? FileContents.text("\(group.folder)/cgroup.freeze")
            : try? FileContents.text("\(group.folder)/freezer.state")
        return text.map { $0.hasPrefix("1") || $0.hasPrefix("FROZEN") } ?? false
    }
}
