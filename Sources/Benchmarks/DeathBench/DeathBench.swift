import AgentSupport
import Foundation
import LinuxSystem
import Measures

#if canImport(Glibc)
import Glibc
#endif

/// Measured on the wire, for `make bench-death`: how long after SIGKILL of an agent packets flow again. Two namespaces
/// joined by a veth, the built `faultline agent` in one, a datagram every few microseconds. Needs root.
@main
enum DeathBench {
    static let rounds = 31

    static func main() async {
        do {
            print("From SIGKILL of an agent to the first packet that passes again, \(rounds) agents each")
            print("  (goal: under 10 ms; \(facts))")
            for fault in MeasuredFault.allCases {
                var flows: [Int64] = []
                var ends: [Int64] = []
                for _ in 0..<rounds {
                    let (flow, end) = try await DeathNetwork().kill(fault)
                    flows.append(flow)
                    ends.append(end)
                }
                print("  \(fault.rawValue)")
                print("    first packet     \(words(flows))")
                print("    process is gone  \(words(ends))")
            }
        } catch {
            print("bench-death: \(error)")
            exit(1)
        }
    }

    private static func words(_ times: [Int64]) -> String {
        let times = times.sorted()
        let text = { (value: Int64) in "\((Double(value) / 1e6).fixed(2)) ms" }
        return
            "median \(text(times[times.count / 2]))  least \(text(times[0]))  worst \(text(times[times.count - 1]))"
    }

    private static var facts: String {
        let kernel =
            ((try? FileContents.text("/proc/sys/kernel/osrelease")) ?? "?").split(separator: "\n").first
            ?? "?"
        let load = ((try? FileContents.text("/proc/loadavg")) ?? "?").split(separator: " ").first ?? "?"
        return "kernel \(kernel), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) processors, load \(load)"
    }
}

enum MeasuredFault: String, CaseIterable {
    case partition = "partition, where packets arrive"
    case delay = "delay of a minute, where packets leave"
}
