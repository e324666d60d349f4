import Agent
import Foundation
import LinuxSystem
import Measures
import Processes
import Synchronization
import TestSupport

#if canImport(Glibc)
import Glibc
#endif

/// Two wired hosts; on the first, paths are walked and cut off by death.
final class KillScene: Sendable {
    private let host: TestHost
    private let peer: TestHost
    private let folder: String
    private var disk: String { "\(folder)/disk" }
    private let lengths = Mutex<[FaultPath: Int64]>([:])
    private let numbers = Atomic(0)
    private let traffic: PeerTraffic

    init(_ hosts: [TestHost]) throws {
        (host, peer) = (hosts[0], hosts[1])
        folder = "/tmp/\(hosts[0].namespace.name)"
        try Directory.make("\(folder)/disk")
        // Small enough to be filled in a moment.
        try SystemError.check("mount a tmpfs") { [folder] in
            mount("none", "\(folder)/disk", "tmpfs", 0, "size=4m")
        }
        traffic = try PeerTraffic(from: host, to: peer)
    }

    func close() {
        traffic.stop()
        umount2(disk, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Nanoseconds that the path takes when nobody dies, the shortest of three: a host that is busy now and idle later would
    /// have most deaths come after the end. Errors: it does not come to its end, or leaves something.
    func length(of path: FaultPath) throws -> Int64 {
        if let known = lengths.withLock({ $0[path] }) { return known }
        var shortest = Int64.max
        for _ in 0..<3 {
            try withWorker(path) { worker, before, id in
                let start = worker.go()
                let word = worker.hear(within: 30_000)
                shortest = min(shortest, Clocks.monotonic() - start)
                guard word == "done" else { throw failure("\(path.rawValue): \(word ?? "no end")") }
                _ = worker.process.wait(for: .seconds(10))
                try expect(before, id, "a whole walk of \(path.rawValue)")
            }
        }
        lengths.withLock { $0[path] = shortest }
        return shortest
    }

    /// Milliseconds from the death until the state was the one before, and whether it came before the path's end. Errors:
    /// what is different, and what else is wrong.
    func strike(_ point: KillPoint) throws -> (took: Double, isInside: Bool) {
        let offset = Int64(Double(try length(of: point.path)) * point.share)
        return try withWorker(point.path) { worker, before, id in
            let start = worker.go()
            Clocks.sleepUntil(monotonic: start + offset)
            let died = Clocks.monotonic()
            if point.victim != .agent { try worker.guardian?.signal(SIGKILL) }
            if point.victim != .guardian { try worker.process.signal(SIGKILL) }
            var isInside = worker.hear(within: 0) != "done"
            switch point.victim {
            case .agent:
                guard worker.guardian?.wait(for: .seconds(10)) != nil else {
                    throw failure("the guardian does not end")
                }
            case .guardian:
                // The agent has another, and comes to its end.
                guard isInside else { break }
                let word = worker.hear(within: 30_000)
                guard word == "done" else { throw failure("the agent: \(word ?? "no end")") }
            case .both:
                _ = worker.process.wait(for: .seconds(10))
                _ = worker.guardian?.wait(for: .seconds(10))
                try recover()
            }
            _ = worker.process.wait(for: .seconds(10))
            // What it said with its last breath.
            if point.victim != .guardian, isInside { isInside = worker.hear(within: 0) != "done" }
            try expect(before, id, "after the death")
            let took = Double(Clocks.monotonic() - died) / 1e6
            // What recover finds in the journal was undone already: once more changes nothing.
            try recover()
            try expect(before, id, "after recover")
            return (took, isInside)
        }
    }

    /// As `faultline recover` does it, on this host.
    private func recover() throws {
        let path = "\(folder)/journal.sqlite"
        let replay = try host.namespace.inside { try Replay(path: path) }
        guard replay.failures == 0 else { throw failure(replay.lines.joined(separator: "; ")) }
    }

    /// The state becomes the one before, packets pass included, at most three seconds from now (in an emulated guest nine).
    private func expect(_ before: HostState, _ id: String, _ when: String) throws {
        let patience = Clocks.monotonic() + (getenv("FAULTLINE_STOCK_KERNEL") == nil ? 3 : 9) * 1_000_000_000
        var differences: [String]
        repeat {
            differences = before.differences(to: try HostState(of: host.namespace, disk: disk, id: id))
            if differences.isEmpty {
                if try passes() { return }
                differences = ["packets do not pass"]
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
        } while Clocks.monotonic() < patience
        throw failure("\(when): \(differences.joined(separator: "; "))")
    }

    private func passes() throws -> Bool {
        let probe = EchoProbe(address: peer.address, interval: 1_000_000, patience: 50_000_000)
        return try host.namespace.inside {
            let now = Clocks.monotonic()
            let samples = try probe.run(from: now, to: now + 3_000_000)
            return samples.allSatisfy { $0.roundTrip != nil }
        }
    }

    private func withWorker<Value>(
        _ path: FaultPath,
        _ body: (Worker, HostState, String) throws -> Value
    ) throws -> Value {
        for name in try Directory.entries(folder) where name != "disk" {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        let number = numbers.wrappingAdd(1, ordering: .relaxed).newValue
        let id = "walk-\(getpid())-\(number)#1"
        let worker = try Worker(path, id: id, in: host, folder: folder, peer: peer.address)
        defer { endAll(worker) }
        let own = Set([worker.process.pid, worker.guardian?.pid ?? 0])
        let before = try HostState(of: host.namespace, disk: disk, id: id, leavingOut: own)
        return try body(worker, before, id)
    }

    /// The target, and whatever a failed point left running.
    private func endAll(_ worker: Worker) {
        guard let inode = try? host.namespace.inode() else { return }
        for _ in 0..<200 {
            let living = ProcessTable.current().members(ofNetworkNamespace: inode)
            if living.isEmpty { break }
            for status in living { _ = try? ProcessHandle.open(status.identity).signal(SIGKILL) }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 2_000_000)
        }
        _ = worker.process.wait(for: .seconds(1))
    }

    private func failure(_ text: String) -> SystemError {
        let log = (try? FileContents.text("\(folder)/guardian.log")) ?? ""
        return SystemError("kill point", refused: "\(text)\nguardian.log: \(log)")
    }
}
