import Foundation
import Lab
import LinuxSystem
import Measures
import Packetfilter
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A fault cannot outlive its agent, nor its coordinator: promise 1.
@Suite(.serialized, .requiresRoot) struct DeathTests {
    struct Death: Sendable, CustomTestStringConvertible {
        let fault: String
        let yaml: String
        var testDescription: String { fault }
    }

    static let deaths = [
        Death(fault: "cut#1", yaml: Trial.longCut), Death(fault: "slow#1", yaml: Trial.longDelay),
        Death(fault: "stop#1", yaml: Trial.longPause), Death(fault: "gone#1", yaml: Trial.longKill),
        Death(fault: "ice#1", yaml: Trial.longFreeze), Death(fault: "busy#1", yaml: Trial.longStress),
        Death(fault: "lid#1", yaml: Trial.longLimit),
    ]

    /// SIGKILL of the coordinator: the leases end within 2 s, and then nothing acts; recover leaves nothing at all.
    @Test(arguments: deaths)
    func `when the coordinator is killed no fault acts after two seconds, and recover leaves nothing`(
        death: Death
    ) async throws {
        try await withExperiment(Trial.yaml(duration: "60s", faults: death.yaml)) { run in
            let program = try run.start()
            #expect(waitUntilActing(death.fault, run), "\(program.text)")
            let lab = try #require(run.lab)
            _ = try program.process.signal(SIGKILL)
            _ = program.process.wait(for: .seconds(5))
            try await Task.sleep(for: .seconds(2))
            expectNoFault(in: lab)

            let recovered = try Program.run(["recover"], in: run.folder.path)
            #expect(recovered.code == 0, "\(recovered.text)")
            #expect(leftovers(of: lab.layout.id) == [])
        }
    }

    /// SIGKILL of the agents: the kernel and the guardian end the faults; the run ends with 6, and leaves nothing.
    @Test(arguments: deaths)
    func `when all agents are killed no fault acts after two seconds, and the run ends with 6`(death: Death)
        async throws
    {
        try await withExperiment(Trial.yaml(duration: "60s", faults: death.yaml)) { run in
            let program = try run.start()
            #expect(waitUntilActing(death.fault, run), "\(program.text)")
            let lab = try #require(run.lab)
            let agents = agentPids(of: lab.layout.id)
            #expect(agents.count == 2)
            // The coordinator would take the lab down before we could look: it is stopped meanwhile.
            _ = try program.process.signal(SIGSTOP)
            for agent in agents { _ = try agent.signal(SIGKILL) }
            try await Task.sleep(for: .seconds(2))
            expectNoFault(in: lab)
            _ = try program.process.signal(SIGCONT)
            #expect(program.wait(atMost: .seconds(30)) == 6, "\(program.text)")
            #expect(!run.file("report.html").isEmpty)
            #expect(leftovers(of: lab.layout.id) == [])
        }
    }

    @Test func `one killed agent ends the run with 6, and the others heal`() async throws {
        let faults =
            Trial.longCut + "\n"
            + "  - { name: slow, at: 2s, for: 40s, on: client, delay: { latency: 50ms } }"
        try await withExperiment(Trial.yaml(duration: "60s", faults: faults)) { run in
            let program = try run.start()
            #expect(waitUntilActing("slow#1", run), "\(program.text)")
            let lab = try #require(run.lab)
            let web = try #require(agentPids(of: lab.layout.id).first)
            _ = try web.signal(SIGKILL)
            #expect(program.wait(atMost: .seconds(30)) == 6, "\(program.text)")
            #expect(run.file("recording/events.jsonl").contains("\"step\":\"healed\""))
            #expect(leftovers(of: lab.layout.id) == [])
        }
    }

    /// SIGKILL of the guardians alone: others take their places, the run goes on, and all is undone at its end.
    @Test(arguments: [deaths[2], deaths[4]])
    func `when all guardians are killed others take their places, and the run goes on to its end`(
        death: Death
    )
        async throws
    {
        let short = death.yaml.replacing("for: 50s", with: "for: 4s").replacing("for: 40s", with: "for: 4s")
        try await withExperiment(Trial.yaml(duration: "12s", faults: short)) { run in
            let program = try run.start()
            #expect(waitUntilActing(death.fault, run), "\(program.text)")
            let lab = try #require(run.lab)
            let first = processes("guardian", in: lab)
            #expect(first.count == 2)
            for guardian in first { _ = try guardian.signal(SIGKILL) }
            #expect(eventually { processes("guardian", in: lab).count == 2 })
            let code = program.wait(atMost: .seconds(40))
            #expect(code == 0 || code == 1 || code == 3, "\(program.text)")
            #expect(run.file("recording/events.jsonl").contains("\"step\":\"healed\""))
            #expect(leftovers(of: lab.layout.id) == [])
        }
    }

