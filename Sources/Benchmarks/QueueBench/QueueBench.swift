import BenchSupport
import Faults
import Glibc
import LinuxSystem
import Measures
import Packetfilter

/// Figures of the queue backend on this machine, and of netem where the kernel has it: two namespaces joined by a veth,
/// datagrams of 64 bytes through rules and engine; on all processors, then with sender, engine, receiver and their kernel
/// work on one.
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
        try flood(bench)
        try passing(bench)
        try holding(bench)
    }

    private static func line(_ path: HoldingPath, _ words: String) {
        print("  \(pad(path.name, 32)) \(words)")
    }

    private static func flood(_ bench: borrowing BenchNetwork) throws {
        print("\nPackets a second that arrive, of a sender that sends as fast as it can for two seconds")
        line(.nothing, try bench.flood(.nothing).words)
        for latency in [Duration.zero, .milliseconds(10)] {
            var first: Double?
            for path in HoldingPath.all(latency) {
                let found = try bench.flood(path)
                let ratio = first.map { ", \((found.rate / max(1, $0)).fixed(1)) times the queue's" } ?? ""
                line(path, found.words + ratio)
                first = first ?? found.rate
            }
        }
    }

    private static func passing(_ bench: borrowing BenchNetwork) throws {
        print("\nTime from sending to arrival at 1,000 packets/s, three seconds")
        let plain = try bench.paced(.nothing, perSecond: 1000, seconds: 3)
        line(.nothing, plain.words)
        for path in HoldingPath.all(.zero) {
            let passed = try bench.paced(path, perSecond: 1000, seconds: 3)
            let added = passed.quantile(0.5) - plain.quantile(0.5)
            line(path, "\(passed.words), added median \(micro(added))")
        }
        print("  (goal of the queue's added median: under 30 µs)")
    }

    private static func holding(_ bench: borrowing BenchNetwork) throws {
        print("\nDelay error at 20,000 packets/s with 10 ms, three seconds")
        line(.nothing, try bench.paced(.nothing, perSecond: 20_000, seconds: 3).words)
        for path in HoldingPath.all(.milliseconds(10)) {
            let held = try bench.paced(path, perSecond: 20_000, seconds: 3)
            line(path, "less 10 ms: \(held.less(10_000_000).words)")
            if held.queue != nil { print("    verdict after its instant       \(held.engine)") }
        }
        print("  (goal of the queue: p99 under 250 µs)")
    }
}
