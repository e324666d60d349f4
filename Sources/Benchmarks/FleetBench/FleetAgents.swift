import BenchSupport
import Foundation
import LinuxSystem
import Measures
import Processes

#if canImport(Glibc)
import Glibc
#endif

/// The built `faultline agent` on every node. They end with this value.
final class FleetAgents {
    private let network: FleetNetwork
    private var agents: [ProcessHandle] = []

    init(on network: FleetNetwork, program: String) throws {
        self.network = network
        for (node, namespace) in network.nodes.enumerated() {
            let name = FleetNetwork.name(node)
            let words = [
                program, "agent", "--host", name, "--listen", network.path("\(name).sock"), "--state",
                network.path("state-\(name)"), "--tcp", "\(FleetNetwork.address(node)):\(FleetNetwork.port)",
                "--keys", network.key(name), "--policy", network.path("policy.yaml"),
            ]
            let command = Command(
                words,
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
                directory: network.folder,
                log: network.path("\(name).log")
            )
            agents.append(try namespace.inside { try Spawner.spawn(command) })
            // Not all at once: what is measured is a fleet that is there, not one that starts.
            if node % 4 == 3 { try await_(through: node) }
        }
        try await_(through: network.nodes.count - 1)
    }

    deinit {
        for agent in agents { _ = try? agent.signal(SIGTERM) }
        for agent in agents where agent.wait(for: .seconds(20)) == nil {
            _ = try? agent.signal(SIGKILL)
            _ = agent.wait(for: .seconds(5))
        }
    }

    private func await_(through node: Int) throws {
        let log = network.path("\(FleetNetwork.name(node)).log")
        let patience = Clocks.monotonic() + Duration.seconds(60).nanoseconds
        while (try? FileContents.text(log))?.contains("listens on TCP") != true {
            guard Clocks.monotonic() < patience else {
                throw SystemError("start agents", refused: (try? FileContents.text(log)) ?? "no word of it")
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 10_000_000)
        }
    }

    /// Each agent with its guardian.
    private var families: [[Int32]] {
        let table = ProcessTable.current()
        return agents.map { [$0.pid] + table.descendants(of: [$0.pid]).map(\.identity.pid) }
    }

    /// What one agent, with its guardian, uses of the machine.
    struct Usage {
        /// Seconds of a processor, by the scheduler's own account.
        let processor: [Double]
        /// The agent alone, bytes; pages of the program count for each, as `ps` counts them.
        let resident: [Double]
        /// The same of its guardian.
        let guardian: [Double]
        /// Resident, bytes; a page that several have counts for each by its part.
        let proportional: [Double]
    }

    func usage() -> Usage {
        let families = families
        let resident = families.map { $0.map { Self.kilobytes("VmRSS", "/proc/\($0)/status") * 1024 } }
        return Usage(
            processor: families.map { $0.reduce(0) { $0 + Self.processorSeconds(of: $1) } },
            resident: resident.map { $0.first ?? 0 },
            guardian: resident.map { $0.dropFirst().reduce(0, +) },
            proportional: families.map {
                $0.reduce(0) { $0 + Self.kilobytes("Pss", "/proc/\($1)/smaps_rollup") * 1024 }
            }
        )
    }

    /// Of one agent and its guardian, all threads, in a second, by strace; nil: there is no strace.
    func systemCallsPerSecond(over time: Duration) -> Double? {
        guard let family = families.first else { return nil }
        let output = network.path("strace")
        let attached = family.map { "-p \($0)" }.joined(separator: " ")
        let seconds = Int(time.seconds)
        _ = system("timeout -s INT \(seconds) strace -f -qq -o \(output) \(attached) 2> /dev/null")
        guard let text = try? FileContents.text(output) else { return nil }
        // The first of each thread is the call in which it was found.
        let lines = text.split(separator: "\n").filter { !$0.contains("resumed>") }.count
        return Double(lines) / time.seconds
    }

    private static func processorSeconds(of pid: Int32) -> Double {
        let text = (try? FileContents.text("/proc/\(pid)/schedstat")) ?? ""
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        guard !text.isEmpty else { return 0 }
        return threads.reduce(0) { sum, thread in
            let text = (try? FileContents.text("/proc/\(pid)/task/\(thread)/schedstat")) ?? ""
            return sum + (text.split(separator: " ").first.flatMap { Double($0) } ?? 0) / 1e9
        }
    }

    private static func kilobytes(_ key: String, _ path: String) -> Double {
        let lines = ((try? FileContents.text(path)) ?? "").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("\(key):") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    }
}
