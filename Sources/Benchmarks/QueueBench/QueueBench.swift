import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter

/// Figures of the queue backend on this machine, for `make bench-queue`: two namespaces joined by a veth, datagrams of 64
/// bytes through rules and engine; on all processors, then with sender, engine, receiver and their kernel work on one.
/// Needs root. Tables on standard output.
@main
enum QueueBench {
    static func main() {
        do {
            print(MachineFacts.read().words)
            print("\n== all processors")
            try run()
            // Threads that are made from here on inherit it.
            try CurrentThread.setAffinity(cpu: 0)
            print("\n== one processor for everything")
            try run()
        } catch {
            print("bench-queue: \(error)")
            exit(1)
        }
    }

    private static func run() throws {
        let bench = try BenchNetwork()
        let none = try bench.flood(nil)
        print("\nPackets a second that arrive, of a sender that sends as fast as it can for two seconds")
        print("  without the queue                \(none.words)")
        for latency in [Duration.zero, .milliseconds(10)] {
            print("  queue, \(pad(latency.text + " delay", 26)) \(try bench.flood(latency).words)")
        }
        print("\nTime from sending to arrival at 1,000 packets/s, three seconds")
        let plain = try bench.paced(nil, perSecond: 1000, seconds: 3)
        print("  without the queue                \(plain.words)")
        let passed = try bench.paced(.zero, perSecond: 1000, seconds: 3)
        print("  queue, 0s delay                  \(passed.words)")
        print(
            "  added median                     \(micro(passed.quantile(0.5) - plain.quantile(0.5)))  (goal: under 30 µs)"
        )
        print("\nDelay error at 20,000 packets/s with 10 ms, three seconds")
        let base = try bench.paced(nil, perSecond: 20_000, seconds: 3)
        let held = try bench.paced(.milliseconds(10), perSecond: 20_000, seconds: 3)
        print("  path without the queue           \(base.words)")
        print("  end to end, less 10 ms           \(held.less(10_000_000).words)  (goal: p99 under 250 µs)")
        print("  verdict after its instant        \(held.engine)")
    }
}

func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

func micro(_ nanoseconds: Int64) -> String { "\((Double(nanoseconds) / 1000).fixed(1)) µs" }

/// What figures depend on.
struct MachineFacts {
    let words: String

    static func read() -> MachineFacts {
        let kernel = (try? FileContents.text("/proc/sys/kernel/osrelease")) ?? "?"
        let information = (try? FileContents.text("/proc/cpuinfo")) ?? ""
        let model = information.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = model?.split(separator: ":").last.map { String($0.drop { $0 == " " }) } ?? "?"
        let load = (try? FileContents.text("/proc/loadavg")) ?? "?"
        return MachineFacts(
            words:
                "kernel \(kernel.split(separator: "\n").first ?? "?"), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) "
                + "processors, \(name), load \(load.split(separator: " ").prefix(3).joined(separator: " "))"
        )
    }
}