    /// The guardian first and the agent after it: the next guardian has taken over what the first one kept.
    @Test(arguments: [deaths[2], deaths[3]])
    func `an agent that dies after its guardian leaves no fault`(death: Death) async throws {
        try await withExperiment(Trial.yaml(duration: "60s", faults: death.yaml)) { run in
            let program = try run.start()
            #expect(waitUntilActing(death.fault, run), "\(program.text)")
            let lab = try #require(run.lab)
            _ = try program.process.signal(SIGSTOP)
            let first = processes("guardian", in: lab)
            for guardian in first { _ = try guardian.signal(SIGKILL) }
            #expect(eventually { processes("guardian", in: lab).count == first.count })
            for agent in processes("agent", in: lab) { _ = try agent.signal(SIGKILL) }
            try await Task.sleep(for: .seconds(2))
            expectNoFault(in: lab)
            _ = try program.process.signal(SIGKILL)
            _ = program.process.wait(for: .seconds(5))
            #expect(try Program.run(["recover"], in: run.folder.path).code == 0)
        }
    }

    /// SIGKILL of everything of ours at once: what the kernel holds is gone at once; the rest waits for recover.
    @Test(arguments: deaths)
    func `when coordinator, agents and guardians are killed at once, recover leaves nothing`(death: Death)
        async throws
    {
        try await withExperiment(Trial.yaml(duration: "60s", faults: death.yaml)) { run in
            let program = try run.start()
            #expect(waitUntilActing(death.fault, run), "\(program.text)")
            let lab = try #require(run.lab)
            for guardian in processes("guardian", in: lab) { _ = try guardian.signal(SIGKILL) }
            for agent in processes("agent", in: lab) { _ = try agent.signal(SIGKILL) }
            _ = try program.process.signal(SIGKILL)
            _ = program.process.wait(for: .seconds(5))
            if death.fault == "cut#1" || death.fault == "slow#1" {
                try await Task.sleep(for: .milliseconds(200))
                expectNoFault(in: lab)
            }
            let recovered = try Program.run(["recover"], in: run.folder.path)
            #expect(recovered.code == 0, "\(recovered.text)")
            #expect(leftovers(of: lab.layout.id) == [])
        }
    }

    /// The guardian started the service meanwhile; the agent, running again, does not start a second one.
    @Test
    func `an agent that was frozen over its lease's end finds its service running, and starts no other`()
        async throws
    {
        try await withExperiment(Trial.yaml(duration: "60s", faults: Trial.longKill)) { run in
            let program = try run.start()
            #expect(waitUntilActing("gone#1", run), "\(program.text)")
            let lab = try #require(run.lab)
            _ = try program.process.signal(SIGSTOP)
            let agents = processes("agent", in: lab)
            for agent in agents { _ = try agent.signal(SIGSTOP) }
            try await Task.sleep(for: .seconds(2))
            expectNoFault(in: lab)
            let before = masters(in: lab)
            #expect(before.count == 1)
            for agent in agents { _ = try agent.signal(SIGCONT) }
            // A second one would try for two and a half seconds to get the port.
            for _ in 0..<20 {
                try await Task.sleep(for: .milliseconds(50))
                #expect(masters(in: lab) == before)
            }
            _ = try program.process.signal(SIGKILL)
            _ = program.process.wait(for: .seconds(5))
        }
    }

    /// SIGSTOP of the agents: what the kernel does not end, the guardian does, which hears of no renewal.
    @Test(arguments: deaths)
    func `a frozen agent's faults end with the lease`(death: Death) async throws {
        try await withExperiment(Trial.yaml(duration: "60s", faults: death.yaml)) { run in
            let program = try run.start()
            #expect(waitUntilActing(death.fault, run), "\(program.text)")
            let lab = try #require(run.lab)
            _ = try program.process.signal(SIGSTOP)
            for agent in agentPids(of: lab.layout.id) { _ = try agent.signal(SIGSTOP) }
            try await Task.sleep(for: .seconds(2))
            expectNoFault(in: lab)
            _ = try program.process.signal(SIGKILL)
            _ = program.process.wait(for: .seconds(5))
        }
    }

