import Foundation
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

/// Two coordinators cannot hurt one another, and an operator always wins.
@Suite(.serialized, .requiresRoot) struct HaltTests {
    private static let longStop = "  - { name: stop, at: 1s, for: 30s, on: web, pause: { service: nginx } }"

    @Test func `a second coordinator is told whose run it is, and the first goes on undisturbed`()
        async throws
    {
        try await Bed.with { bed in
            let first = try bed.startRun(bed.experiment(duration: "12s", faults: ""))
            try bed.awaitEvent("\"started\"")
            let second = try bed.startRun(
                bed.experiment(duration: "5s", faults: Self.longStop.replacing("30s", with: "2s")),
                key: "other",
                results: "others"
            )
            #expect(second.wait(atMost: .seconds(30)) == 6, "\(second.text)")
            for name in Bed.names {
                let words = "\(name): it serves the run "
                #expect(second.text.contains(words), "\(second.text)")
            }
            #expect(
                second.text.contains("of the experiment fleet, of coordinator/laptop ("),
                "\(second.text)"
            )
            #expect(second.text.contains("nothing was touched on any host"), "\(second.text)")
            #expect(bed.results("others") == nil)
            let status = try bed.run(["status", "--inventory", "hosts.yaml", "--keys", "key-oncall"])
            #expect(status.text.contains("coordinator/laptop") && status.code == 0, "\(status.text)")
            #expect(first.wait(atMost: .seconds(60)) == 0, "\(first.text)")
            try Recorded(try #require(bed.results())).expectEachOnce(of: 1200)
        }
    }

    @Test func `halt heals at once, and the coordinator ends with 4 and says who halted`() async throws {
        try await Bed.with { bed in
            let run = try bed.startRun(bed.experiment(duration: "40s", faults: Self.longStop))
            try bed.awaitEvent("\"stop#1\"", "\"started\"")
            #expect(bed.stopped.isEmpty == false, "nginx is stopped")
            let status = try bed.run(["status", "--inventory", "hosts.yaml", "--keys", "key-oncall"])
            #expect(status.text.contains("stop#1 acts"), "\(status.text)")
            let words = [
                "halt", "--inventory", "hosts.yaml", "--keys", "key-oncall", "--reason", "the shop is down",
            ]
            let halt = try bed.run(words)
            #expect(halt.code == 0, "\(halt.text)")
            #expect(halt.text.contains("web: halted the run "), "\(halt.text)")
            #expect(bed.stopped.isEmpty, "what was halted is healed when halt returns")
            #expect(run.wait(atMost: .seconds(60)) == 4, "\(run.text)")
            #expect(run.text.contains("halted on"), "\(run.text)")
            #expect(run.text.contains("operator/oncall ("), "\(run.text)")
            #expect(run.text.contains("the shop is down"), "\(run.text)")
            let again = try bed.run(words)
            #expect(again.code == 0 && again.text.contains("web: nothing was going on"), "\(again.text)")
        }
    }

    @Test func `halt on one host ends the run on all`() async throws {
        try await Bed.with { bed in
            let run = try bed.startRun(bed.experiment(duration: "40s", faults: Self.longStop))
            try bed.awaitEvent("\"stop#1\"", "\"started\"")
            let halt = try bed.run(["halt", "hosts.yaml", "--host", "spare", "--keys", "key-laptop"])
            #expect(halt.code == 0, "\(halt.text)")
            #expect(run.wait(atMost: .seconds(60)) == 4, "\(run.text)")
            #expect(bed.stopped.isEmpty)
        }
    }
}

extension Bed {
    /// Processes of the server that are stopped.
    var stopped: [ProcessStatus] {
        guard let inode = try? hosts["web"]?.namespace.inode() else { return [] }
        return ProcessTable.current().members(ofNetworkNamespace: inode).filter {
            $0.name == "nginx" && $0.isStopped
        }
    }
}
