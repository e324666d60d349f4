import CAllocations
import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Recording
import Schedule
import Synchronization

/// The engine as a process of its own, so that the kernel accounts for what it takes: full recording, to a file.
///
/// Arguments: port, connections, seconds, rate per second (0: closed, as many users as connections, no think time), the
/// recording's path; then, where it is not HTTP/1.1, the protocol and how many requests a connection carries at once. Prints
/// `key value` lines.
enum Generator {
    static func run(_ arguments: [String]) async throws {
        let numbers = arguments.prefix(4).compactMap { Int($0) }
        let speaks = arguments.count > 5 ? Speech(rawValue: arguments[5]) : .http
        let underWay = arguments.count > 6 ? Int(arguments[6]) : 1
        guard numbers.count == 4, arguments.count >= 5, let port = UInt16(exactly: numbers[0]), let speaks,
            let underWay
        else {
            throw SystemError("generate", refused: "port connections seconds rate path [protocol under-way]")
        }
        let (connections, rate) = (numbers[1], Double(numbers[3]))
        let end = Instant(.seconds(numbers[2]))
        let file = OwnedDescriptor(
            owning: try SystemError.check("create \(arguments[4])") {
                open(arguments[4], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            }
        )
        let number = file.number
        let source: ArrivalSource =
            rate > 0
            ? .schedule(
                ArrivalSequence(process: .constant(perSecond: rate), end: end, seed: 1, load: "bench")
            )
            : .closed(
                ClosedModel(
                    users: connections * underWay,
                    think: .constant(.zero),
                    end: end,
                    seed: 1,
                    load: "bench"
                )
            )
        let zero = Clocks.monotonic() + 50_000_000
        let load = try LoadRun(
            plan: plan(port, connections: connections, rate: rate, speaks.request(port, underWay: underWay)),
            address: try HostAddress.resolve("127.0.0.1", port: port),
            arrivals: source,
            axisZero: zero
        ) { batch in
            batch.block.withUnsafeBytes { bytes in
                _ = write(number, bytes.baseAddress, bytes.count)
            }
        }
        let before = callocations_count()
        try load.start()
        guard let summary = await load.finished else { return }
        let allocations = callocations_count() - before
        print("zero \(zero)")
        print("allocations \(allocations)")
        print("peak \(try peakKibibytes())")
        print("offered \(summary.offered)")
        print("completed \(summary.completed)")
        print("connections \(summary.connections)")
        print("p50 \(summary.lateness.value(atQuantile: 0.5).nanoseconds)")
        print("p99 \(summary.lateness.value(atQuantile: 0.99).nanoseconds)")
        print("p999 \(summary.lateness.value(atQuantile: 0.999).nanoseconds)")
        if let trouble = summary.trouble { print("trouble \(trouble)") }
    }

    /// The kernel's own mark of this process: what wait4 tells begins with the parent's.
    private static func peakKibibytes() throws -> Int {
        let line = try FileContents.text("/proc/self/status").split(separator: "\n")
            .first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    static func plan(_ port: UInt16, connections: Int, rate: Double, _ request: RequestPlan) -> LoadPlan {
        LoadPlan(
            name: "bench",
            senders: LoadSenders("here"),
            request: request,
            arrivals: .constant(perSecond: max(1, rate)),
            good: GoodCriterion(statuses: 200...299, within: nil),
            connections: connections
        )
    }
}