    @Test func `the next lab removes what a killed run left`() async throws {
        try await withExperiment(Trial.yaml(duration: "60s", faults: Trial.longCut)) { run in
            let program = try run.start()
            #expect(waitUntilActing("cut#1", run), "\(program.text)")
            let first = try #require(run.lab).layout.id
            _ = try program.process.signal(SIGKILL)
            _ = program.process.wait(for: .seconds(5))
            let up = try Program.run(["lab", "up", "trial.yaml"], in: run.folder.path)
            #expect(up.code == 0, "\(up.text)")
            #expect(leftovers(of: first) == [])
            let second = try #require(run.lab).layout.id
            let down = try Program.run(["lab", "down", second], in: run.folder.path)
            #expect(down.code == 0)
            #expect(leftovers(of: second) == [])
        }
    }

    private func waitUntilActing(_ fault: String, _ run: TestRun) -> Bool {
        run.waitForEvent(["\"\(fault)\"", "\"started\"", "injection"], atMost: .seconds(20))
    }

    private func agentPids(of lab: String) -> [ProcessHandle] {
        handles(of: "agent") { words in words.contains { $0.contains(lab) } }
    }

    /// Our own processes of this subcommand on the lab's hosts.
    private func processes(_ command: String, in lab: LabState) -> [ProcessHandle] {
        let inodes = lab.layout.hosts.compactMap { try? NetworkNamespace(named: $0.namespace).inode() }
        return handles(of: command) { _ in true }.filter { handle in
            ProcessTable.networkNamespace(of: handle.pid).map(inodes.contains) ?? false
        }
    }

    private func masters(in lab: LabState) -> [Int32] {
        let inodes = lab.layout.hosts.compactMap { try? NetworkNamespace(named: $0.namespace).inode() }
        return inodes.flatMap { ProcessTable.current().members(ofNetworkNamespace: $0) }
            .filter { $0.name == "nginx" && $0.session == $0.identity.pid }.map(\.identity.pid)
    }

    private func eventually(_ condition: () -> Bool) -> Bool {
        let patience = Clocks.monotonic() + 3_000_000_000
        while Clocks.monotonic() < patience {
            if condition() { return true }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 10_000_000)
        }
        return condition()
    }

    private func handles(of command: String, _ isMeant: ([String]) -> Bool) -> [ProcessHandle] {
        ProcessTable.current().statuses.compactMap { status in
            let bytes = (try? FileContents.read("/proc/\(status.identity.pid)/cmdline")) ?? []
            let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            guard status.isAlive, words.count > 1, words[1] == command, isMeant(words) else { return nil }
            return try? ProcessHandle.open(status.identity)
        }
    }

    private func answers(from: String, to: String, in lab: LabState) throws -> Bool {
        guard let source = lab.layout.hosts.first(where: { $0.name == from }),
            let target = lab.layout.hosts.first(where: { $0.name == to })
        else { return false }
        let now = Clocks.monotonic()
        let probe = EchoProbe(address: target.address, interval: 20_000_000, patience: 100_000_000)
        let samples = try NetworkNamespace(named: source.namespace).inside {
            try probe.run(from: now, to: now + 200_000_000)
        }
        return samples.allSatisfy { $0.roundTrip != nil && ($0.roundTrip ?? 0) < 100_000_000 }
    }

    /// No table of ours, the path fast and whole in both directions, no service stopped, the service there.
    private func expectNoFault(in lab: LabState) {
        for host in lab.layout.hosts {
            let rules = try? FilterSocket.open(in: NetworkNamespace(named: host.namespace)).snapshot()
            let acting = rules?.objects.keys.filter { $0.contains("faultline") } ?? []
            #expect(acting.isEmpty || (try? answers(from: "client", to: "web", in: lab)) == true, "\(acting)")
        }
        #expect((try? answers(from: "client", to: "web", in: lab)) == true)
        #expect((try? answers(from: "web", to: "client", in: lab)) == true)
        guard let web = lab.layout.hosts.first(where: { $0.name == "web" }),
            let inode = try? NetworkNamespace(named: web.namespace).inode()
        else { return }
        let nginx = ProcessTable.current().members(ofNetworkNamespace: inode).filter { $0.name == "nginx" }
        #expect(nginx.contains { $0.isAlive }, "nginx does not run again")
        #expect(!nginx.contains { $0.isStopped }, "nginx is still stopped")
        let groups = nginx.map { (try? FileContents.text("/proc/\($0.identity.pid)/cgroup")) ?? "" }
        #expect(!groups.contains { $0.contains("faultline-") }, "\(groups)")
        let workers = ProcessTable.current().members(ofNetworkNamespace: inode).filter { status in
            ((try? FileContents.text("/proc/\(status.identity.pid)/cmdline")) ?? "").contains("stress-worker")
        }
        #expect(workers.isEmpty, "stress goes on")
    }
}
