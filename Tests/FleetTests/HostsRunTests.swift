import Foundation
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

/// Experiments on hosts that are there already, over TCP with keys.
@Suite(.serialized, .requiresRoot) struct HostsRunTests {
    private static let faults = """
          - { name: slow, at: 2s, for: 2s, on: { label: part=web }, delay: { latency: 30ms, to: client } }
          - { name: cut, at: 5s, for: 1s, partition: { between: [{ group: back, except: spare }, client] } }
          - { name: stop, at: 7s, for: 1s, on: web, pause: { service: nginx } }
        """

    @Test func `an experiment runs on hosts that share nothing but a bridge, and leaves them as they were`()
        async throws
    {
        try await Bed.with { bed in
            let run = try bed.startRun(bed.experiment(duration: "10s", faults: Self.faults))
            let code = run.wait(atMost: .seconds(90))
            // Judged, whatever the verdict: little of ten seconds is without a fault.
            #expect([0, 1, 3].contains(code), "\(run.text)")
            let events = bed.file("recording/events.jsonl")
            for fault in ["slow#1", "cut#1", "stop#1"] {
                for step in ["armed", "started", "healed"] {
                    let lines = events.split(separator: "\n").filter { $0.contains("\"\(fault)\"") }
                    #expect(lines.contains { $0.contains("\"\(step)\"") }, "\(fault) \(step)")
                }
            }
            let results = try #require(bed.results())
            let recorded = try Recorded(results)
            recorded.expectEachOnce(of: 1000)
            // A request that was lost on its way is not in the server's log, one that timed out may be.
            let asked = try bed.asked()
            #expect(asked.count >= recorded.answered && asked.count <= 1000)
            #expect(!FileManager.default.fileExists(atPath: "\(results)/resume.json"), "keys are left")
            let again = try bed.run(["judge", results])
            #expect(again.code == code, "\(again.text)")
            let status = try bed.run(["status", "--inventory", "hosts.yaml", "--keys", "key-oncall"])
            #expect(status.code == 0, "\(status.text)")
            for name in Bed.names { #expect(status.text.contains("\(name): nothing is going on")) }
        }
    }

    @Test func `hosts shows who answers, with which version and how well its clock is known`() async throws {
        try await Bed.with { bed in
            let good = try bed.run(["hosts", "hosts.yaml", "--keys", "key-laptop"])
            #expect(good.code == 0, "\(good.text)")
            for name in Bed.names {
                let line = good.text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
                #expect(
                    line.contains("\(bed.address(name)):\(Bed.port)") && line.contains("0.1.0"),
                    "\(line)"
                )
                #expect(line.contains("±"), "the clock: \(good.text)")
            }
            bed.killAgent("spare")
            let bad = try bed.run(["hosts", "hosts.yaml", "--keys", "key-laptop", "--json"])
            #expect(bad.code == 6, "\(bad.text)")
            let json = try JSONSerialization.jsonObject(with: Data(bad.text.utf8)) as? [[String: Any]]
            let answers = json?.map { $0["answers"] as? Bool }
            #expect(answers == [true, true, false])
            #expect((json?[0]["can"] as? [String])?.contains("partition") == true)
            let bound = json?[0]["clockBoundNanoseconds"] as? Int ?? .max
            #expect(bound < 5_000_000, "\(bound)")
            let none = try bed.run(["hosts", "hosts.yaml"])
            #expect(none.code == 6 && none.text.contains("--keys"), "\(none.text)")
        }
    }

    @Test func `a host that calls itself otherwise is found out before anything is touched`() async throws {
        try await Bed.with { bed in
            let swapped = bed.inventory.replacing("  spare:", with: "  third:").replacing(
                "spare]",
                with: "third]"
            )
            try bed.write(swapped, "hosts.yaml")
            let run = try bed.startRun(
                bed.experiment(
                    duration: "5s",
                    faults: "  - { name: stop, at: 1s, for: 1s, on: web, pause: { service: nginx } }"
                )
            )
            #expect(run.wait(atMost: .seconds(30)) != 0)
            #expect(run.text.contains("spare"), "\(run.text)")
            #expect(bed.results() == nil, "a run that did not begin leaves no folder")
        }
    }
}
