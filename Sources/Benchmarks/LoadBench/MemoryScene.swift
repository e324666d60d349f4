import Glibc
import LinuxSystem
import Measures

/// What is resident after many requests: at the most in the engine alone, and at the end in the program itself.
enum MemoryScene {
    static func show() throws {
        print("\nResident memory, 64 connections, closed loop")
        print("  (goal under 24 MiB after 10,000,000)")
        let nginx = try BenchNginx()
        for seconds in [3, 100] {
            let found = try OwnGenerator.run(
                .init(port: nginx.port, connections: 64, seconds: seconds, rate: 0)
            )
            let count = max(1, found.exchanges.count)
            let allocations = found.usage.value("allocations") ?? 0
            print(
                "  the engine: peak \(((found.usage.value("peak") ?? 0) / 1024).fixed(1)) MiB after \(count) requests, "
                    + "\((allocations / Double(count)).fixed(4)) allocations a request, the writer's included"
            )
        }
        try showProgram(port: nginx.port, seconds: 150)
    }

    /// `faultline load` with all that it does beside: statistics, recording, live line.
    private static func showProgram(port: UInt16, seconds: Int) throws {
        let programs = [".build/static/release/faultline", ".build/debug/faultline"]
        guard let program = programs.first(where: { access($0, X_OK) == 0 }) else { return }
        let results = "/tmp/fl-bench-\(getpid())-results"
        defer { _ = system("rm -rf \(results)") }
        let running = try MeasuredProgram(
            [
                program, "load", "http://127.0.0.1:\(port)/", "--closed", "64", "--connections", "64",
                "--duration", "\(seconds)s", "--below", "p99=1s", "--results", results,
            ],
            processor: 1
        )
        // Near the end: afterwards there is nobody to be asked.
        sleep(UInt32(max(1, seconds - 5)))
        let status = try FileContents.text("/proc/\(running.process)/status")
        let output = try running.finish().output
        let requests = output.split(separator: "\n").first { $0.contains("requests answered well") } ?? "?"
        let lines = status.split(separator: "\n").filter { $0.hasPrefix("VmRSS") || $0.hasPrefix("VmHWM") }
        let kilobytes = lines.compactMap { line in
            line.split(whereSeparator: \.isWhitespace).dropFirst().first
        }
        print(
            "  \(program) load: peak, and at the end, \(kilobytes.joined(separator: ", ")) kB; "
                + requests.drop(while: { !$0.isNumber })
        )
    }
}
