import Foundation
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The network between agents and coordinator fails, the coordinator does, the agents do: how does it end?
@Suite(.serialized, .requiresRoot) struct OutageTests {
    private static let stop = "  - { name: stop, at: 2s, for: 8s, on: web, pause: { service: nginx } }"

    private func sleep(_ duration: Duration) {
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + duration.nanoseconds)
    }

    @Test(arguments: [1, 3])
    func `an outage shorter than the lease costs nothing: each request is counted once`(_ seconds: Int)
        async throws
    {
        try await Bed.with { bed in
            let run = try bed.startRun(
                bed.experiment(rate: "200/s", duration: "12s", faults: ""),
                lease: "8s"
            )
            try bed.awaitEvent("\"started\"")
            sleep(.seconds(3))
            try bed.cutCoordinator(true)
            sleep(.seconds(seconds))
            try bed.cutCoordinator(false)
            #expect(run.wait(atMost: .seconds(90)) == 0, "\(run.text)")
            let results = try #require(bed.results())
            let recorded = try Recorded(results)
            recorded.expectEachOnce(of: 2400)
            let asked = try bed.asked()
            #expect(
                asked.count == 2400 && Set(asked).count == 2400,
                "the server was asked \(asked.count) times"
            )
            #expect(recorded.answered == 2400)
            #expect(!bed.file("recording/events.jsonl").contains("leaseExpired"))
        }
    }

    @Test func `an outage longer than the lease ends the run, and agents heal on their own`() async throws {
        try await Bed.with { bed in
            let run = try bed.startRun(
                bed.experiment(duration: "40s", faults: Self.stop.replacing("8s", with: "30s")),
                lease: "3s"
            )
            try bed.awaitEvent("\"stop#1\"", "\"started\"")
            #expect(!bed.stopped.isEmpty)
            try bed.cutCoordinator(true)
            sleep(.seconds(5))
            #expect(bed.stopped.isEmpty, "healed without a word from anybody")
            try bed.cutCoordinator(false)
            #expect(run.wait(atMost: .seconds(90)) == 6, "\(run.text)")
            #expect(run.text.contains("its lease is over"), "\(run.text)")
        }
    }

    @Test(arguments: ["client", "[client, spare]"])
    func `a coordinator that is killed is followed by another, and nothing is lost`(_ senders: String)
        async throws
    {
        try await Bed.with { bed in
            let first = try bed.startRun(
                bed.experiment(from: senders, rate: "200/s", duration: "14s", faults: Self.stop),
                lease: "10s"
            )
            try bed.awaitEvent("\"stop#1\"", "\"started\"")
            sleep(.seconds(1))
            _ = try first.process.signal(SIGKILL)
            _ = first.process.wait(for: .seconds(5))
            sleep(.seconds(1))
            #expect(!bed.stopped.isEmpty, "the lease holds the fault")
            let folder = try #require(bed.results())
            let next = try bed.start(["run", "--resume", folder, "--keys", "key-laptop"])
            let code = next.wait(atMost: .seconds(90))
            #expect([0, 1, 3].contains(code), "\(next.text)")
            #expect(next.text.contains("resumed: gone on with by another coordinator"), "\(next.text)")
            try Recorded(folder).expectEachOnce(of: 2800)
            let events = bed.file("recording/events.jsonl").split(separator: "\n")
            for step in ["armed", "started", "ended", "healed"] {
                let lines = events.filter { $0.contains("\"stop#1\"") && $0.contains("\"step\":\"\(step)\"") }
                #expect(lines.count == 1, "\(step): \(lines)")
            }
            #expect(bed.stopped.isEmpty)
            let over = try bed.run(["run", "--resume", folder, "--keys", "key-laptop"])
            #expect(over.code == 2 && over.text.contains("this run is over"), "\(over.text)")
        }
    }

    @Test func `a coordinator that comes too late says so, and judges what there is`() async throws {
        try await Bed.with { bed in
            let first = try bed.startRun(bed.experiment(duration: "30s", faults: Self.stop), lease: "2s")
            try bed.awaitEvent("\"stop#1\"", "\"started\"")
            _ = try first.process.signal(SIGKILL)
            _ = first.process.wait(for: .seconds(5))
            sleep(.seconds(4))
            #expect(bed.stopped.isEmpty, "the lease was over, and the agent healed")
            let folder = try #require(bed.results())
            let next = try bed.start(["run", "--resume", folder, "--keys", "key-laptop"])
            #expect(next.wait(atMost: .seconds(60)) == 6, "\(next.text)")
            #expect(next.text.contains("cannot go on"), "\(next.text)")
            #expect(bed.file("verdict.json").contains("verdict") || !bed.file("verdict.json").isEmpty)
            // What the agents kept after the first coordinator's death is in the recording all the same.
            #expect(bed.file("recording/events.jsonl").contains("leaseExpired"))
        }
    }

    @Test func `an agent that comes back after a reboot heals first, and rejoins nothing`() async throws {
        try await Bed.with { bed in
            let run = try bed.startRun(
                bed.experiment(duration: "40s", faults: Self.stop.replacing("8s", with: "30s")),
                lease: "6s"
            )
            try bed.awaitEvent("\"stop#1\"", "\"started\"")
            bed.killAgent("web")
            #expect(!bed.stopped.isEmpty, "agent and guardian are gone, and the journal is left")
            try bed.startAgent("web")
            try bed.awaitAgent("web")
            #expect(bed.stopped.isEmpty, "healed before it listened")
            #expect(run.wait(atMost: .seconds(60)) == 6, "\(run.text)")
            #expect(run.text.contains("no run"), "\(run.text)")
            let status = try bed.run(["status", "--inventory", "hosts.yaml", "--keys", "key-oncall"])
            #expect(status.text.contains("web: nothing is going on"), "\(status.text)")
        }
    }

    @Test(arguments: [300, 900, 1600, 2300, 3500])
    func `killed at any instant, a run is gone on with or it is said why, and nothing stays`(
        _ milliseconds: Int
    )
        async throws
    {
        try await Bed.with { bed in
            let first = try bed.startRun(
                bed.experiment(duration: "8s", faults: Self.stop.replacing("8s", with: "3s")),
                lease: "5s"
            )
            sleep(.milliseconds(milliseconds))
            _ = try first.process.signal(SIGKILL)
            _ = first.process.wait(for: .seconds(5))
            if let folder = bed.results() {
                let (code, text) = try bed.run(["run", "--resume", folder, "--keys", "key-laptop"])
                switch code {
                case 2:
                    let reasons = ["had not begun", "this run is over"]
                    #expect(reasons.contains { text.contains($0) }, "\(text)")
                case 6: #expect(text.contains("had not begun when the first coordinator ended"), "\(text)")
                default:
                    #expect([0, 1, 3].contains(code), "\(text)")
                    try Recorded(folder).expectEachOnce(of: 800)
                }
            }
            // A lease counts from when the run is open, which takes an agent up to two seconds more.
            sleep(.seconds(8))
            let status = try bed.run(["status", "--inventory", "hosts.yaml", "--keys", "key-oncall"])
            for name in Bed.names {
                #expect(status.text.contains("\(name): nothing is going on"), "\(status.text)")
            }
            #expect(bed.stopped.isEmpty)
        }
    }

    @Test func `a run is its coordinator's: another with a right key cannot go on with it`() async throws {
        try await Bed.with { bed in
            let first = try bed.startRun(bed.experiment(duration: "20s", faults: ""), lease: "10s")
            try bed.awaitEvent("\"started\"")
            _ = try first.process.signal(SIGKILL)
            _ = first.process.wait(for: .seconds(5))
            let folder = try #require(bed.results())
            let (code, text) = try bed.run(["run", "--resume", folder, "--keys", "key-other"])
            #expect(code == 6 && text.contains("is coordinator/laptop's"), "\(text)")
        }
    }
}
