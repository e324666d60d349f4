import BenchSupport
import Foundation
import LinuxSystem
import Measures

#if canImport(Glibc)
import Glibc
#endif

/// For `make bench-edges`: how near to its instant an armed partition begins and ends on five nodes, each with the built
/// `faultline agent` and a clock of its own, and whether the bound that each agent printed held. The truth is the one clock that all share.
/// Needs root. Argument: trials of each kind, 40 by default.
@main
enum EdgeBench {
    static func main() async {
        let trials = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 40
        guard (1...10_000).contains(trials), CommandLine.arguments.count <= 2 else {
            print("usage: EdgeBench [TRIALS, 1 to 10000]")
            exit(2)
        }
        do {
            print(
                "An armed partition on \(EdgeNetwork.nodes) nodes, \(trials) trials each, two nodes a processor watched in turn; every"
            )
            print("other with all agents stopped by SIGSTOP from before its start until after its end")
            print(MachineFacts.read().words)
            let network = try await EdgeNetwork()
            try await rows("idle", trials, network)
            let burners = try Burners()
            defer { burners.stop() }
            try await rows("every processor busy", trials, network)
        } catch {
            print("bench-edges: \(error)")
            exit(1)
        }
    }

    private static func rows(_ title: String, _ trials: Int, _ network: EdgeNetwork) async throws {
        var starts = EdgeFigures()
        var ends = EdgeFigures()
        for trial in 0..<trials {
            for edges in try await network.trial(trial, frozen: trial % 2 == 1) {
                starts.add(edges.start)
                ends.add(edges.end)
            }
        }
        print(title)
        print("  starts  \(starts.words)")
        print("  ends    \(ends.words)")
    }
}
